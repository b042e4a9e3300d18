import type { Dimension } from './scorecard.ts';
import { mean, ramp, rounded } from './statistics.ts';

export interface FrameExposure {
  /** 0–255. */
  meanLevel: number;
  /** Share of pixels that are all but black or all but white, where detail is lost. */
  clippedShare: number;
}

const BLACK = 10;
const WHITE = 245;

/** Every fourth pixel of a gray frame. */
export function measureExposure(gray: Uint8Array): FrameExposure {
  let sum = 0;
  let clipped = 0;
  let count = 0;
  for (let i = 0; i < gray.length; i += 4) {
    const level = gray[i];
    sum += level;
    if (level <= BLACK || level >= WHITE) clipped++;
    count++;
  }
  return { meanLevel: sum / count, clippedShare: clipped / count };
}

/**
 * Share of the pixels that keep their detail (levels 11–244), times how near the mean level is to where an 8-bit
 * picture has room both ways: full between 70 and 190, none at 15 and 240.
 */
export function scoreExposure(frames: readonly FrameExposure[]): Dimension {
  const clipped = mean(frames.map(frame => frame.clippedShare));
  const level = mean(frames.map(frame => frame.meanLevel));
  const placed = Math.min(ramp(level, 15, 70), ramp(level, 240, 190));
  return {
    score: rounded(ramp(clipped, 0.6, 0.03) * placed),
    value: rounded(1 - clipped),
    unit: 'share of pixels neither black nor white',
    confidence: frames.length > 0 ? 1 : 0,
  };
}
