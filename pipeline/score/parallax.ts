import type { Dimension } from './scorecard.ts';
import { quantile, rising, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';
import type { ViewPair } from './viewPairs.ts';

/** Under this the depth of the scene cannot be told from the noise of the tracks. */
export const LEAST_PARALLAX_DEGREES = 0.25;
const HALF_DEGREES = 0.5;

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
    score: rounded(Math.max(0.001, rising(value, HALF_DEGREES))),
    value: rounded(value),
    unit: 'degrees',
    confidence: rounded(Math.min(1, pairs.length / 4)),
    where: joinRanges(pairs.filter(pair => pair.parallaxDegrees < LEAST_PARALLAX_DEGREES)),
  };
}
