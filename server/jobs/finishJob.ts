import { eq, sql } from 'drizzle-orm';
import { DirectorError } from '../../engine/errors.ts';
import { stepOutputSchema } from '../../pipeline/direct/production.ts';
import type { Database, Queries } from '../db/database.ts';
import { newId } from '../db/newId.ts';
import { type JobRow, jobs, productions, runs, type StoredFiles, steps, worlds } from '../db/schema.ts';
import type { Finished } from './finishedStep.ts';
import { goOn } from './goOn.ts';
import { STEP_ORDER } from './productionDocument.ts';
import { heldBy, type Queue } from './queue.ts';

/**
 * Stores what a job gave, and what follows from it, in one transaction: the job's row, the finished step, its world or
 * run, and the job of the next step.
 * @throws ATTEMPT_REFUSED, with nothing changed, where the job is no longer this attempt's: it was taken over,
 *   cancelled, paused or deleted meanwhile.
 */
export async function finishJob(
  database: Database,
  queue: Queue,
  job: JobRow,
  finished: Finished,
): Promise<void> {
  await database.transaction(async queries => {
    // The production's row comes first, as with everyone who changes a production, or two would wait for each other.
    if (job.productionId)
      await queries
        .select({ id: productions.id })
        .from(productions)
        .where(eq(productions.id, job.productionId))
        .for('update');
    const [held] = await queries
      .update(jobs)
      .set({ state: 'completed', fraction: 1, finishedAt: sql`now()` })
      .where(heldBy(job))
      .returning({ id: jobs.id });
    if (!held) {
      if (await isStored(queries, job)) return;
      throw refused(job);
    }
    if (job.productionId) {
      await storeStep(queries, job, finished);
      await goOn(queries, queue, job.productionId);
    }
    if (job.runId)
      await queries
        .update(runs)
        .set({ result: finished.result ?? null, files: byName(finished.files) })
        .where(eq(runs.id, job.runId));
  });
}

export function refused({ id, attempt }: Pick<JobRow, 'id' | 'attempt'>): DirectorError {
  return new DirectorError('ATTEMPT_REFUSED', `Attempt ${attempt} of job ${id} came too late.`, {
    details: { jobId: id, attempt },
  });
}

/** A commit whose answer was lost on the way counted all the same: this attempt's result is there. */
async function isStored(queries: Queries, { id, attempt }: JobRow): Promise<boolean> {
  const [row] = await queries
    .select({ state: jobs.state, attempt: jobs.attempt })
    .from(jobs)
    .where(eq(jobs.id, id));
  return row?.state === 'completed' && row.attempt === attempt;
}

async function storeStep(queries: Queries, job: JobRow, { output, files, details }: Finished): Promise<void> {
  const { productionId, iteration } = job;
  const step = STEP_ORDER.find(each => each === job.kind);
  if (productionId === null || iteration === null || !step) throw refused(job);
  await queries.insert(steps).values({
    productionId,
    iteration,
    step,
    output,
    files,
    details,
    jobId: job.id,
    attempt: job.attempt,
  });
  const { lifted } = stepOutputSchema.parse(output);
  if (!lifted) return;
  const prefix = `${lifted.world}/`;
  const generated = await queries
    .select({ output: steps.output, files: steps.files })
    .from(steps)
    .where(
      sql`${steps.productionId} = ${productionId} AND ${steps.iteration} = ${iteration} AND ${steps.step} = 'generate'`,
    );
  const video = stepOutputSchema
    .parse(generated[0]?.output ?? {})
    .generated?.takes.find(({ take }) => take === lifted.take)?.video;
  const videoFile = video === undefined ? undefined : generated[0]?.files[video];
  await queries.insert(worlds).values({
    id: newId('w'),
    name: `Iteration ${iteration}, ${lifted.take}`,
    source: 'lift',
    productionId,
    iteration,
    take: lifted.take,
    files: Object.fromEntries(
      Object.entries(files)
        .filter(([path]) => path.startsWith(prefix))
        .map(([path, file]) => [path.slice(prefix.length), file]),
    ),
    video: video !== undefined && videoFile ? { name: video, file: videoFile } : null,
  });
}

/** A run's files lie side by side, wherever the step put them. */
function byName(files: StoredFiles): StoredFiles {
  return Object.fromEntries(
    Object.entries(files).map(([path, file]) => [path.slice(path.lastIndexOf('/') + 1), file]),
  );
}
