import type { Look } from './looks.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

/** Reach of the smooth histogram: bands up to 16 levels apart are seen in full, wider ones for the most part. */
const SPREAD_LEVELS = 8;
/** The ends heap what is clipped, which exposure says. */
const [FIRST, LAST] = [4, 251];

const kernel = Float64Array.from({ length: 6 * SPREAD_LEVELS + 1 }, (_, i) =>
  Math.exp(-((i - 3 * SPREAD_LEVELS) ** 2) / (2 * SPREAD_LEVELS ** 2)),
);

/**
 * Share of the gray levels that a smooth picture with this spread of light would use and this one does not. The number
 * of levels in use is the exponential of the histogram's entropy; the smooth picture's is that of the histogram
 * blurred by 8 levels. Bands leave a comb of few levels, whatever the picture shows.
 * @param histogram counts of the 256 levels of one frame.
 */
export function measureBanding(histogram: Uint32Array): number {
  const smooth = new Float64Array(256);
  for (let level = FIRST; level <= LAST; level++) {
    if (histogram[level] === 0) continue;
    let weights = 0;
    for (let k = -3 * SPREAD_LEVELS; k <= 3 * SPREAD_LEVELS; k++)
      if (level + k >= FIRST && level + k <= LAST) weights += kernel[k + 3 * SPREAD_LEVELS];
    for (let k = -3 * SPREAD_LEVELS; k <= 3 * SPREAD_LEVELS; k++)
      if (level + k >= FIRST && level + k <= LAST)
        smooth[level + k] += (histogram[level] * kernel[k + 3 * SPREAD_LEVELS]) / weights;
  }
  const whole = levelsInUse(smooth);
  return whole > 0 ? Math.max(0, 1 - levelsInUse(histogram) / whole) : 0;
}

function levelsInUse(histogram: ArrayLike<number>): number {
  let total = 0;
  for (let level = FIRST; level <= LAST; level++) total += histogram[level];
  if (total === 0) return 0;
  let entropy = 0;
  for (let level = FIRST; level <= LAST; level++) {
    const share = histogram[level] / total;
    if (share > 0) entropy -= share * Math.log(share);
  }
  return Math.exp(entropy);
}

/** A picture of 32 levels. */
const HALF_SHARE = 0.6;

export function scoreBanding(looks: readonly Look[]): Dimension {
  const value = mean(looks.map(look => look.banding));
  return {
    score: looks.length > 0 ? rounded(falling(value, HALF_SHARE, 2)) : 0.5,
    value: rounded(value),
    unit: 'share of gray levels left out',
    confidence: looks.length > 0 ? 1 : 0,
    where: joinRanges(looks.filter(look => look.banding > HALF_SHARE)),
  };
}
