import { and, DrizzleQueryError, eq, sql } from 'drizzle-orm';
import { DirectorError, toDirectorError } from '../../engine/errors.ts';
import { stepReads } from '../../pipeline/direct/stepReads.ts';
import type { Database, Queries } from '../db/database.ts';
import { type JobRow, jobs, runs, worlds } from '../db/schema.ts';
import type { StoredFile } from '../files/fileStore.ts';
import { loadProduction, STEP_ORDER } from './productionDocument.ts';
import type { Queue } from './queue.ts';
import { recordFailure } from './releaseJob.ts';
import type { StepJob } from './stepJob.ts';

/** A job that this worker has claimed: its word counts while the row has this attempt and runs. */
export interface Claim {
  job: JobRow;
  work: StepJob['work'];
  inputs: Record<string, StoredFile>;
}

/**
 * Takes the next job for a worker: its attempt is counted up, and whatever an earlier attempt still says is refused
 * from here on.
 * @returns undefined where nothing waits.
 */
export async function claimJob(database: Database, queue: Queue, worker: string): Promise<Claim | undefined> {
  for (;;) {
    const claimed = await database.transaction(async queries => {
      const taken = await queue.take(queries);
      if (!taken) return 'none';
      const [job] = await queries
        .update(jobs)
        .set({
          state: 'running',
          attempt: sql`${jobs.attempt} + 1`,
          worker,
          heartbeatAt: sql`now()`,
          startedAt: sql`now()`,
          finishedAt: null,
          stage: '',
          fraction: 0,
          progressMessage: '',
          made: {},
        })
        .where(and(eq(jobs.id, taken.jobId), eq(jobs.message, taken.message), eq(jobs.state, 'queued')))
        .returning();
      // A message whose job was cancelled, paused or queued anew meanwhile.
      if (!job) return 'void';
      try {
        return { job, ...(await workFor(queries, job)) };
      } catch (thrown) {
        if (thrown instanceof DrizzleQueryError) throw thrown;
        // Rows that make no sense would keep everybody else waiting behind this job for ever.
        await recordFailure(queries, job, toDirectorError(thrown));
        return 'void';
      }
    });
    if (claimed === 'none') return undefined;
    if (claimed !== 'void') return claimed;
  }
}

async function workFor(queries: Queries, job: JobRow): Promise<Pick<Claim, 'work' | 'inputs'>> {
  return job.productionId !== null && job.iteration !== null
    ? productionStep(queries, job, job.productionId, job.iteration)
    : worldTest(queries, job);
}

async function productionStep(
  queries: Queries,
  job: JobRow,
  productionId: string,
  iteration: number,
): Promise<Pick<Claim, 'work' | 'inputs'>> {
  const loaded = await loadProduction(queries, productionId, 'read');
  const step = STEP_ORDER.find(each => each === job.kind);
  if (!loaded || !step) throw new DirectorError('INTERNAL', `Job ${job.id} is about nothing.`);
  const { document, files } = loaded;
  const take = loaded.iterations[iteration - 1]?.take;
  const wanted = stepReads(document, { iteration, step });
  const inputs = Object.fromEntries(
    Object.entries(files).filter(([path]) =>
      wanted.some(each => (each.endsWith('/') ? path.startsWith(each) : path === each)),
    ),
  );
  return {
    work: { kind: 'production-step', production: document, iteration, step, ...(take && { take }) },
    inputs,
  };
}

async function worldTest(queries: Queries, job: JobRow): Promise<Pick<Claim, 'work' | 'inputs'>> {
  const [found] = await queries
    .select()
    .from(runs)
    .innerJoin(worlds, eq(worlds.id, runs.worldId))
    .where(eq(runs.id, job.runId ?? ''));
  if (!found) throw new DirectorError('INTERNAL', `Job ${job.id} is about nothing.`);
  const { runs: run, worlds: world } = found;
  const [only] = Object.keys(world.files);
  const bare = world.files['world.json'] === undefined && only !== undefined;
  return {
    work: {
      kind: 'world-test',
      world: bare ? `world/${only}` : 'world',
      agents: run.agents,
      simulatedSeconds: run.seconds,
      seed: run.seed,
      pace: run.pace,
    },
    inputs: Object.fromEntries(Object.entries(world.files).map(([path, file]) => [`world/${path}`, file])),
  };
}
