import type { Dimension } from './scorecard.ts';
import { median, ramp, rounded } from './statistics.ts';
import type { ViewPair } from './viewPairs.ts';

/** Below this motion any geometry fits, and the pair says nothing. */
export const LEAST_MOTION_PIXELS = 3;
const CONSISTENT_PIXELS = 0.35;
const INCONSISTENT_PIXELS = 3;

/** Pairs whose motion can be judged. */
export function tellingPairs(pairs: readonly ViewPair[]): ViewPair[] {
  return pairs.filter(pair => pair.medianMotionPixels >= LEAST_MOTION_PIXELS);
}

/**
 * Whether one rigid scene explains the picture: the Sampson distance of followed points from the epipolar geometry
 * of frames up to a second apart (as Epipolar-DPO judges videos, with tracks instead of SIFT matches), median over
 * the points, then over the pairs. A camera that stands still is consistent, with little confidence.
 */
export function scoreEpipolarConsistency(pairs: readonly ViewPair[]): Dimension {
  const telling = tellingPairs(pairs);
  const unit = 'median Sampson distance, px at a 640 px long side';
  if (telling.length === 0) {
    const still = pairs.length > 0;
    return { score: still ? 1 : 0, value: 0, unit, confidence: still ? 0.1 : 0 };
  }
  const value = median(telling.map(pair => pair.medianSampsonPixels));
  return {
    score: rounded(
      ramp(Math.log(Math.max(value, 1e-3)), Math.log(INCONSISTENT_PIXELS), Math.log(CONSISTENT_PIXELS)),
    ),
    value: rounded(value),
    unit,
    confidence: rounded(
      (Math.min(1, telling.length / 4) * Math.max(1, telling.length)) / Math.max(1, pairs.length),
    ),
  };
}
