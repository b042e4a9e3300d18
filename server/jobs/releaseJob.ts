import { eq, sql } from 'drizzle-orm';
import type { DirectorError } from '../../engine/errors.ts';
import type { Database, Queries } from '../db/database.ts';
import { type JobRow, jobs, productions } from '../db/schema.ts';
import { heldBy, type Queue, RESUMED_PRIORITY } from './queue.ts';

/** Gives a job back that this worker will not finish; it goes on before all that is new. */
export async function giveBack(database: Database, queue: Queue, job: JobRow): Promise<void> {
  await database.transaction(async queries => {
    const [held] = await queries.select({ id: jobs.id }).from(jobs).where(heldBy(job)).for('update');
    if (held) await queue.enqueue(queries, job.id, RESUMED_PRIORITY);
  });
}

/** Records that a job broke; the production waits until a person has it tried again. */
export function failJob(database: Database, job: JobRow, error: DirectorError): Promise<void> {
  return database.transaction(async queries => {
    if (job.productionId)
      await queries
        .select({ id: productions.id })
        .from(productions)
        .where(eq(productions.id, job.productionId))
        .for('update');
    await recordFailure(queries, job, error);
  });
}

/** Changes nothing where the job is no longer this attempt's. */
export async function recordFailure(queries: Queries, job: JobRow, error: DirectorError): Promise<void> {
  const { code, message, suggestion } = error;
  const stored = { code, message, suggestion };
  const [held] = await queries
    .update(jobs)
    .set({ state: 'failed', error: stored, finishedAt: sql`now()` })
    .where(heldBy(job))
    .returning({ id: jobs.id });
  if (held && job.productionId)
    await queries
      .update(productions)
      .set({
        state: 'failed',
        error: stored,
        waitingFor: null,
        version: sql`${productions.version} + 1`,
        updatedAt: sql`now()`,
      })
      .where(eq(productions.id, job.productionId));
}
