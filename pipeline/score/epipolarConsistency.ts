import type { Dimension } from './scorecard.ts';
import { believed, falling, median, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';
import type { ViewPair } from './viewPairs.ts';

/** Below this motion any geometry fits, and the pair says little. */
export const LEAST_MOTION_PIXELS = 3;
/** Where points stray by as much, a third of them is of no use to a lift. */
const HALF_PIXELS = 1.2;
const POWER = 1;
/** Of a video in which nothing can be followed. */
const UNFOLLOWED_SCORE = 0.05;
/** Pairs of a camera that stands still count this much. */
const STILL_CONFIDENCE = 0.1;

/**
 * Whether one rigid scene explains the picture: the Sampson distance of followed points from the epipolar geometry
 * of frames up to a second apart (as Epipolar-DPO judges videos, with tracks instead of SIFT matches), median over
 * the points, then over the pairs. A camera that stands still is consistent, with little confidence.
 */
export function scoreEpipolarConsistency(pairs: readonly ViewPair[]): Dimension {
  const unit = 'median Sampson distance, px at a 640 px long side';
  if (pairs.length === 0) return { score: UNFOLLOWED_SCORE, value: 0, unit, confidence: 0, where: [] };
  const value = median(pairs.map(pair => pair.medianSampsonPixels));
  const telling = pairs.filter(pair => pair.medianMotionPixels >= LEAST_MOTION_PIXELS).length;
  return {
    score: rounded(believed(falling(value, HALF_PIXELS, POWER), pairs.length)),
    value: rounded(value),
    unit,
    confidence: rounded(Math.max(STILL_CONFIDENCE, Math.min(1, telling / 4) * (telling / pairs.length))),
    where: joinRanges(pairs.filter(pair => pair.medianSampsonPixels > HALF_PIXELS)),
  };
}
