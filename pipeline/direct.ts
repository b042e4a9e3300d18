import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectorError, toDirectorError } from '../engine/errors.ts';
import { type LongOptions, subProgress } from '../engine/progress.ts';
import { createRandom } from '../engine/random.ts';
import {
  countViolations,
  type Iteration,
  iterationName,
  openProduction,
  type Production,
  productionPath,
  writeProduction,
} from './direct/production.ts';
import type { DirectSteps, LiftQuality } from './direct/steps.ts';
import { generate } from './generate/generate.ts';
import type { Provider } from './generate/provider.ts';
import { sha256File } from './generate/sha256File.ts';
import { writeJsonAtomic } from './generate/writeFileAtomic.ts';
import { type Evidence, fromCode, fromScores, readEvidenceFile } from './revise/evidence.ts';
import { revise } from './revise/revise.ts';
import { score } from './score/score.ts';
import { type Scores, scoresSchema } from './score/scorecard.ts';

export interface DirectOptions extends LongOptions {
  /** 1 to 20. */
  iterations: number;
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
}

/** Shares of an iteration's progress where each step ends; what they take on two cores. */
const PROGRESS = { generated: 0.4, scored: 0.5, lifted: 0.85, tested: 0.98 };

/**
 * The loop: generate → score → lift the best take that can be lifted → test → revise, and again with the revised
 * prompt, until no violation at or above warning remains or the iterations are used up. DIR/production.json
 * records each finished step, so the same call after a kill at any point goes on and ends with the same production.
 * @throws PRODUCTION_CHANGED where DIR holds a production with other options, and what the steps throw. A take that
 *   cannot be lifted is no error: its verdict is evidence for the revision.
 */
export async function direct(
  prompt: string,
  options: DirectOptions,
  steps: DirectSteps,
): Promise<Production> {
  const { out, iterations } = options;
  const onProgress = risingProgress(options);
  const production = await openProduction(out, prompt, await identity(options));
  const save = () => writeProduction(out, production);
  if (production.stopped === 'no-violations') return production;
  // Asked for more iterations than last time, a production that had used its own goes on.
  production.stopped = null;
  await mkdir(out, { recursive: true }).catch((cause: Error) => {
    throw new DirectorError('OUTPUT_UNWRITABLE', `${out} cannot be made: ${cause.message}`, { cause });
  });

  // An iteration that was begun is ended, also where fewer are asked for than before.
  const total = Math.max(iterations, production.iterations.length);
  for (let number = 1; number <= total; number++) {
    const before = production.iterations[number - 2];
    const iteration = production.iterations[number - 1] ?? {
      iteration: number,
      prompt: before?.revised?.prompt ?? prompt,
    };
    if (!production.iterations.includes(iteration)) production.iterations.push(iteration);
    const progress = subProgress(
      { signal: options.signal, onProgress },
      (number - 1) / total,
      number / total,
    );
    const scores = await makeTakes(iteration, options, progress, save);
    await liftBest(iteration, options, steps, progress, save, scores);
    const finished = await testWorld(iteration, options, steps, progress, save, scores);
    keepBest(production, iteration);
    if (finished) {
      production.stopped = 'no-violations';
      break;
    }
    if (!iteration.revised) {
      await revisePrompt(iteration, options, scores);
      await save();
    }
  }
  production.stopped ??= 'iterations-done';
  await save();
  onProgress({ stage: 'direct', fraction: 1, message: `${productionPath(out)} is complete` });
  return production;
}

/** A take that is refused sends the lift back to its start; what a person sees does not go back. */
function risingProgress(options: LongOptions): NonNullable<LongOptions['onProgress']> {
  let highest = 0;
  return event => {
    highest = Math.max(highest, event.fraction);
    options.onProgress?.({ ...event, fraction: highest });
  };
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
  };
}

/** Seeds differ between iterations, so that a take which failed by chance is not failed again by the same chance. */
function iterationSeed(options: DirectOptions, iteration: Iteration, purpose: string): number {
  return createRandom(`${options.seed}/${iteration.iteration}/${purpose}`).integer(2 ** 31);
}

type Save = () => Promise<void>;

/** Generates and scores; returns the scores, from disk where the step was done before. */
async function makeTakes(
  iteration: Iteration,
  options: DirectOptions,
  progress: LongOptions,
  save: Save,
): Promise<Scores> {
  const { out, provider, takes, seconds, width, height, framesPerSecond, failureModel } = options;
  const name = iterationName(iteration.iteration);
  const folder = join(out, name);
  if (!iteration.generated) {
    const made = await generate(iteration.prompt, {
      provider,
      takes,
      seconds,
      width,
      height,
      framesPerSecond,
      failureModel,
      seed: iterationSeed(options, iteration, 'takes'),
      out: join(folder, 'takes'),
      ...subProgress(progress, 0, PROGRESS.generated),
    });
    iteration.generated = {
      takes: made.takes.map(({ take, video, sha256 }) => ({ take, video: relativeTo(out, video), sha256 })),
      failed: made.failed.map(({ take, error }) => ({ take, code: error.code, message: error.message })),
    };
    await save();
  }
  const scoresFile = join(name, 'scores.json');
  if (iteration.scored) return scoresSchema.parse(JSON.parse(await readFile(join(out, scoresFile), 'utf8')));
  const videos = iteration.generated.takes.map(take => join(out, take.video));
  const absolute = await score(videos, subProgress(progress, PROGRESS.generated, PROGRESS.scored));
  // Paths relative to the production, so that a folder that is moved stays whole.
  const scores: Scores = {
    takes: absolute.takes.map(card => ({
      ...card,
      video: relativeTo(out, card.video),
      violations: card.violations.map(violation => ({
        ...violation,
        replay: { ...violation.replay, video: relativeTo(out, violation.replay.video) },
      })),
    })),
  };
  await writeJsonAtomic(join(out, scoresFile), scores);
  iteration.scored = {
    scores: scoresFile,
    takes: scores.takes.map(card => ({
      take: takeOf(iteration, card.video),
      rank: card.rank,
      overall: card.overall,
      liftable: card.liftable.ok,
      violations: countViolations(card.violations),
    })),
  };
  await save();
  return scores;
}

function relativeTo(out: string, path: string): string {
  return path.startsWith(`${join(out)}/`) ? path.slice(join(out).length + 1) : path;
}

function takeOf(iteration: Iteration, video: string): string {
  return iteration.generated?.takes.find(take => take.video === video)?.take ?? video;
}

/** Lifts the best take that is liftable; a refusal sends it to the next best and stays as a verdict. */
async function liftBest(
  iteration: Iteration,
  options: DirectOptions,
  steps: DirectSteps,
  progress: LongOptions,
  save: Save,
  scores: Scores,
): Promise<void> {
  if (iteration.lifted !== undefined) return;
  const world = join(iterationName(iteration.iteration), 'world');
  iteration.verdicts ??= [];
  const candidates = scores.takes.filter(card => card.liftable.ok).sort((a, b) => a.rank - b.rank);
  for (const card of candidates) {
    const take = takeOf(iteration, card.video);
    if (iteration.verdicts.some(verdict => verdict.take === take)) continue;
    // A kill between the world's last file and its record leaves a whole world that nobody vouches for.
    await rm(join(options.out, world), { recursive: true, force: true });
    try {
      const lifted = await steps.lift(join(options.out, card.video), {
        out: join(options.out, world),
        quality: options.quality,
        prompt: iteration.prompt,
        take,
        ...subProgress(progress, PROGRESS.scored, PROGRESS.lifted),
      });
      const { registered, frames, reprojectionErrorPixels } = lifted;
      iteration.lifted = { take, world, registered, frames, reprojectionErrorPixels };
      await save();
      return;
    } catch (thrown) {
      const error = toDirectorError(thrown);
      if (!error.code.startsWith('LIFT_')) throw thrown;
      iteration.verdicts.push({ take, code: error.code, message: error.message });
      await save();
    }
  }
  iteration.lifted = null;
  await save();
}

/** Tests the world. @returns whether nothing at or above warning is left, in the world and in its take. */
async function testWorld(
  iteration: Iteration,
  options: DirectOptions,
  steps: DirectSteps,
  progress: LongOptions,
  save: Save,
  scores: Scores,
): Promise<boolean> {
  if (!iteration.lifted) {
    iteration.tested = null;
    await save();
    return false;
  }
  const { take, world } = iteration.lifted;
  if (!iteration.tested) {
    const report = join(iterationName(iteration.iteration), 'report.json');
    const seed = iterationSeed(options, iteration, 'test') % 1_000_000;
    try {
      const tested = await steps.test(join(options.out, world), {
        seed,
        agents: options.agents,
        simulatedSeconds: options.testSeconds,
        ...subProgress(progress, PROGRESS.lifted, PROGRESS.tested),
      });
      await writeJsonAtomic(join(options.out, report), { runs: [{ ...tested, world }] });
      iteration.tested = {
        report,
        seed,
        stateHash: tested.stateHash,
        reachableArea: tested.coverage.reachableArea,
        coverage: tested.coverage.ratio,
        violations: countViolations(tested.violations),
      };
    } catch (thrown) {
      const error = toDirectorError(thrown);
      // A world that the test refuses is a finding about the world; anything else broke.
      if (!/^(?:WORLD|NAVMESH)_/.test(error.code)) throw thrown;
      await writeJsonAtomic(join(options.out, report), { runs: [{ world, error: error.toJSON() }] });
      iteration.tested = {
        report,
        seed,
        stateHash: null,
        reachableArea: 0,
        coverage: 0,
        violations: { error: 1, warning: 0, info: 0 },
        code: error.code,
        message: error.message,
      };
    }
    await save();
  }
  const card = scores.takes.find(each => takeOf(iteration, each.video) === take);
  const left = [iteration.tested.violations, countViolations(card?.violations ?? [])];
  return left.every(({ error, warning }) => error === 0 && warning === 0);
}

/**
 * Fewest errors first, in the world and in its take; then fewest warnings, then the most ground that was walked; the
 * earlier of equals.
 */
function keepBest(production: Production, iteration: Iteration): void {
  const { lifted, tested } = iteration;
  const mine = rankWorld(iteration);
  if (!lifted || !tested || !mine) return;
  const holder = production.iterations.find(each => each.iteration === production.best?.iteration);
  const other = holder && rankWorld(holder);
  const difference = other ? (mine.map((value, i) => value - other[i]).find(value => value !== 0) ?? 0) : -1;
  if (difference < 0)
    production.best = {
      iteration: iteration.iteration,
      take: lifted.take,
      world: lifted.world,
      violations: tested.violations,
    };
}

/** Lower is better, the first number first; undefined where there is no tested world. */
function rankWorld({ lifted, tested, scored }: Iteration): [number, number, number] | undefined {
  if (!lifted || !tested || tested.code) return undefined;
  const take = scored?.takes.find(each => each.take === lifted.take)?.violations;
  return [
    tested.violations.error + (take?.error ?? 0),
    tested.violations.warning + (take?.warning ?? 0),
    -tested.reachableArea * tested.coverage,
  ];
}

async function revisePrompt(iteration: Iteration, options: DirectOptions, scores: Scores): Promise<void> {
  const evidence: Evidence[] = [
    ...fromScores(scores.takes),
    ...(iteration.verdicts ?? []).map(({ take, code }) => fromCode(code, take)),
    ...(iteration.tested ? await readEvidenceFile(join(options.out, iteration.tested.report)) : []),
  ];
  const revision = revise(iteration.prompt, evidence, { escalate: true });
  const file = join(iterationName(iteration.iteration), 'revision.json');
  await writeJsonAtomic(join(options.out, file), revision);
  iteration.revised = { revision: file, prompt: revision.revised, edits: revision.edits };
}
