import type { FollowStep } from './geometryLane.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

const HALF_PIXELS = 2.4;

/**
 * Whether what one frame shows is found in the next and leads back to where it began: the mean miss of block motion
 * there and back over a tenth of a second, as WorldScore (Duan et al., 2025) takes photometric consistency from optical
 * flow there and back. What melts, flickers or is drawn anew has no way back; what moves has.
 */
export function scorePhotometricConsistency(follows: readonly FollowStep[]): Dimension {
  const value = follows.length > 0 ? mean(follows.map(step => step.roundTripPixels)) : 0;
  return {
    score: follows.length > 0 ? rounded(falling(value, HALF_PIXELS)) : 0.5,
    value: rounded(value),
    unit: 'miss of the motion there and back, px at a 640 px long side',
    confidence: follows.length > 0 ? 1 : 0,
    where: joinRanges(follows.filter(step => step.roundTripPixels > HALF_PIXELS)),
  };
}
