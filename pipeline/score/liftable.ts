import type { ShotMeasurements } from './measureShot.ts';
import { LEAST_PARALLAX_DEGREES } from './parallax.ts';
import type { Dimensions, Scorecard } from './scorecard.ts';
import { median, rounded } from './statistics.ts';

const LEAST_PAIRS = 1;
/** Median share of the points that outlive a tenth of a second; under it nothing lasts long enough to be triangulated. */
const LEAST_SURVIVAL = 0.35;
const INCONSISTENT_PIXELS = 3;

/** Whether a lift will succeed. */
export function judgeLiftable(shot: ShotMeasurements, dimensions: Dimensions): Scorecard['liftable'] {
  const { pairs, follows } = shot.geometry;
  const survival = follows.length > 0 ? median(follows.map(step => step.survival)) : 0;
  const parallax = dimensions.parallax?.value ?? 0;
  const stray = dimensions.epipolarConsistency?.value ?? 0;
  if (pairs.length < LEAST_PAIRS)
    return {
      ok: false,
      reason:
        'too few points can be followed: the picture is too blurred, too dark, too plain, or cut too often',
    };
  if (survival < LEAST_SURVIVAL)
    return {
      ok: false,
      reason: `no rigid scene: only ${Math.round(survival * 100)} % of the points are found again a frame later`,
    };
  if (parallax < LEAST_PARALLAX_DEGREES)
    return {
      ok: false,
      reason: `no parallax: the camera shows ${parallax.toFixed(2)}° of depth, ${LEAST_PARALLAX_DEGREES}° is the least`,
    };
  if (stray > INCONSISTENT_PIXELS)
    return {
      ok: false,
      reason: `no rigid scene: points stray ${stray.toFixed(1)} px from the camera's motion`,
    };
  return {
    ok: true,
    reason: `${rounded(parallax).toFixed(1)}° of parallax, consistent to ${stray.toFixed(2)} px`,
  };
}
