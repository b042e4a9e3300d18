import { randomUUID } from 'node:crypto';
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { fromDrizzle, PgBoss } from 'pg-boss';
import type { Database, Queries } from '../db/database.ts';
import { rows } from '../db/rows.ts';
import { type JobRow, jobs } from '../db/schema.ts';

const NAME = 'steps';
/** A message is never dropped for its age: a paused installation may sleep for months. */
const RETENTION_SECONDS = 10 * 365 * 86_400;
/** A taken message is of no more use; the row in `jobs` tells what became of it. */
const DELETE_AFTER_SECONDS = 3600;

/** Any number that no one else locks: 'sorq' in ASCII. */
const ADVISORY_LOCK = 0x736f7271;

/** Before all that is new: what was begun and cut goes on first. */
export const RESUMED_PRIORITY = 1;

/**
 * Who comes next. A message of pg-boss stands for one permission to start one job. Putting it in, and taking it out
 * together with the claim of the job's row, happen in the transaction of whoever calls; so a message is neither lost
 * nor taken twice, and pg-boss needs to watch over no worker: the row's heartbeat does that.
 */
export interface Queue {
  /** Queues a job's row anew; the message it may have had before is void. */
  enqueue(queries: Queries, jobId: string, priority: number): Promise<void>;
  /** Takes the job's message back, where it still lies there. */
  withdraw(queries: Queries, job: Pick<JobRow, 'message'>): Promise<void>;
  /** Takes the next message out. */
  take(queries: Queries): Promise<{ message: string; jobId: string } | undefined>;
  stop(): Promise<void>;
}

/** @param onError told of failures of the queue's own upkeep, which it tries again. */
export async function startQueue(database: Database, onError: (error: Error) => void): Promise<Queue> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => database.execute(text, values) },
    backend: database.kind,
    schedule: false,
    // One process has the embedded database, so there is no other to be told of.
    registerInstance: database.kind === 'postgres',
    reindex: database.kind === 'postgres',
    monitorVacuum: database.kind === 'postgres',
  });
  boss.on('error', onError);
  await oneAtATime(database, async () => {
    await boss.start();
    await boss.createQueue(NAME, {
      retentionSeconds: RETENTION_SECONDS,
      deleteAfterSeconds: DELETE_AFTER_SECONDS,
    });
  });
  // pg-boss reads the queue's settings once, outside the caller's transaction: on the embedded database's one
  // session that would wait for the transaction that waits for it.
  await boss.deleteJob(NAME, randomUUID());

  const within = (queries: Queries) => ({
    db: fromDrizzle({ execute: query => rowsOf(queries, query as SQL) }, sql),
  });
  return {
    async enqueue(queries, jobId, priority) {
      const message = randomUUID();
      await boss.send(NAME, { jobId }, { id: message, priority, retryLimit: 0, ...within(queries) });
      await queries
        .update(jobs)
        .set({ state: 'queued', message, priority, queuedAt: sql`now()`, worker: null, error: null })
        .where(eq(jobs.id, jobId));
    },
    async withdraw(queries, { message }) {
      if (message) await boss.deleteJob(NAME, message, within(queries));
    },
    async take(queries) {
      const [taken] = await boss.fetch<{ jobId: string }>(NAME, within(queries));
      if (!taken) return undefined;
      await boss.complete(NAME, taken.id, null, within(queries));
      return { message: taken.id, jobId: taken.data.jobId };
    },
    stop: () => boss.stop({ close: false, graceful: true, timeout: 2000 }),
  };
}

/** Processes that start together on a new PostgreSQL would all create pg-boss's schema, and all but one fail. */
async function oneAtATime(database: Database, work: () => Promise<void>): Promise<void> {
  if (database.kind === 'pglite') return work();
  await database.transaction(async queries => {
    await queries.execute(sql`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`);
    await work();
  });
}

async function rowsOf(queries: Queries, query: SQL) {
  return { rows: await rows(queries, query) };
}

/** The condition under which a worker's word counts: it holds the job still. */
export function heldBy(job: { id: string; attempt: number }) {
  return and(eq(jobs.id, job.id), eq(jobs.attempt, job.attempt), eq(jobs.state, 'running'));
}
