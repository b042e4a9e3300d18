import { WEIGHTS } from '../pipeline/score/overall.ts';
import { scoreDimensions } from '../pipeline/score/score.ts';
import { DIMENSION_GROUPS, DIMENSION_NAMES, type DimensionName } from '../pipeline/score/scorecard.ts';
import type { Bench } from './bench.ts';
import { DISTORTIONS } from './distortions.ts';
import { gradedShots } from './gradedShots.ts';
import { GRADED_CACHE } from './score-order.bench.ts';

const SOUND: readonly string[] = DIMENSION_GROUPS.sound;
const NAMES: DimensionName[] = DIMENSION_NAMES.filter(name => !SOUND.includes(name));

/**
 * Least weights: what no distortion of the fit shows off counts none the less. Parallax and epipolar consistency are what
 * a lift lives on; that a video moves is no merit of its own.
 */
const LEAST: Partial<Record<DimensionName, number>> = {
  parallax: 2,
  epipolarConsistency: 1,
  overlays: 1,
  cuts: 1,
  deadPixels: 0.5,
  dynamicDegree: 0.1,
};
const LEAST_WEIGHT = 0.3;
const MOST_WEIGHT = 8;
/** How strongly weights are drawn to 1. */
const PULL = 0.002;
/** Mean difference of the logarithms at which a pair counts as clearly ordered. */
const SOFTNESS = 0.015;
const STEPS = 1500;
const RATE = 0.02;
const LEAST_SCORE = 1e-4;

interface Pair {
  clip: string;
  /** Logarithms of the better video's scores over the worse one's. */
  ratios: number[];
}

/** Logistic regression on pairs by RMSprop, weights held to their ranges; deterministic. */
function fitWeights(pairs: readonly Pair[]): number[] {
  const weights = NAMES.map(() => 1);
  const squares = NAMES.map(() => 1e-6);
  for (let step = 0; step < STEPS; step++) {
    const slopes = weights.map(weight => PULL * (weight - 1));
    for (const { ratios } of pairs) {
      const lead = ratios.reduce((sum, ratio, k) => sum + ratio * weights[k], 0) / (SOFTNESS * NAMES.length);
      const push =
        1 / (1 + Math.exp(Math.max(-30, Math.min(30, lead)))) / (SOFTNESS * NAMES.length * pairs.length);
      ratios.forEach((ratio, k) => {
        slopes[k] -= push * ratio;
      });
    }
    slopes.forEach((slope, k) => {
      squares[k] = 0.99 * squares[k] + 0.01 * slope * slope;
      const least = LEAST[NAMES[k]] ?? LEAST_WEIGHT;
      weights[k] = Math.min(
        MOST_WEIGHT,
        Math.max(least, weights[k] - (RATE * slope) / Math.sqrt(squares[k] + 1e-9)),
      );
    });
  }
  return weights;
}

const ordered = (pairs: readonly Pair[], weights: readonly number[]) =>
  pairs.filter(({ ratios }) => ratios.reduce((sum, ratio, k) => sum + ratio * weights[k], 0) > 0).length;

/** Fits the weights of pipeline/score/overall.ts. The figures are the weights, to be copied there by hand. */
export const bench: Bench = {
  summary: 'fit the weights of the overall score on graded distortions: [DISTORTION…]',
  async run(args, note) {
    const distortions = args.length > 0 ? args : Object.keys(DISTORTIONS);
    const rows = new Map<string, number[][]>();
    for await (const { clip, distortion, step, shot } of gradedShots(distortions, GRADED_CACHE, note)) {
      const dimensions = scoreDimensions(shot);
      const logs = NAMES.map(name => Math.log(Math.max(LEAST_SCORE, dimensions[name]?.score ?? 1)));
      for (const key of step === 0 ? distortions.map(each => `${each}~${clip}`) : [`${distortion}~${clip}`]) {
        const row = rows.get(key) ?? [];
        row[step] = logs;
        rows.set(key, row);
      }
    }
    const pairs: Pair[] = [];
    for (const [key, row] of rows)
      for (let i = 0; i < row.length; i++)
        for (let k = i + 1; k < row.length; k++)
          pairs.push({ clip: key.split('~')[1] ?? '', ratios: row[i].map((log, n) => log - row[k][n]) });
    const clips = [...new Set(pairs.map(({ clip }) => clip))];
    let unseen = 0;
    for (const clip of clips)
      unseen += ordered(
        pairs.filter(pair => pair.clip === clip),
        fitWeights(pairs.filter(pair => pair.clip !== clip)),
      );
    const weights = fitWeights(pairs);
    const current = NAMES.map(name => WEIGHTS[name]);
    return [
      { name: 'pairs', value: pairs.length, unit: '' },
      { name: 'in order now', value: ordered(pairs, current) / pairs.length, unit: '' },
      { name: 'in order with these weights', value: ordered(pairs, weights) / pairs.length, unit: '' },
      { name: 'in order on clips left out of the fit', value: unseen / pairs.length, unit: '' },
      ...NAMES.map((name, k) => ({ name, value: Number(weights[k].toPrecision(3)), unit: 'weight' })),
    ];
  },
};
