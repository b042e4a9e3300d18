import type { Dimension } from './scorecard.ts';
import { quantile, ramp, rounded } from './statistics.ts';
import type { ViewPair } from './viewPairs.ts';

/** Under this the depth of the scene cannot be told from the noise of the tracks. */
export const LEAST_PARALLAX_DEGREES = 0.25;
const PLENTY_DEGREES = 3;

/**
 * How much of the scene's depth the camera's motion shows: the parallax of the better fifth of the frame pairs (a
 * lifter picks its own). A camera that stands still or only turns has none, whatever moves in front of it.
 */
export function scoreParallax(pairs: readonly ViewPair[]): Dimension {
  const value =
    pairs.length > 0
      ? quantile(
          pairs.map(pair => pair.parallaxDegrees),
          0.8,
        )
      : 0;
  return {
    score: rounded(ramp(Math.log(Math.max(value, 1e-3)), Math.log(0.1), Math.log(PLENTY_DEGREES))),
    value: rounded(value),
    unit: 'degrees',
    confidence: rounded(Math.min(1, pairs.length / 4)),
  };
}
