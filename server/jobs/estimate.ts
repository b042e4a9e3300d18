import { asc, desc, inArray, sql } from 'drizzle-orm';
import type { JobKind } from '../api/types.ts';
import type { Queries } from '../db/database.ts';
import { rows } from '../db/rows.ts';
import { type JobRow, jobs } from '../db/schema.ts';

/** What a person is told about when a job's turn comes and when it is done. */
export interface Estimate {
  /** 0 for the next to be taken; null unless queued. */
  queuePosition: number | null;
  /** Until the job is done, its wait included; null where nothing is known. */
  etaSeconds: number | null;
}

export type Estimates = (job: JobRow) => Estimate;

/** As many finished jobs of a kind tell how long one takes. */
const HISTORY = 20;
/** From here a job's own progress tells more than what earlier ones took. */
const TRUSTED_FRACTION = 0.3;
/** Before this its progress tells nothing. */
const LEAST_FRACTION = 0.05;

type LiveJob = Pick<JobRow, 'id' | 'kind' | 'state' | 'work' | 'fraction'> & { elapsedSeconds: number };

/**
 * Reads once what estimates rest on: the queue in the order in which it is taken, and for each kind the median of
 * seconds per unit of work over its last HISTORY finished jobs. A queued job waits until one of the jobs that run now
 * is done, and so on in order, with as many at the same time as run now.
 */
export async function loadEstimates(queries: Queries): Promise<Estimates> {
  const live: LiveJob[] = await queries
    .select({
      id: jobs.id,
      kind: jobs.kind,
      state: jobs.state,
      work: jobs.work,
      fraction: jobs.fraction,
      elapsedSeconds: sql<number>`coalesce(extract(epoch FROM now() - ${jobs.startedAt}), 0)::float8`,
    })
    .from(jobs)
    .where(inArray(jobs.state, ['queued', 'running']))
    .orderBy(desc(jobs.priority), asc(jobs.queuedAt), asc(jobs.message));
  const rates = await secondsPerWork(queries);
  return estimateAll(live, rates);
}

async function secondsPerWork(queries: Queries): Promise<Map<JobKind, number>> {
  const medians = await rows<{ kind: JobKind; rate: number }>(
    queries,
    sql`SELECT kind, percentile_cont(0.5) WITHIN GROUP (ORDER BY rate) AS rate FROM (
          SELECT kind, extract(epoch FROM finished_at - started_at)::float8 / work AS rate,
                 row_number() OVER (PARTITION BY kind ORDER BY finished_at DESC) AS place
          FROM jobs WHERE state = 'completed' AND work > 0 AND started_at IS NOT NULL) AS recent
        WHERE place <= ${HISTORY} GROUP BY kind`,
  );
  return new Map(medians.map(({ kind, rate }) => [kind, Number(rate)]));
}

/** @param live the queued ones in the order in which they are taken. */
export function estimateAll(live: readonly LiveJob[], rates: ReadonlyMap<JobKind, number>): Estimates {
  const etas = new Map<string, number | null>();
  const running = live.filter(({ state }) => state === 'running');
  for (const job of running) etas.set(job.id, remaining(job, rates));
  const queued = live.filter(({ state }) => state === 'queued');
  // When each place where jobs run is free again; nobody knows once one of them is unknown.
  const free: (number | null)[] = running.length > 0 ? running.map(({ id }) => etas.get(id) ?? null) : [0];
  for (const job of queued) {
    const known = free.every(seconds => seconds !== null);
    const rate = rates.get(job.kind);
    const next = known ? free.indexOf(Math.min(...free.map(Number))) : -1;
    const start = free[next];
    const done = start === undefined || start === null || rate === undefined ? null : start + rate * job.work;
    etas.set(job.id, done);
    free[Math.max(next, 0)] = done;
  }
  const positions = new Map(queued.map(({ id }, position) => [id, position]));
  return ({ id }) => ({ queuePosition: positions.get(id) ?? null, etaSeconds: etas.get(id) ?? null });
}

function remaining(job: LiveJob, rates: ReadonlyMap<JobKind, number>): number | null {
  const { fraction, elapsedSeconds } = job;
  const rate = rates.get(job.kind);
  const expected = rate === undefined ? undefined : rate * job.work;
  const byProgress = fraction >= LEAST_FRACTION ? (elapsedSeconds * (1 - fraction)) / fraction : null;
  // A job that takes longer than those before it is not done at once.
  if (expected === undefined || fraction >= TRUSTED_FRACTION || elapsedSeconds > expected) return byProgress;
  return expected - elapsedSeconds;
}
