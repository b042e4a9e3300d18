import type { Dimension } from './scorecard.ts';
import { believed, quantile, rising, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';
import { pixelsToDegrees, type ViewPair } from './viewPairs.ts';

/** Under this the depth of the scene cannot be told from the noise of the tracks. */
export const LEAST_PARALLAX_DEGREES = 0.2;
const HALF_DEGREES = 0.2;
const POWER = 1.8;
/**
 * Without parallax the noise of the tracks is all there is, and a picture that warps shows some that is none: neither must
 * decide between two takes. What cannot be lifted for want of it comes last as it is.
 */
const FLOOR = 0.5;

/** Depth shifts points by about as much as they move; what shifts by far more than the typical point moves is a warp. */
const MOST_OF_MOTION = 2.5;
/** Motion that tracks of a still picture tremble by, and more. */
const TREMBLE_PIXELS = 2;

function believable({ parallaxDegrees, medianMotionPixels }: ViewPair): number {
  return Math.min(
    parallaxDegrees,
    pixelsToDegrees(MOST_OF_MOTION * Math.max(0, medianMotionPixels - TREMBLE_PIXELS)),
  );
}

/**
 * How much of the scene's depth the camera's motion shows: the parallax of the better fifth of the frame pairs (a
 * lifter picks its own). A camera that stands still or only turns has none, whatever moves in front of it.
 */
export function scoreParallax(pairs: readonly ViewPair[]): Dimension {
  const value = pairs.length > 0 ? quantile(pairs.map(believable), 0.8) : 0;
  return {
    score: rounded(believed(FLOOR + (1 - FLOOR) * rising(value, HALF_DEGREES, POWER), pairs.length)),
    value: rounded(value),
    unit: 'degrees',
    confidence: rounded(Math.min(1, pairs.length / 4)),
    where: joinRanges(pairs.filter(pair => believable(pair) < LEAST_PARALLAX_DEGREES)),
  };
}
