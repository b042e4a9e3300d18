import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectorError, toDirectorError } from '../engine/errors.ts';
import { type LongOptions, subProgress } from '../engine/progress.ts';
import { createRandom } from '../engine/random.ts';
import { findBest } from './direct/findBest.ts';
import {
  countViolations,
  groupByType,
  type Iteration,
  iterationName,
  openProduction,
  type Production,
  productionPath,
  type Verdict,
  writeProduction,
} from './direct/production.ts';
import { lockProduction } from './direct/productionLock.ts';
import type { DirectSteps, LiftQuality } from './direct/steps.ts';
import { generate } from './generate/generate.ts';
import type { Provider } from './generate/provider.ts';
import { sha256File } from './generate/sha256File.ts';
import { writeJsonAtomic } from './generate/writeFileAtomic.ts';
import { type Evidence, fromCode, fromScores, readEvidenceFile } from './revise/evidence.ts';
import { revise } from './revise/revise.ts';
import { rankCards, scoreVideo, type UnrankedCard } from './score/score.ts';
import { type Scorecard, type Scores, scoresSchema } from './score/scorecard.ts';

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
 * prompt. A prompt is judged by all its takes, for one good take in three is luck: the loop ends when neither the
 * world nor any take of an iteration shows anything at or above warning, or when the iterations are used up.
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
    const production = await openProduction(out, prompt, identified);
    return production.stopped === 'no-findings'
      ? production
      : await goAround(production, { ...options, onProgress: risingProgress(options) }, steps);
  } finally {
    await unlock();
  }
}

async function goAround(
  production: Production,
  options: DirectOptions,
  steps: DirectSteps,
): Promise<Production> {
  const { out, iterations, signal, onProgress } = options;
  const save = () => writeProduction(out, production);
  // Asked for more iterations than last time, a production that had used its own goes on.
  production.stopped = null;
  production.stoppedBecause = null;
  // An iteration that was begun is ended, also where fewer are asked for than before.
  const total = Math.max(iterations, production.iterations.length);
  let found: readonly Evidence[] = [];
  for (let number = 1; number <= total; number++) {
    const before = production.iterations[number - 2];
    const iteration = production.iterations[number - 1] ?? {
      iteration: number,
      prompt: before?.revised?.prompt ?? production.prompt,
    };
    if (!production.iterations.includes(iteration)) production.iterations.push(iteration);
    const progress = subProgress({ signal, onProgress }, (number - 1) / total, number / total);
    const scores = await makeTakes(iteration, options, progress, save);
    await liftBest(iteration, options, steps, progress, save, scores);
    await testWorld(iteration, options, steps, progress, save);
    production.best = findBest(production.iterations);
    found = await gatherEvidence(iteration, out, scores);
    if (iteration.tested && found.length === 0) {
      production.stopped = 'no-findings';
      production.stoppedBecause = `Neither the world nor any take of iteration ${number} shows anything at or above warning.`;
      break;
    }
    if (!iteration.revised) {
      await revisePrompt(iteration, options, found);
      await save();
    }
  }
  if (!production.stopped) {
    production.stopped = 'iterations-done';
    production.stoppedBecause = `${total === 1 ? 'The one iteration was' : `All ${total} iterations were`} used; ${count(found.length, 'finding')} in the last.`;
  }
  await save();
  onProgress?.({ stage: 'direct', fraction: 1, message: `${productionPath(out)} is complete` });
  return production;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
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
  const { cards, verdicts } = await scoreTakes(
    iteration.generated.takes,
    out,
    subProgress(progress, PROGRESS.generated, PROGRESS.scored),
  );
  const scores = rankCards(cards);
  await writeJsonAtomic(join(out, scoresFile), scores);
  iteration.scored = {
    scores: scoresFile,
    takes: scores.takes.map(card => ({
      take: takeOf(iteration, card.video),
      rank: card.rank,
      overall: card.overall,
      liftable: card.liftable.ok,
      reason: card.liftable.reason,
      findings: fromScores([card]).map(({ id, kind, severity, message }) => ({
        id,
        kind,
        severity,
        message,
      })),
    })),
  };
  iteration.verdicts = verdicts;
  await save();
  return scores;
}

/** A file that a provider delivered may hold a good head and nothing behind it: a verdict on that take alone. */
async function scoreTakes(
  takes: readonly { take: string; video: string }[],
  out: string,
  progress: LongOptions,
): Promise<{ cards: UnrankedCard[]; verdicts: Verdict[] }> {
  const cards: UnrankedCard[] = [];
  const verdicts: Verdict[] = [];
  for (const [index, { take, video }] of takes.entries()) {
    const share = subProgress(progress, index / takes.length, (index + 1) / takes.length);
    try {
      const card = await scoreVideo(join(out, video), share);
      // Paths relative to the production, so that a folder that is moved stays whole.
      const violations = card.violations.map(each => ({ ...each, replay: { ...each.replay, video } }));
      cards.push({ ...card, video, violations });
    } catch (thrown) {
      verdicts.push(verdictOf(take, thrown));
    }
  }
  return { cards, verdicts };
}

/** @throws again what says nothing about the take. */
function verdictOf(take: string, thrown: unknown): Verdict {
  const error = toDirectorError(thrown);
  if (!/^(?:LIFT|VIDEO)_/.test(error.code)) throw thrown;
  return { take, code: error.code, message: error.message };
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
      const because = whyThisTake(card, scores, iteration.verdicts);
      iteration.lifted = { take, because, world, registered, frames, reprojectionErrorPixels };
      await save();
      return;
    } catch (thrown) {
      iteration.verdicts.push(verdictOf(take, thrown));
      await save();
    }
  }
  iteration.lifted = null;
  await save();
}

function whyThisTake(card: Scorecard, scores: Scores, verdicts: readonly Verdict[]): string {
  const refused = verdicts
    .filter(({ code }) => code.startsWith('LIFT_'))
    .map(({ take, code }) => `${take} (${code})`);
  const place =
    refused.length > 0 ? `the best that the lift did not refuse, after ${refused.join(', ')}` : 'ranks first';
  return `${place}: scores ${card.overall.toFixed(2)}, place ${card.rank} of ${scores.takes.length}; ${card.liftable.reason}`;
}

async function testWorld(
  iteration: Iteration,
  options: DirectOptions,
  steps: DirectSteps,
  progress: LongOptions,
  save: Save,
): Promise<void> {
  if (!iteration.lifted) {
    iteration.tested = null;
  } else if (!iteration.tested) {
    const { world } = iteration.lifted;
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
        found: groupByType(tested.violations),
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
        found: [],
        code: error.code,
        message: error.message,
      };
    }
  }
  await save();
}

/** All that speaks against an iteration: every take of it, lifted or not, and its world. */
async function gatherEvidence(iteration: Iteration, out: string, scores: Scores): Promise<Evidence[]> {
  return [
    ...fromScores(scores.takes),
    ...(iteration.verdicts ?? []).map(({ take, code, message }) => fromCode(code, take, message)),
    ...(iteration.tested ? await readEvidenceFile(join(out, iteration.tested.report)) : []),
  ];
}

async function revisePrompt(
  iteration: Iteration,
  options: DirectOptions,
  evidence: readonly Evidence[],
): Promise<void> {
  const revision = revise(iteration.prompt, evidence, { escalate: true });
  const file = join(iterationName(iteration.iteration), 'revision.json');
  await writeJsonAtomic(join(options.out, file), revision);
  iteration.revised = { revision: file, prompt: revision.revised, edits: revision.edits };
}
