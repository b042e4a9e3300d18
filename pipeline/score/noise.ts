import type { Look } from './looks.ts';
import type { Picture } from './picture.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, quantile, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

const BLOCK = 8;
/** One block of nine is looked at; a picture has thousands. */
const EVERY = 3;
/** The flattest sixth of the blocks holds noise rather than texture. */
const FLAT_SHARE = 0.16;
/** Blocks of one level are painted, crushed or blown out, and hold nothing; so do those that reach beyond these. */
const [DARK, BRIGHT] = [3, 252];

/**
 * Standard deviation of the noise: Immerkær (Fast noise variance estimation, CVIU 1996), the mean absolute response
 * of a mask that any plane leaves at 0, but per block of 8×8, and the value that a sixth of the blocks stay under,
 * so that texture does not count.
 * @returns gray levels.
 */
export function measureNoise(picture: Picture): number {
  const responses = picture.noiseOfBlocks(EVERY, DARK, BRIGHT);
  if (responses.length === 0) return 0;
  return (quantile(responses, FLAT_SHARE) / BLOCK ** 2) * (Math.sqrt(Math.PI / 2) / 6);
}

/** Noise that covers fine texture. */
const HALF_LEVELS = 5.2;

export function scoreNoise(looks: readonly Look[]): Dimension {
  const detailed = looks.filter(look => look.detail);
  const value = mean(detailed.map(look => look.detail?.noise ?? 0));
  return {
    score: detailed.length > 0 ? rounded(falling(value, HALF_LEVELS, 1.3)) : 0.5,
    value: rounded(value),
    unit: 'standard deviation in the flattest sixth, gray levels',
    confidence: detailed.length > 0 ? 1 : 0,
    where: joinRanges(detailed.filter(look => (look.detail?.noise ?? 0) > HALF_LEVELS)),
  };
}
