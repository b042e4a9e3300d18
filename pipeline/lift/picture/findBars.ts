import type { PictureRectangle } from '../../video/decodeVideo.ts';

/** Luma that no pixel of a bar ever passes: video black is 16, and codecs ring a little. */
const BAR_LUMA = 30;
/** A pixel that was ever brighter than this shows the scene. */
const LIT_LUMA = 44;
/** How far the first lit pixels of the lines across an edge may lie apart, pixels. */
const EDGE_PIXELS = 2;
/** Two bars of like thickness face each other: then a dark scene may hide most of the edge … */
const PAIRED_SHARE = 0.3;
/** … while one bar alone must show a straight edge nearly throughout, or it is a night sky or a dark floor. */
const LONE_SHARE = 0.75;
/** Thicknesses of a pair differ by no more than this share of the side. */
const PAIR_DIFFERENCE = 0.02;
/** Thinner bars are a codec's rim; cropping them would gain nothing. */
const LEAST_THICKNESS = 0.02;
/** What is left must still be a picture. */
const LEAST_LEFT = 0.2;

interface Edge {
  /** Pixels from the side to the first line that is lit. */
  thickness: number;
  /** Share of the lines across the edge whose first lit pixel lies there. */
  share: number;
}

/**
 * Finds letterbox and pillarbox bars: black for the whole video up to a straight edge.
 * @param high brightest luma that each pixel ever had, width × height.
 * @param thumbnailToVideo pixels of the video per pixel of `high`.
 * @returns the picture within the bars in pixels of `high`; undefined where there are none.
 */
export function findBars(high: Uint8Array, width: number, height: number): PictureRectangle | undefined {
  const level = (across: number, along: number, isRow: boolean) =>
    isRow ? high[along * width + across] : high[across * width + along];
  const sides = (isRow: boolean) => {
    const [length, depth] = isRow ? [width, height] : [height, width];
    const edgeFrom = (start: 'near' | 'far') =>
      findEdge(length, depth, (across, k) => level(across, start === 'near' ? k : depth - 1 - k, isRow));
    return barsOf(edgeFrom('near'), edgeFrom('far'), depth);
  };
  const [top, bottom] = sides(true);
  const [left, right] = sides(false);
  if (top + bottom + left + right === 0) return undefined;
  return { x: left, y: top, width: width - left - right, height: height - top - bottom };
}

/** Where most lines that start at one side first meet something lit. */
function findEdge(length: number, depth: number, level: (across: number, k: number) => number): Edge {
  const firstLit = new Int32Array(depth + 1);
  for (let across = 0; across < length; across++) {
    let k = 0;
    while (k < depth && level(across, k) <= LIT_LUMA) k++;
    firstLit[k]++;
  }
  let best: Edge = { thickness: 0, share: 0 };
  for (let k = 1; k < depth; k++) {
    let count = 0;
    for (let j = k; j <= Math.min(depth - 1, k + EDGE_PIXELS); j++) count += firstLit[j];
    if (count / length <= best.share) continue;
    // The line where most of them begin; a codec blurs the edge over its neighbours.
    let thickness = k;
    for (let j = k; j <= Math.min(depth - 1, k + EDGE_PIXELS); j++)
      if (firstLit[j] > firstLit[thickness]) thickness = j;
    best = { thickness, share: count / length };
  }
  // Text may stand on a bar, but the rest of it is black.
  let dark = 0;
  for (let across = 0; across < length; across++)
    for (let k = 0; k < best.thickness - 1; k++) if (level(across, k) <= BAR_LUMA) dark++;
  const isBlack = dark >= 0.7 * length * Math.max(0, best.thickness - 1);
  return isBlack ? best : { thickness: 0, share: 0 };
}

function barsOf(near: Edge, far: Edge, depth: number): [number, number] {
  const thick = (edge: Edge) => edge.thickness >= LEAST_THICKNESS * depth;
  const isPair =
    thick(near) &&
    thick(far) &&
    Math.abs(near.thickness - far.thickness) <= Math.max(2, PAIR_DIFFERENCE * depth);
  const least = isPair ? PAIRED_SHARE : LONE_SHARE;
  const bars = [near, far].map(edge => (thick(edge) && edge.share >= least ? edge.thickness : 0));
  if (depth - bars[0] - bars[1] < LEAST_LEFT * depth) return [0, 0];
  return [bars[0], bars[1]];
}
