import { and, eq, lt, ne, notLike, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { type JobRow, jobs } from '../db/schema.ts';
import { type Queue, RESUMED_PRIORITY } from './queue.ts';

/** A worker that has said nothing for this long is dead or stopped: five heartbeats missed. */
const SILENT_SECONDS = 10;

/**
 * Queues the jobs of workers that are gone, ahead of all that is new. On PostgreSQL those are workers whose heartbeat
 * has stopped. The embedded database is held by this process alone, so there every job of another process is one of
 * a dead process, and goes on at once.
 * @param process what the names of this process's workers begin with.
 */
export async function takeOver(database: Database, queue: Queue, process: string): Promise<JobRow[]> {
  const gone =
    database.kind === 'pglite'
      ? notLike(jobs.worker, `${process}%`)
      : and(
          lt(jobs.heartbeatAt, sql`now() - make_interval(secs => ${SILENT_SECONDS})`),
          ne(jobs.worker, process),
        );
  return database.transaction(async queries => {
    const left = await queries
      .select()
      .from(jobs)
      .where(and(eq(jobs.state, 'running'), gone))
      .for('update', { skipLocked: true });
    for (const job of left) await queue.enqueue(queries, job.id, RESUMED_PRIORITY);
    return left;
  });
}
