import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectorError } from '../../engine/errors.ts';
import type { Scorecard, Scores } from '../score/scorecard.ts';
import { iterationName, type StepOutput, type Verdict } from './production.ts';
import { readScores, type StepContext, type StepInput, takeOf, verdictOf } from './stepInput.ts';
import { LIFT_QUALITIES, type LiftQuality } from './steps.ts';

interface Candidate {
  take: string;
  video: string;
  because(verdicts: readonly Verdict[]): string;
}

/**
 * Lifts the best take that is liftable; a refusal sends it to the next best and stays as a verdict. Or lifts the one
 * take that a person picked, whatever its scores say.
 */
export async function liftStep(input: StepInput, context: StepContext): Promise<StepOutput> {
  const { production, iteration } = input;
  const { out, take: picked, steps, signal, onProgress } = context;
  const world = join(iterationName(iteration.iteration), 'world');
  const scores = await readScores(input, out);
  // A verdict on the picked take makes way for the one that this lift gives.
  const verdicts = (iteration.verdicts ?? []).filter(({ take }) => take !== picked);
  const candidates = picked === undefined ? ranked(input, scores) : [pick(input, scores, picked)];
  // A kill between the world's last file and its record leaves a whole world that nobody vouches for.
  await rm(join(out, world), { recursive: true, force: true });
  for (const { take, video, because } of candidates) {
    if (verdicts.some(verdict => verdict.take === take)) continue;
    try {
      const { registered, frames, reprojectionErrorPixels } = await steps.lift(join(out, video), {
        out: join(out, world),
        quality: qualityOf(production.options.quality),
        prompt: iteration.prompt,
        take,
        signal,
        onProgress,
      });
      return {
        verdicts,
        lifted: { take, because: because(verdicts), world, registered, frames, reprojectionErrorPixels },
      };
    } catch (thrown) {
      verdicts.push(verdictOf(take, thrown));
      await context.onVerdicts?.([...verdicts]);
    }
  }
  return { verdicts, lifted: null };
}

function ranked({ iteration }: StepInput, scores: Scores): Candidate[] {
  return scores.takes
    .filter(card => card.liftable.ok)
    .sort((a, b) => a.rank - b.rank)
    .map(card => ({
      take: takeOf(iteration, card.video),
      video: card.video,
      because: verdicts => `${placeOf(verdicts)}: ${standingOf(card, scores)}`,
    }));
}

function pick({ iteration }: StepInput, scores: Scores, picked: string): Candidate {
  const taken = iteration.generated?.takes.find(({ take }) => take === picked);
  if (!taken)
    throw new DirectorError('USAGE', `Iteration ${iteration.iteration} has no take '${picked}'.`, {
      suggestion: `Pick one of ${iteration.generated?.takes.map(({ take }) => take).join(', ')}.`,
    });
  const card = scores.takes.find(({ video }) => video === taken.video);
  return {
    ...taken,
    because: () => `a person picked it: ${card ? standingOf(card, scores) : 'it has no scores'}`,
  };
}

function placeOf(verdicts: readonly Verdict[]): string {
  const refused = verdicts
    .filter(({ code }) => code.startsWith('LIFT_'))
    .map(({ take, code }) => `${take} (${code})`);
  return refused.length > 0
    ? `the best that the lift did not refuse, after ${refused.join(', ')}`
    : 'ranks first';
}

function standingOf(card: Scorecard, scores: Scores): string {
  const place = `scores ${card.overall.toFixed(2)}, place ${card.rank} of ${scores.takes.length}`;
  return [place, ...behind(card, scores), card.liftable.reason].join('; ');
}

/** The take that comes next, and what is the matter with it. */
function behind(card: Scorecard, scores: Scores): string[] {
  const next = scores.takes.find(({ rank }) => rank === card.rank + 1);
  if (!next) return [];
  const types = [...new Set(next.violations.map(({ type }) => type))];
  const matter = next.liftable.ok ? types.join(', ') : next.liftable.reason;
  const name = next.video.replace(/^.*[/\\]/, '').replace(/\.[^.]+$/, '');
  return [`ahead of ${name} with ${next.overall.toFixed(2)}${matter ? ` (${matter})` : ''}`];
}

function qualityOf(name: string): LiftQuality {
  const quality = LIFT_QUALITIES.find(each => each === name);
  if (!quality)
    throw new DirectorError('USAGE', `There is no quality '${name}'.`, {
      suggestion: `It is one of ${LIFT_QUALITIES.join(', ')}.`,
    });
  return quality;
}
