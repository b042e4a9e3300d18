import type { Look } from './looks.ts';
import type { Picture } from './picture.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

/**
 * The blur effect of Crete, Dolmiere, Ladret and Nicolas (SPIE Human Vision and Electronic Imaging 2007): blur the
 * picture again with a nine-pixel mean and see how much of the variation between neighbours is lost. A sharp
 * picture loses most of it, a blurred one little. It needs no reference and hardly depends on the content. Unlike there,
 * of each step between neighbours only what exceeds an edge's least counts, or noise and bands would pass for sharpness.
 * @param edgeLevels what a step has to exceed, gray levels; see leastEdge.
 * @returns 0 (sharp) to 1 (blurred); the worse of the two directions, as in the paper.
 */
export function measureBlur(picture: Picture, edgeLevels: number): number {
  const { width, height } = picture;
  const least = Math.round((2 * REACH + 1) * edgeLevels);
  const across = blurAlong(picture, [0, height], [REACH + 1, width - REACH], 1, least);
  const down = blurAlong(picture, [REACH + 1, height - REACH], [0, width], width, least);
  return Math.max(across, down);
}

const REACH = 4;
/** The mean over a picture does not need every row. */
const ROWS = 56;
/** Steps of compression, of bands of 40 levels and of the noise of a usual camera stay below. */
const LEAST_EDGE_LEVELS = 8;
/** In a dark or foggy picture edges are weaker: this share of the standard deviation of its levels. */
const EDGE_OF_CONTRAST = 0.2;
/** Standard deviations of noise that an edge exceeds: of the steps of noise alone, which have 1.4, three in a hundred do. */
const NOISE_REACH = 3;

/** The step between neighbours from which on it is an edge. All in gray levels: the standard deviations of the noise and of the picture. */
export function leastEdge(noiseLevels: number, contrastLevels: number): number {
  return Math.max(Math.min(LEAST_EDGE_LEVELS, EDGE_OF_CONTRAST * contrastLevels), NOISE_REACH * noiseLevels);
}

/**
 * @param step distance of neighbours along the direction. Two nine-pixel means a pixel apart differ by a ninth of what one
 *   takes in and the other leaves out. @param least ninths of a gray level that a difference has to exceed.
 */
function blurAlong(
  picture: Picture,
  rows: readonly [number, number],
  columns: readonly [number, number],
  step: number,
  least: number,
): number {
  const every = Math.max(1, Math.floor((rows[1] - rows[0]) / ROWS));
  const { variation, kept } = picture.blurSums(rows, columns, step, every, least);
  return variation > 0 ? (variation - kept) / variation : 1;
}

/** Crete blur at which little finer than three pixels is left, and how steeply more of it is worse. */
const HALF_BLUR = 0.4;
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
