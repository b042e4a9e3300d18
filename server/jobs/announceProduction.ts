import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { jobs, productions } from '../db/schema.ts';
import type { Bus } from '../live/bus.ts';

/**
 * Tells those who watch that a production has changed, once the change is committed, and those who work that there
 * may be a job of it to take.
 */
export async function announceProduction(database: Database, bus: Bus, id: string): Promise<void> {
  const [row] = await database.read(queries =>
    queries
      .select({ version: productions.version, jobId: jobs.id, runId: jobs.runId })
      .from(productions)
      .leftJoin(
        jobs,
        and(eq(jobs.productionId, productions.id), inArray(jobs.state, ['queued', 'paused', 'running'])),
      )
      .where(eq(productions.id, id)),
  );
  if (row) bus.publish('production', { id, version: row.version });
  bus.publish('productions', {});
  if (row?.jobId) bus.publish('job', { jobId: row.jobId, productionId: id, runId: row.runId });
}
