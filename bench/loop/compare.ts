import { createRandom } from '../../engine/random.ts';

export interface Comparison {
  pairs: number;
  /** Share of the pairs in which the first has less, 0–1; a tie counts half. */
  winRate: number;
  /** The win rate's 95 % interval, by bootstrap over the pairs. */
  winRateLow: number;
  winRateHigh: number;
  ties: number;
  meanFirst: number;
  meanSecond: number;
  /** 1 − first / second of the means: how much less the first has. */
  reduction: number;
  /**
   * Median over the pairs of (second − first) / the larger of both, −1 to 1: half the pairs have at least so much less.
   * Pairs in which both have nothing are left out; 0 where all are.
   */
  medianReduction: number;
}

const RESAMPLES = 2000;

/** Two ways on the same prompts and seeds; less is better. */
export function compare(first: readonly number[], second: readonly number[], seed: number): Comparison {
  const differences = first.map((value, index) => value - (second[index] ?? 0));
  const winRate = rateOf(differences);
  const random = createRandom(`bootstrap/${seed}`);
  const rates = Array.from({ length: RESAMPLES }, () =>
    rateOf(differences.map(() => differences[random.integer(differences.length)] ?? 0)),
  ).sort((a, b) => a - b);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanFirst, meanSecond] = [mean(first), mean(second)];
  return {
    pairs: first.length,
    winRate,
    winRateLow: rates[Math.floor(RESAMPLES * 0.025)] ?? 0,
    winRateHigh: rates[Math.ceil(RESAMPLES * 0.975) - 1] ?? 0,
    ties: differences.filter(each => each === 0).length,
    meanFirst,
    meanSecond,
    reduction: meanSecond > 0 ? 1 - meanFirst / meanSecond : 0,
    medianReduction: medianReduction(first, second),
  };
}

function medianReduction(first: readonly number[], second: readonly number[]): number {
  const reductions = first
    .flatMap((a, index) => {
      const b = second[index] ?? 0;
      return a > 0 || b > 0 ? [(b - a) / Math.max(a, b)] : [];
    })
    .sort((a, b) => a - b);
  const middle = (reductions.length - 1) / 2;
  return ((reductions[Math.floor(middle)] ?? 0) + (reductions[Math.ceil(middle)] ?? 0)) / 2;
}

/** Ties count half, so that a way which changes nothing has 0.5. */
function rateOf(differences: readonly number[]): number {
  const points = differences.reduce((sum, each) => sum + (each < 0 ? 1 : each === 0 ? 0.5 : 0), 0);
  return points / differences.length;
}
