import type { Look } from './looks.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

/** Reaches of the smooth histograms: the first sees fine combs, which the second hardly tells from a picture's own; the second wide ones. */
const SPREADS_LEVELS = [3, 8] as const;
/** The ends heap what is clipped, which exposure says. */
const [FIRST, LAST] = [4, 251];

/**
 * Share of the gray levels that a smooth picture with this spread of light would use and this one does not. The number
 * of levels in use is the exponential of the histogram's entropy; the smooth picture's is that of the histogram blurred,
 * by 3 levels and by 8, of which the mean is taken. Bands leave a comb of few levels, whatever the picture shows.
 * @param histogram counts of the 256 levels of one frame.
 */
export function measureBanding(histogram: Uint32Array): number {
  const joined = neighboursJoined(histogram);
  const used = levelsInUse(joined);
  if (used === 0) return 0;
  return mean(SPREADS_LEVELS.map(spread => Math.max(0, 1 - used / levelsInUse(blurred(joined, spread)))));
}

/**
 * Each level shared with those beside it, ¼ ½ ¼: the single levels that a picture leaves out when its 220 levels of video
 * are spread over 256 are no bands.
 */
function neighboursJoined(histogram: Uint32Array): Float64Array {
  return Float64Array.from(
    histogram,
    (pixels, level) =>
      pixels / 2 + (histogram[Math.max(0, level - 1)] + histogram[Math.min(255, level + 1)]) / 4,
  );
}

function blurred(histogram: Float64Array, spread: number): Float64Array {
  const weight = Float64Array.from({ length: 3 * spread + 1 }, (_, k) =>
    Math.exp(-(k * k) / (2 * spread * spread)),
  );
  const smooth = new Float64Array(256);
  for (let level = FIRST; level <= LAST; level++) {
    if (histogram[level] === 0) continue;
    const [from, to] = [Math.max(FIRST, level - 3 * spread), Math.min(LAST, level + 3 * spread)];
    let weights = 0;
    for (let other = from; other <= to; other++) weights += weight[Math.abs(other - level)];
    for (let other = from; other <= to; other++)
      smooth[other] += (histogram[level] * weight[Math.abs(other - level)]) / weights;
  }
  return smooth;
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
const HALF_SHARE = 0.44;

export function scoreBanding(looks: readonly Look[]): Dimension {
  const value = mean(looks.map(look => look.banding));
  return {
    score: looks.length > 0 ? rounded(falling(value, HALF_SHARE, 2.8)) : 0.5,
    value: rounded(value),
    unit: 'share of gray levels left out',
    confidence: looks.length > 0 ? 1 : 0,
    where: joinRanges(looks.filter(look => look.banding > HALF_SHARE)),
  };
}
