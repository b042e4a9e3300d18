import {
  DIMENSION_GROUPS,
  DIMENSION_NAMES,
  type DimensionName,
  type Dimensions,
  GROUP_NAMES,
  type Scorecard,
} from './scorecard.ts';
import { rounded } from './statistics.ts';

/**
 * What each dimension counts: the exponents of a weighted geometric mean, so that one thing that is bad is not made up for
 * by others that are good. Fitted by `bench score-fit` on graded distortions; docs/scores.md says on which and how.
 */
export const WEIGHTS: Record<DimensionName, number> = {
  sharpness: 7.9,
  exposure: 2.2,
  noise: 4.8,
  blockiness: 2.1,
  banding: 7.8,
  deadPixels: 0.5,
  overlays: 1,
  flicker: 2.4,
  motionSmoothness: 0.8,
  freezes: 0.7,
  cuts: 1.4,
  cameraShake: 2.2,
  dynamicDegree: 0.1,
  epipolarConsistency: 4.9,
  photometricConsistency: 2,
  objectPermanence: 0.7,
  parallax: 2,
  movers: 2.9,
  loudness: 1,
  avSync: 1,
};

/** A score of 0 would leave nothing to compare the rest by. */
const LEAST = 1e-4;
const MOST_REASONS = 3;
/** A dimension that costs the overall score less than this share is no reason. */
const NOTABLE_COST = 0.025;

/** Weighted geometric mean of the scores given; dimensions that are absent do not count. 0 without any. */
function combine(dimensions: Dimensions, names: readonly DimensionName[]): number {
  let [sum, weights] = [0, 0];
  for (const name of names) {
    const dimension = dimensions[name];
    if (!dimension) continue;
    sum += WEIGHTS[name] * Math.log(Math.max(LEAST, dimension.score));
    weights += WEIGHTS[name];
  }
  return weights > 0 ? Math.exp(sum / weights) : 0;
}

/** 0 to 1. Sound is left out: a take without a track would otherwise be compared by another measure. */
export function scoreOverall(dimensions: Dimensions): number {
  return rounded(combine(dimensions, COMPARED));
}

const COMPARED = DIMENSION_NAMES.filter(
  name => !(DIMENSION_GROUPS.sound as readonly string[]).includes(name),
);

export function scoreGroups(dimensions: Dimensions): Scorecard['groups'] {
  return Object.fromEntries(
    GROUP_NAMES.filter(group => DIMENSION_GROUPS[group].some(name => dimensions[name])).map(group => [
      group,
      rounded(combine(dimensions, DIMENSION_GROUPS[group])),
    ]),
  );
}

/** Up to three dimensions that cost the overall score most, in words. */
export function explainScore(dimensions: Dimensions): string[] {
  const weights = COMPARED.reduce((sum, name) => sum + (dimensions[name] ? WEIGHTS[name] : 0), 0);
  return COMPARED.flatMap(name => {
    const dimension = dimensions[name];
    if (!dimension) return [];
    const cost = 1 - Math.max(LEAST, dimension.score) ** (WEIGHTS[name] / weights);
    return cost >= NOTABLE_COST ? [{ name, dimension, cost }] : [];
  })
    .sort((a, b) => b.cost - a.cost)
    .slice(0, MOST_REASONS)
    .map(
      ({ name, dimension, cost }) =>
        `${name} costs ${Math.round(cost * 100)} %: ${Number(dimension.value.toPrecision(3))} (${dimension.unit})`,
    );
}
