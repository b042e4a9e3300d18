import type { Look } from './looks.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, rising, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

export interface FrameExposure {
  /** 0–255. */
  meanLevel: number;
  /** Standard deviation, gray levels. */
  contrastLevels: number;
  /** Share of pixels where detail is lost: all but black or white, or heaped at the darkest or brightest levels that occur. */
  clippedShare: number;
}

const BLACK = 10;
const WHITE = 245;
/** Levels at each end of those that occur; clipping that was dimmed afterwards still heaps there. */
const END_LEVELS = 3;

/** @param histogram counts of the 256 levels of one frame. */
export function measureExposure(histogram: Uint32Array): FrameExposure {
  let [count, sum, squares, clipped] = [0, 0, 0, 0];
  let [lowest, highest] = [255, 0];
  for (let level = 0; level < 256; level++) {
    const pixels = histogram[level];
    if (pixels === 0) continue;
    count += pixels;
    sum += pixels * level;
    squares += pixels * level * level;
    if (level <= BLACK || level >= WHITE) clipped += pixels;
    lowest = Math.min(lowest, level);
    highest = level;
  }
  let heaped = 0;
  for (let k = 0; k < END_LEVELS; k++)
    heaped += histogram[Math.min(255, lowest + k)] + histogram[Math.max(0, highest - k)];
  const meanLevel = sum / count;
  return {
    meanLevel,
    contrastLevels: Math.sqrt(Math.max(0, squares / count - meanLevel * meanLevel)),
    clippedShare: Math.max(clipped, Math.min(count, heaped)) / count,
  };
}

const HALF_CLIPPED_SHARE = 0.35;
/** Standard deviation of a picture that hardly tells things apart. */
const HALF_CONTRAST_LEVELS = 20;
/** Middle of 8 bits, and how far from it the mean level may lie: 70 to 190 cost next to nothing. */
const MIDDLE_LEVEL = 128;
const HALF_DISTANCE_LEVELS = 95;

function scoreFrame({ clippedShare, contrastLevels, meanLevel }: FrameExposure): number {
  return (
    falling(clippedShare, HALF_CLIPPED_SHARE) *
    rising(contrastLevels, HALF_CONTRAST_LEVELS, 2) *
    falling(Math.abs(meanLevel - MIDDLE_LEVEL), HALF_DISTANCE_LEVELS, 8)
  );
}

/** How much of the 8 bits is used: what is lost at the ends, how far the levels spread, and where their middle lies. */
export function scoreExposure(looks: readonly Look[]): Dimension {
  return {
    score: looks.length > 0 ? rounded(mean(looks.map(look => scoreFrame(look.exposure)))) : 0.5,
    value: looks.length > 0 ? rounded(1 - mean(looks.map(look => look.exposure.clippedShare))) : 1,
    unit: 'share of pixels that keep their detail',
    confidence: looks.length > 0 ? 1 : 0,
    where: joinRanges(looks.filter(look => scoreFrame(look.exposure) < 0.5)),
  };
}
