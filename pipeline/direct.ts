import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { DirectorError, toDirectorError } from '../engine/errors.ts';
import { type LongOptions, subProgress, throwIfCancelled } from '../engine/progress.ts';
import { applyStep } from './direct/applyStep.ts';
import { experienceOf } from './direct/experienceOf.ts';
import { finishProduction } from './direct/finishProduction.ts';
import { costOfIteration, type Limits, type Stop, stopInTheMiddle } from './direct/limits.ts';
import { type NextStep, nextStep, type Step } from './direct/nextStep.ts';
import { openProduction, type Production, productionPath, writeProduction } from './direct/production.ts';
import { lockProduction } from './direct/productionLock.ts';
import { runStep } from './direct/runStep.ts';
import type { DirectSteps, LiftQuality } from './direct/steps.ts';
import { sweepParts } from './direct/sweepParts.ts';
import type { Provider } from './generate/provider.ts';
import { sha256File } from './generate/sha256File.ts';
import { readMemory, recall, remember } from './revise/memory.ts';
import { type Mind, MOST_CHARACTERS } from './revise/revision.ts';

export interface DirectOptions extends LongOptions, Limits {
  takes: number;
  seconds: number;
  width: number;
  height: number;
  framesPerSecond: number;
  seed: number;
  out: string;
  provider: Provider;
  failureModel?: string | undefined;
  quality: LiftQuality;
  /** Agents and simulated seconds of each test. */
  agents: number;
  testSeconds: number;
  /** Who revises; the rules where absent. */
  mind?: Mind | undefined;
  /** Longest prompt that a revision may write. */
  mostPromptCharacters?: number | undefined;
  /** File of what was learned about clauses: read where the production begins, added to where it ends. */
  memory?: string | undefined;
}

/** The part of an iteration's progress that each step is; what they take on two cores. */
const SHARES: Record<Step, readonly [number, number]> = {
  generate: [0, 0.4],
  score: [0.4, 0.5],
  lift: [0.5, 0.85],
  test: [0.85, 0.98],
  revise: [0.98, 1],
};

/**
 * The loop: generate → score → lift the best take that can be lifted → test → revise, and again with the revised
 * prompt. A prompt is judged by all its takes, for one good take in three is luck: the loop ends when neither the
 * world nor any take of an iteration shows anything at or above warning, or by its limits (direct/limits.ts).
 * DIR/production.json records each finished step, so the same call after a kill at any point goes on and ends with
 * the same production.
 * @throws PRODUCTION_CHANGED where DIR holds a production with other options, PRODUCTION_BUSY where another process
 *   works on it, and what the steps throw. A take that cannot be decoded or lifted is no error: its verdict is
 *   evidence for the revision.
 */
export async function direct(
  prompt: string,
  options: DirectOptions,
  steps: DirectSteps,
): Promise<Production> {
  const { out } = options;
  const identified = await identity(options);
  await mkdir(out, { recursive: true }).catch((cause: Error) => {
    throw new DirectorError('OUTPUT_UNWRITABLE', `${out} cannot be made: ${cause.message}`, { cause });
  });
  const unlock = await lockProduction(out);
  try {
    await sweepParts(out);
    const { memory } = options;
    const { provider, model } = identified;
    const production = await openProduction(out, prompt, identified, async () =>
      memory === undefined ? {} : recall(await readMemory(memory), provider, model),
    );
    refuseBeyondBudget(production, options);
    const ended = await goAround(production, { ...options, onProgress: risingProgress(options) }, steps);
    if (memory !== undefined)
      await remember(memory, keyOf(ended), { provider, model, experience: experienceOf(ended) });
    return ended;
  } finally {
    await unlock();
  }
}

async function goAround(begun: Production, options: DirectOptions, steps: DirectSteps): Promise<Production> {
  const { out, failureModel, onProgress, maxSeconds } = options;
  let production = begun;
  const clock = startClock(begun, options);
  const save = (changed: Production) => {
    production = { ...changed, ...clock.read() };
    return writeProduction(out, production);
  };
  let stop: Stop | undefined;
  try {
    for (;;) {
      throwIfCancelled(options.signal);
      const next = nextStep(production, options);
      if (next === 'done') break;
      const total = Math.max(options.iterations, production.iterations.length);
      const output = await runStep(production, next, {
        out,
        provider: async () => options.provider,
        failureModel,
        steps,
        mind: options.mind,
        onVerdicts: verdicts => save(applyStep(production, next, { verdicts })),
        ...shareOf(next, total, { ...options, signal: clock.signal }),
      });
      await save(applyStep(production, next, output));
    }
  } catch (thrown) {
    const timedOut = clock.signal.aborted && !options.signal?.aborted;
    if (!timedOut || maxSeconds === undefined || toDirectorError(thrown).code !== 'CANCELLED') throw thrown;
    stop = stopInTheMiddle(production.iterations.at(-1), maxSeconds);
  } finally {
    clock.stop();
  }
  await save(finishProduction(production, options, stop));
  onProgress?.({ stage: 'direct', fraction: 1, message: `${productionPath(out)} is complete` });
  return production;
}

/** Cancels what runs when the seconds are over, and counts them: those that earlier processes have worked as well. */
function startClock({ workedSeconds = 0 }: Production, { signal, maxSeconds }: DirectOptions) {
  const start = performance.now();
  const over = new AbortController();
  const signals = signal ? [signal, over.signal] : [over.signal];
  const timer =
    maxSeconds === undefined
      ? undefined
      : setTimeout(() => over.abort(), Math.max(0, maxSeconds - workedSeconds) * 1000);
  return {
    signal: AbortSignal.any(signals),
    stop: () => clearTimeout(timer),
    /** Without a limit on time nothing in a production depends on a clock. */
    read(): Pick<Production, 'workedSeconds'> {
      if (maxSeconds === undefined) return workedSeconds > 0 ? { workedSeconds } : {};
      return { workedSeconds: Math.round(workedSeconds * 100 + (performance.now() - start) / 10) / 100 };
    },
  };
}

/** A budget that not even the first takes fit in, or that nobody can hold to, is refused before anything is paid. */
function refuseBeyondBudget(production: Production, { maxCost, dollarsPerSecond }: DirectOptions): void {
  if (maxCost === undefined) return;
  const cost = costOfIteration(production.options, dollarsPerSecond);
  const { provider, model } = production.options;
  if (cost === undefined)
    throw new DirectorError('USAGE', `What a second of ${model} by ${provider} costs is not known here.`, {
      suggestion: 'Say it with --price DOLLARS, or leave --max-cost out.',
    });
  if (production.iterations.length === 0 && cost > maxCost)
    throw new DirectorError(
      'USAGE',
      `The takes of one iteration cost $${cost.toFixed(2)}, more than the $${maxCost.toFixed(2)} of --max-cost.`,
      { suggestion: 'Give fewer --takes, fewer --seconds, or more --max-cost.' },
    );
}

/** Maps a step's own progress into the whole's. */
function shareOf({ iteration, step }: NextStep, total: number, options: LongOptions): LongOptions {
  const [from, to] = SHARES[step];
  return subProgress(options, (iteration - 1 + from) / total, (iteration - 1 + to) / total);
}

/** A take that is refused sends the lift back to its start; what a person sees does not go back. */
function risingProgress(options: LongOptions): NonNullable<LongOptions['onProgress']> {
  let highest = 0;
  return event => {
    highest = Math.max(highest, event.fraction);
    options.onProgress?.({ ...event, fraction: highest });
  };
}

/** The same for the same production, however often it goes on. */
function keyOf({ prompt, options, experience }: Production): string {
  return createHash('sha256')
    .update(JSON.stringify([prompt, options, experience]))
    .digest('hex')
    .slice(0, 16);
}

async function identity(options: DirectOptions): Promise<Production['options']> {
  const {
    takes,
    seconds,
    width,
    height,
    framesPerSecond,
    seed,
    provider,
    quality,
    agents,
    testSeconds,
    failureModel,
    mind,
    mostPromptCharacters,
  } = options;
  if (failureModel !== undefined && !existsSync(failureModel))
    throw new DirectorError('INPUT_NOT_FOUND', `There is no failure model ${failureModel}.`);
  const failureModelSha256 = failureModel === undefined ? null : await sha256File(failureModel);
  return {
    takes,
    seconds,
    width,
    height,
    framesPerSecond,
    seed,
    provider: provider.name,
    model: provider.model,
    failureModelSha256,
    quality,
    agents,
    testSeconds,
    mind: mind?.name ?? 'rules',
    mostPromptCharacters: mostPromptCharacters ?? MOST_CHARACTERS,
  };
}
