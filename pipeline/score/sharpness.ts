import type { Look } from './looks.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

/**
 * The blur effect of Crete, Dolmiere, Ladret and Nicolas (SPIE Human Vision and Electronic Imaging 2007): blur the
 * picture again with a nine-pixel mean and see how much of the variation between neighbours is lost. A sharp
 * picture loses most of it, a blurred one little. It needs no reference and hardly depends on the content.
 * @returns 0 (sharp) to 1 (blurred); the worse of the two directions, as in the paper.
 */
export function measureBlur(gray: Uint8Array, width: number, height: number): number {
  return Math.max(blurAlong(gray, width, height, 1, width), blurAlong(gray, height, width, width, 1));
}

const REACH = 4;
/** The mean over a picture does not need every line. */
const LINES = 56;

/** @param step distance of neighbours along the direction. @param line distance of the lines. */
function blurAlong(gray: Uint8Array, length: number, lines: number, step: number, line: number): number {
  let variation = 0;
  let kept = 0;
  const every = Math.max(1, Math.floor(lines / LINES));
  for (let l = 0; l < lines; l += every) {
    const start = l * line;
    let window = 0;
    for (let k = 0; k <= 2 * REACH; k++) window += gray[start + k * step];
    for (let i = REACH + 1; i < length - REACH; i++) {
      const before = window;
      window += gray[start + (i + REACH) * step] - gray[start + (i - REACH - 1) * step];
      const difference = Math.abs(gray[start + i * step] - gray[start + (i - 1) * step]);
      const blurred = Math.abs(window - before) / (2 * REACH + 1);
      variation += difference;
      kept += Math.max(0, difference - blurred);
    }
  }
  return variation > 0 ? (variation - kept) / variation : 1;
}

/** Crete blur at which little finer than three pixels is left, and how steeply more of it is worse. */
const HALF_BLUR = 0.5;
const POWER = 4;

/** The blurrier half of the looks counts: a lift loses its points there. */
export function scoreSharpness(looks: readonly Look[]): Dimension {
  const blurs = looks.map(look => look.blur);
  const value = mean([...blurs].sort((a, b) => b - a).slice(0, Math.ceil(blurs.length / 2)));
  return {
    score: rounded(falling(value, HALF_BLUR, POWER)),
    value: rounded(value),
    unit: 'Crete blur of the blurrier half, 0 sharp to 1 blurred',
    confidence: looks.length > 0 ? 1 : 0,
    where: joinRanges(looks.filter(look => look.blur > HALF_BLUR)),
  };
}
