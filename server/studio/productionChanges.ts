import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { nextStep } from '../../pipeline/direct/nextStep.ts';
import type { Queries } from '../db/database.ts';
import { iterations, type JobRow, jobs, productions, runs, steps, worlds } from '../db/schema.ts';
import { announceProduction } from '../jobs/announceProduction.ts';
import { goOn, settle } from '../jobs/goOn.ts';
import { type LoadedProduction, limitsOf, loadProduction } from '../jobs/productionDocument.ts';
import { RESUMED_PRIORITY } from '../jobs/queue.ts';
import { conflict, type StudioContext, unknownId } from './context.ts';
import { announceStopped, liveJobs, stopJob } from './stopJob.ts';

/** As many as `direct` takes. */
const MOST_ITERATIONS = 20;

/**
 * Changes a production, which nobody else changes meanwhile; those who watch are told once it is committed.
 * @param work gives the jobs that it stopped.
 */
async function change(
  context: StudioContext,
  id: string,
  work: (queries: Queries, loaded: LoadedProduction) => Promise<JobRow[]>,
  why: 'pause' | 'cancel' = 'cancel',
): Promise<void> {
  const stopped = await context.database.transaction(async queries => {
    const loaded = await loadProduction(queries, id, 'lock');
    if (!loaded) throw unknownId(id);
    return work(queries, loaded);
  });
  await announceProduction(context.database, context.bus, id);
  for (const job of stopped) announceStopped(context, job, why);
}

export function pauseProduction(context: StudioContext, id: string): Promise<void> {
  return change(
    context,
    id,
    async (queries, { row }) => {
      if (row.state !== 'running')
        throw conflict(
          `${id} is ${row.state}: nothing runs that could be paused.`,
          row.state,
          'Wait until it runs.',
        );
      const stopped = await stopAll(queries, context, eq(jobs.productionId, id), 'paused');
      await settle(queries, id, { state: 'paused' });
      return stopped;
    },
    'pause',
  );
}

export function resumeProduction(context: StudioContext, id: string): Promise<void> {
  return change(context, id, async (queries, { row }) => {
    if (row.state !== 'paused')
      throw conflict(
        `${id} is ${row.state}, not paused.`,
        row.state,
        'Retry what failed or was cancelled; resume what is paused.',
      );
    const [job] = await liveJobs(queries, eq(jobs.productionId, id));
    if (job) {
      await context.queue.enqueue(queries, job.id, job.attempt > 0 ? RESUMED_PRIORITY : 0);
      await settle(queries, id, { state: 'running' });
    } else await goOn(queries, context.queue, id);
    return [];
  });
}

export function cancelProduction(context: StudioContext, id: string): Promise<void> {
  return change(context, id, async (queries, { row }) => {
    if (row.state === 'cancelled' || row.state === 'done' || row.state === 'failed')
      throw conflict(`${id} is ${row.state}: there is nothing to cancel.`, row.state, 'Nothing of it runs.');
    const stopped = await stopAll(queries, context, eq(jobs.productionId, id), 'cancelled');
    await settle(queries, id, { state: 'cancelled' });
    return stopped;
  });
}

export function retryProduction(context: StudioContext, id: string): Promise<void> {
  return change(context, id, async (queries, loaded) => {
    const { row, document } = loaded;
    if (row.state !== 'failed' && row.state !== 'cancelled')
      throw conflict(
        `${id} is ${row.state}: nothing failed or was cancelled.`,
        row.state,
        'Resume what is paused.',
      );
    const next = nextStep(document, limitsOf(row));
    const [last] = await queries
      .select()
      .from(jobs)
      .where(and(eq(jobs.productionId, id), inArray(jobs.state, ['failed', 'cancelled'])))
      .orderBy(desc(jobs.id))
      .limit(1);
    // The same job goes on where it was cut, with what its scratch folder holds.
    if (last && next !== 'done' && last.kind === next.step && last.iteration === next.iteration) {
      await context.queue.enqueue(queries, last.id, 0);
      await settle(queries, id, { state: 'running' });
    } else await goOn(queries, context.queue, id);
    return [];
  });
}

/** The world, the test and the revision of the last iteration go; the picked take is lifted in their place. */
export function pickTake(context: StudioContext, id: string, iteration: number, take: string): Promise<void> {
  return change(context, id, async (queries, loaded) => {
    const { row, document } = loaded;
    const last = document.iterations.at(-1);
    if (last?.iteration !== iteration)
      throw conflict(
        `Iteration ${iteration} is not the last one of ${id}.`,
        row.state,
        `A take can be picked in iteration ${last?.iteration ?? 1} only: what came after an earlier one rests on it.`,
      );
    if (!last.scored)
      throw conflict(
        `The takes of iteration ${iteration} have no scores yet.`,
        row.state,
        'Wait until they have.',
      );
    if (!last.generated?.takes.some(each => each.take === take))
      throw conflict(
        `Iteration ${iteration} has no ${take}.`,
        row.state,
        `Pick one of ${last.generated?.takes.map(each => each.take).join(', ')}.`,
      );
    const ofIteration = and(eq(worlds.productionId, id), eq(worlds.iteration, iteration));
    const stopped = [
      ...(await stopAll(queries, context, eq(jobs.productionId, id), 'cancelled')),
      ...(await stopRuns(queries, context, ofIteration)),
    ];
    // What lifts have found out about the takes stays known.
    const verdicts = last.verdicts ?? [];
    const step = (kind: 'score' | 'lift' | 'test' | 'revise') =>
      and(eq(steps.productionId, id), eq(steps.iteration, iteration), eq(steps.step, kind));
    await queries
      .update(steps)
      .set({ output: { scored: last.scored, verdicts } })
      .where(step('score'));
    for (const kind of ['lift', 'test', 'revise'] as const) await queries.delete(steps).where(step(kind));
    await queries.delete(worlds).where(ofIteration);
    await queries
      .update(iterations)
      .set({ take })
      .where(and(eq(iterations.productionId, id), eq(iterations.iteration, iteration)));
    await goOn(queries, context.queue, id);
    return stopped;
  });
}

export function beginNextIteration(
  context: StudioContext,
  id: string,
  prompt: string | undefined,
): Promise<void> {
  return change(context, id, async (queries, { row, document }) => {
    const last = document.iterations.at(-1);
    if (
      (row.state !== 'waiting' && row.state !== 'done') ||
      nextStep(document, { iterations: 1 }) !== 'done' ||
      !last
    )
      throw conflict(
        `Iteration ${last?.iteration ?? 1} of ${id} is not finished.`,
        row.state,
        'Finish it first: wait, pick a take, or let autopilot run on.',
      );
    const accepted = prompt ?? last.revised?.prompt;
    if (accepted === undefined)
      throw conflict(
        `Iteration ${last.iteration} showed nothing to revise.`,
        row.state,
        'Give a prompt of your own to go on.',
      );
    if (last.iteration >= MOST_ITERATIONS)
      throw conflict(
        `${id} has ${MOST_ITERATIONS} iterations, the most there can be.`,
        row.state,
        'Start a new one.',
      );
    await queries
      .insert(iterations)
      .values({ productionId: id, iteration: last.iteration + 1, prompt: accepted });
    await goOn(queries, context.queue, id);
    return [];
  });
}

/** What waits for a person goes on; what is paused, failed or cancelled stays so. */
export function setAutopilot(context: StudioContext, id: string, count: number): Promise<void> {
  return change(context, id, async (queries, { row }) => {
    await queries
      .update(productions)
      .set({
        autopilot: count,
        // Who wants it to run on without being asked wants no question within an iteration either.
        through: 'revise',
        version: sql`${productions.version} + 1`,
        updatedAt: sql`now()`,
      })
      .where(eq(productions.id, id));
    if (row.state === 'waiting' || row.state === 'done') await goOn(queries, context.queue, id);
    return [];
  });
}

export async function deleteProduction(context: StudioContext, id: string): Promise<void> {
  const stopped = await context.database.transaction(async queries => {
    const loaded = await loadProduction(queries, id, 'lock');
    if (!loaded) throw unknownId(id);
    const live = [
      ...(await stopAll(queries, context, eq(jobs.productionId, id), 'cancelled')),
      ...(await stopRuns(queries, context, eq(worlds.productionId, id))),
    ];
    await queries.delete(productions).where(eq(productions.id, id));
    return live;
  });
  for (const job of stopped) announceStopped(context, job, 'cancel');
  context.bus.publish('productions', {});
}

async function stopAll(
  queries: Queries,
  context: StudioContext,
  which: SQL,
  state: 'paused' | 'cancelled',
): Promise<JobRow[]> {
  const live = await liveJobs(queries, which);
  for (const job of live) await stopJob(queries, context, job, state);
  return live;
}

/** Tests of worlds that go. */
function stopRuns(queries: Queries, context: StudioContext, which: SQL | undefined): Promise<JobRow[]> {
  const gone = queries.select({ id: worlds.id }).from(worlds).where(which);
  const ofWorlds = queries.select({ id: runs.id }).from(runs).where(inArray(runs.worldId, gone));
  return stopAll(queries, context, inArray(jobs.runId, ofWorlds), 'cancelled');
}
