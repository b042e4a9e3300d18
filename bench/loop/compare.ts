import { createRandom } from '../../engine/random.ts';

export interface Comparison {
  pairs: number;
  /** Share of the pairs in which the first has less, 0–1; a tie counts half. */
  winRate: number;
  /** Lower end of the win rate's 95 % interval, by bootstrap over the pairs. */
  winRateLow: number;
  ties: number;
  meanFirst: number;
  meanSecond: number;
  /** 1 − first / second of the means: how much less the first has. */
  reduction: number;
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
    ties: differences.filter(each => each === 0).length,
    meanFirst,
    meanSecond,
    reduction: 1 - meanFirst / meanSecond,
  };
}

/** Ties count half, so that a way which changes nothing has 0.5. */
function rateOf(differences: readonly number[]): number {
  const points = differences.reduce((sum, each) => sum + (each < 0 ? 1 : each === 0 ? 0.5 : 0), 0);
  return points / differences.length;
}
