import { join } from 'node:path';
import { subProgress } from '../../engine/progress.ts';
import { writeJsonAtomic } from '../../engine/writeFileAtomic.ts';
import { fromScores } from '../revise/evidence.ts';
import { rankCards, scoreVideo, type UnrankedCard } from '../score/score.ts';
import { type Iteration, iterationName, type StepOutput, type Verdict } from './production.ts';
import { type StepContext, type StepInput, takeOf, verdictOf } from './stepInput.ts';

/** Scores the iteration's takes and ranks them: scores.json. */
export async function scoreStep({ iteration }: StepInput, context: StepContext): Promise<StepOutput> {
  const { out } = context;
  const { cards, verdicts } = await scoreTakes(iteration, context);
  const ranked = rankCards(cards);
  const scores = join(iterationName(iteration.iteration), 'scores.json');
  await writeJsonAtomic(join(out, scores), ranked);
  return {
    scored: {
      scores,
      takes: ranked.takes.map(card => ({
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
    },
    verdicts,
  };
}

/** A file that a provider delivered may hold a good head and nothing behind it: a verdict on that take alone. */
async function scoreTakes(
  { prompt, generated }: Iteration,
  { out, ...options }: StepContext,
): Promise<{ cards: UnrankedCard[]; verdicts: Verdict[] }> {
  const cards: UnrankedCard[] = [];
  const verdicts: Verdict[] = [];
  const takes = generated?.takes ?? [];
  for (const [index, { take, video }] of takes.entries()) {
    const share = subProgress(options, index / takes.length, (index + 1) / takes.length);
    try {
      const card = await scoreVideo(join(out, video), { ...share, prompt });
      // Paths relative to the production, so that a folder that is moved stays whole.
      const violations = card.violations.map(each => ({ ...each, replay: { ...each.replay, video } }));
      cards.push({ ...card, video, violations });
    } catch (thrown) {
      verdicts.push(verdictOf(take, thrown));
    }
  }
  return { cards, verdicts };
}
