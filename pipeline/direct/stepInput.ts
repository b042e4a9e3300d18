import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectorError, toDirectorError } from '../../engine/errors.ts';
import type { LongOptions } from '../../engine/progress.ts';
import { createRandom } from '../../engine/random.ts';
import type { Provider } from '../generate/provider.ts';
import type { Mind } from '../revise/revision.ts';
import { type Scores, scoresSchema } from '../score/scorecard.ts';
import type { Iteration, Production, Verdict } from './production.ts';
import type { DirectSteps } from './steps.ts';

/** What a step is about. */
export interface StepInput {
  production: Production;
  iteration: Iteration;
}

/** What a step needs beside the production's document. */
export interface StepContext extends LongOptions {
  /** The production's folder: the files that stepReads names lie there, and the step's own are written there. */
  out: string;
  /** Makes the provider that the production's options name; called by the generate step alone. */
  provider(): Promise<Provider>;
  /** The procedural provider's failure model, a path. */
  failureModel?: string | undefined;
  steps: DirectSteps;
  /** Revises the prompt; the rules where absent. Called by the revise step alone. */
  mind?: Mind | undefined;
  /** Lift exactly this take, because a person picked it. */
  take?: string | undefined;
  /** Told each take's video, a path, once it is whole, before the others are made; waited for. */
  onTake?: ((video: string) => Promise<void>) | undefined;
  /** Told all verdicts so far when the lift has refused a take and goes on to the next: a kill need not repeat it. */
  onVerdicts?: ((verdicts: Verdict[]) => Promise<void>) | undefined;
}

/** Seeds differ between iterations, so that a take which failed by chance is not failed again by the same chance. */
export function iterationSeed({ production, iteration }: StepInput, purpose: 'takes' | 'test'): number {
  return createRandom(`${production.options.seed}/${iteration.iteration}/${purpose}`).integer(2 ** 31);
}

/** Small enough to be typed again by a person who repeats the test. */
export function testSeed(input: StepInput): number {
  return iterationSeed(input, 'test') % 1_000_000;
}

/** The scorecards of an iteration whose score step is done. */
export async function readScores({ iteration }: StepInput, out: string): Promise<Scores> {
  if (!iteration.scored)
    throw new DirectorError('INTERNAL', `Iteration ${iteration.iteration} has no scores yet.`);
  return scoresSchema.parse(JSON.parse(await readFile(join(out, iteration.scored.scores), 'utf8')));
}

/** The name of the take that a video is. */
export function takeOf(iteration: Iteration, video: string): string {
  return iteration.generated?.takes.find(take => take.video === video)?.take ?? video;
}

/** What speaks against one take alone. @throws again what says nothing about the take. */
export function verdictOf(take: string, thrown: unknown): Verdict {
  const error = toDirectorError(thrown);
  if (!/^(?:LIFT|VIDEO)_/.test(error.code)) throw thrown;
  return { take, code: error.code, message: error.message };
}
