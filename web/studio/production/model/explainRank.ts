import type { TakeView } from '../../../../server/api/types.ts';
import { counted, spaced, takeTitle } from '../../../ui/words.ts';

/** Why a take has its rank, beside the take next to it. */
export interface RankExplanation {
  /** The take it is compared with: the one below for the first, the one above for all others. */
  comparedWith: string | null;
  /** One sentence. */
  headline: string;
  /** What speaks for and against it, the largest difference first. */
  reasons: string[];
  /** Score minus the other's, by dimension; empty where there is nothing to compare. */
  differences: Record<string, number>;
}

/** Differences of a score below this are not worth a word; scores are shown with two decimals. */
const NOTABLE = 0.005;
/** The differences that are put in words; the others stand beside the bars. */
const MOST_REASONS = 3;

/** Ranked takes first, by rank; then the others in their order. */
export function byRank(takes: readonly TakeView[]): TakeView[] {
  return [...takes].sort(
    (a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || a.take.localeCompare(b.take),
  );
}

/** As docs/scores.md ranks: those that can be lifted first, then by overall score. */
export function explainRank(take: TakeView, takes: readonly TakeView[]): RankExplanation {
  const none = { comparedWith: null, reasons: [], differences: {} };
  if (take.rank === null || take.overall === null)
    return {
      ...none,
      headline: take.verdict ? 'Not ranked: it could not be read.' : 'Not scored yet.',
    };
  const ranked = byRank(takes).filter(one => one.rank !== null);
  if (ranked.length === 1) return { ...none, headline: 'The only take that was scored.' };
  const place = ranked.findIndex(one => one.take === take.take);
  const leads = place === 0;
  const other = ranked[leads ? 1 : place - 1];
  if (!other) return { ...none, headline: '' };
  const differences = differencesOf(take, other);
  return {
    comparedWith: other.take,
    headline: headlineOf(take, other, leads),
    reasons: [
      ...weakestReason(take, other),
      ...dimensionReasons(take, other, differences),
      ...findingReason(take, other),
    ],
    differences,
  };
}

function headlineOf(take: TakeView, other: TakeView, leads: boolean): string {
  const title = takeTitle(other.take);
  const can = take.liftable?.ok ?? false;
  const otherCan = other.liftable?.ok ?? false;
  if (can !== otherCan)
    return can
      ? `Ahead of ${title}: this one can be lifted, that one cannot.`
      : `Behind ${title}: that one can be lifted, this one cannot.`;
  // Where two decimals do not tell them apart, three may.
  const decimals = score(take.overall) === score(other.overall) ? 3 : 2;
  const scores = `${score(take.overall, decimals)} against ${score(other.overall, decimals)} overall`;
  if (score(take.overall, 3) === score(other.overall, 3)) return `Level with ${title}: ${scores}.`;
  return `${leads ? 'Ahead of' : 'Behind'} ${title}: ${scores}.`;
}

/** Nothing good makes up for what is bad, so the lowest dimension is named first where it decides. */
function weakestReason(take: TakeView, other: TakeView): string[] {
  const mine = weakest(take);
  const theirs = weakest(other);
  if (!mine || !theirs || Math.abs(mine.score - theirs.score) < 0.05) return [];
  return [
    `Its weakest side, ${spaced(mine.name)}, scores ${score(mine.score)}; there it is ${spaced(theirs.name)} with ${score(theirs.score)}.`,
  ];
}

function dimensionReasons(take: TakeView, other: TakeView, differences: Record<string, number>): string[] {
  return Object.entries(differences)
    .filter(([, difference]) => Math.abs(difference) >= NOTABLE)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .slice(0, MOST_REASONS)
    .map(([name, difference]) => {
      const label = spaced(name);
      return `${label[0]?.toUpperCase()}${label.slice(1)} is ${difference > 0 ? 'better' : 'worse'}: ${score(take.dimensions?.[name]?.score)} against ${score(other.dimensions?.[name]?.score)}.`;
    });
}

function findingReason(take: TakeView, other: TakeView): string[] {
  const difference = take.findings.length - other.findings.length;
  if (difference === 0) return [];
  return [`${counted(Math.abs(difference), 'finding')} ${difference > 0 ? 'more' : 'fewer'}.`];
}

function differencesOf(take: TakeView, other: TakeView): Record<string, number> {
  const result: Record<string, number> = {};
  for (const [name, dimension] of Object.entries(take.dimensions ?? {})) {
    const theirs = other.dimensions?.[name];
    if (theirs) result[name] = dimension.score - theirs.score;
  }
  return result;
}

function weakest(take: TakeView): { name: string; score: number } | undefined {
  let lowest: { name: string; score: number } | undefined;
  for (const [name, dimension] of Object.entries(take.dimensions ?? {}))
    if (!lowest || dimension.score < lowest.score) lowest = { name, score: dimension.score };
  return lowest;
}

function score(value: number | null | undefined, decimals = 2): string {
  return value === null || value === undefined ? '–' : value.toFixed(decimals);
}
