import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Queries } from '../db/database.ts';
import { type JobRow, jobs } from '../db/schema.ts';
import type { StudioContext } from './context.ts';

/** Jobs of the kind that are not ended, locked until the transaction ends. */
export function liveJobs(queries: Queries, which: SQL): Promise<JobRow[]> {
  return queries
    .select()
    .from(jobs)
    .where(and(which, inArray(jobs.state, ['queued', 'paused', 'running'])))
    .for('update');
}

/**
 * Takes a job off the queue or out of its worker's hands: from here on what the worker says of it is refused, and it
 * stops as soon as it hears of it.
 */
export async function stopJob(
  queries: Queries,
  { queue }: StudioContext,
  job: JobRow,
  state: 'paused' | 'cancelled',
): Promise<void> {
  await queue.withdraw(queries, job);
  await queries
    .update(jobs)
    .set({ state, message: null, worker: null, ...(state === 'cancelled' && { finishedAt: sql`now()` }) })
    .where(eq(jobs.id, job.id));
}

/** Tells the worker and those who watch, after the commit. @param job as it was before it was stopped. */
export function announceStopped({ bus }: StudioContext, job: JobRow, why: 'pause' | 'cancel'): void {
  const { id: jobId, productionId, runId } = job;
  if (job.state === 'running') bus.publish('stop', { jobId, why });
  bus.publish('job', { jobId, productionId, runId });
  if (runId && why === 'cancel') bus.publish('runEnded', { runId });
}
