import type { Look } from './looks.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, quantile, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

const BLOCK = 8;
/** One block of nine is looked at; a picture has thousands. */
const EVERY = 3;
/** The flattest sixth of the blocks holds noise rather than texture. */
const FLAT_SHARE = 0.16;
/** Blocks of one level are painted, crushed or blown out, and hold nothing. */
const LEAST_RANGE = 1;
const [DARK, BRIGHT] = [3, 252];

/**
 * Standard deviation of the noise: Immerkær (Fast noise variance estimation, CVIU 1996), the mean absolute response
 * of a mask that any plane leaves at 0, but per block of 8×8, and the value that a sixth of the blocks stay under,
 * so that texture does not count.
 * @returns gray levels.
 */
export function measureNoise(gray: Uint8Array, width: number, height: number): number {
  const responses: number[] = [];
  for (let by = BLOCK; by + BLOCK < height; by += BLOCK * EVERY)
    for (let bx = BLOCK; bx + BLOCK < width; bx += BLOCK * EVERY) {
      let [sum, least, most] = [0, 255, 0];
      for (let y = by; y < by + BLOCK; y++)
        for (let p = y * width + bx; p < y * width + bx + BLOCK; p++) {
          const level = gray[p];
          if (level < least) least = level;
          if (level > most) most = level;
          sum += Math.abs(
            4 * level -
              2 * (gray[p - 1] + gray[p + 1] + gray[p - width] + gray[p + width]) +
              gray[p - width - 1] +
              gray[p - width + 1] +
              gray[p + width - 1] +
              gray[p + width + 1],
          );
        }
      if (most - least >= LEAST_RANGE && least >= DARK && most <= BRIGHT) responses.push(sum);
    }
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
