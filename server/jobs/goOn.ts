import { and, eq, sql } from 'drizzle-orm';
import { DirectorError } from '../../engine/errors.ts';
import { finishProduction } from '../../pipeline/direct/finishProduction.ts';
import { type NextStep, nextStep } from '../../pipeline/direct/nextStep.ts';
import { iterationOf } from '../../pipeline/direct/production.ts';
import { testSeed } from '../../pipeline/direct/stepInput.ts';
import type { ProductionView } from '../api/types.ts';
import type { Queries } from '../db/database.ts';
import { newId } from '../db/newId.ts';
import { iterations, jobs, productions, runs, worlds } from '../db/schema.ts';
import { type LoadedProduction, limitsOf, loadProduction, STEP_ORDER } from './productionDocument.ts';
import type { Queue } from './queue.ts';
import { workOf } from './workOf.ts';

/**
 * Decides from a production's rows what comes next and records it: the job of the next step is queued, or the
 * production waits for a person, or it is done. Called in the transaction that changed the rows, so that there is no
 * moment at which a step is finished and nothing follows.
 */
export async function goOn(queries: Queries, queue: Queue, productionId: string): Promise<void> {
  const loaded = await loadProduction(queries, productionId, 'lock');
  if (!loaded) throw new DirectorError('UNKNOWN_ID', `There is no production ${productionId}.`);
  const { row, document } = loaded;
  const limits = limitsOf(row);
  const next = nextStep(document, limits);
  if (next === 'done') {
    const last = document.iterations.at(-1);
    const { stopped, stoppedBecause } = finishProduction(document, limits);
    if (stopped === 'no-findings' || !last?.revised)
      await settle(queries, productionId, { state: 'done', stopped: 'no-findings', stoppedBecause });
    else {
      // Who let it run on is told why it asks before its time.
      const why = stopped === 'no-progress' ? stoppedBecause : null;
      await settle(queries, productionId, { state: 'waiting', waitingFor: 'accept', stoppedBecause: why });
    }
    return;
  }
  const waits = whyItWaits(loaded, next);
  if (waits) await settle(queries, productionId, waits);
  else {
    await enqueueStep(queries, queue, loaded, next);
    await settle(queries, productionId, { state: 'running' });
  }
}

type Settled = Pick<ProductionView, 'state'> & {
  waitingFor?: ProductionView['waitingFor'];
  stopped?: 'no-findings';
  stoppedBecause?: string | null;
};

/** Sets what a production's state is now, and nothing of what it was before; counts its version up. */
export async function settle(queries: Queries, productionId: string, settled: Settled): Promise<void> {
  await queries
    .update(productions)
    .set({
      waitingFor: null,
      stopped: null,
      stoppedBecause: null,
      error: null,
      ...settled,
      version: sql`${productions.version} + 1`,
      updatedAt: sql`now()`,
    })
    .where(eq(productions.id, productionId));
}

/** Within an iteration everything runs up to `through`; a pick says that the person wants the rest as well. */
function whyItWaits({ row, iterations: begun }: LoadedProduction, next: NextStep): Settled | undefined {
  const picked = begun[next.iteration - 1]?.take ?? null;
  const through = row.through === 'score' && picked !== null ? 'revise' : row.through;
  if (STEP_ORDER.indexOf(next.step) <= STEP_ORDER.indexOf(through)) return undefined;
  return through === 'score'
    ? { state: 'waiting', waitingFor: 'pick' }
    : { state: 'done', stoppedBecause: `It was asked to go through '${through}'.` };
}

async function enqueueStep(
  queries: Queries,
  queue: Queue,
  { row, document, iterations: begun }: LoadedProduction,
  { iteration, step }: NextStep,
): Promise<void> {
  const productionId = row.id;
  const begins = iterationOf(document, iteration);
  if (!begun[iteration - 1])
    await queries.insert(iterations).values({ productionId, iteration, prompt: begins.prompt });
  let runId: string | null = null;
  if (step === 'test') {
    const [world] = await queries
      .select({ id: worlds.id })
      .from(worlds)
      .where(and(eq(worlds.productionId, productionId), eq(worlds.iteration, iteration)));
    if (!world)
      throw new DirectorError('INTERNAL', `Iteration ${iteration} of ${productionId} has no world to test.`);
    runId = newId('r');
    await queries.insert(runs).values({
      id: runId,
      worldId: world.id,
      productionId,
      iteration,
      ofStep: true,
      seed: testSeed({ production: document, iteration: begins }),
      agents: row.options.agents,
      seconds: row.options.testSeconds,
      pace: 'fast',
      files: {},
    });
  }
  const id = newId('j');
  await queries.insert(jobs).values({
    id,
    kind: step,
    productionId,
    iteration,
    runId,
    state: 'queued',
    work: workOf(step, row.options),
  });
  await queue.enqueue(queries, id, 0);
}
