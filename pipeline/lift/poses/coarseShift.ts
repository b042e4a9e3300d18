/** Cells along the picture's long side that the search sees. */
const CELLS = 80;
/** How far the view may have gone, as shares of the width and the height. */
const REACH_X = 0.5;
const REACH_Y = 0.25;

interface Thumbnail {
  width: number;
  height: number;
  cellPixels: number;
  /** Mean luma per cell. */
  luma: Float32Array;
}

function thumbnailOf(gray: Uint8Array, width: number, height: number): Thumbnail {
  const cellPixels = Math.max(1, Math.floor(Math.max(width, height) / CELLS));
  const columns = Math.floor(width / cellPixels);
  const rows = Math.floor(height / cellPixels);
  const luma = new Float32Array(columns * rows);
  for (let y = 0; y < rows * cellPixels; y++) {
    const row = Math.floor(y / cellPixels) * columns;
    const line = y * width;
    for (let x = 0; x < columns * cellPixels; x++) luma[row + Math.floor(x / cellPixels)] += gray[line + x];
  }
  for (let i = 0; i < luma.length; i++) luma[i] /= cellPixels * cellPixels;
  return { width: columns, height: rows, cellPixels, luma };
}

/** Variance of the difference of the two where they overlap, a's (x, y) on b's (x + dx, y + dy): light may change. */
function misfit(a: Thumbnail, b: Thumbnail, dx: number, dy: number): number {
  const left = Math.max(0, -dx);
  const right = Math.min(a.width, a.width - dx);
  const top = Math.max(0, -dy);
  const bottom = Math.min(a.height, a.height - dy);
  let sum = 0;
  let squares = 0;
  for (let y = top; y < bottom; y++) {
    const from = y * a.width;
    const to = (y + dy) * a.width + dx;
    for (let x = left; x < right; x++) {
      const difference = b.luma[to + x] - a.luma[from + x];
      sum += difference;
      squares += difference * difference;
    }
  }
  const count = (right - left) * (bottom - top);
  return squares / count - (sum / count) ** 2;
}

/**
 * Where the view as a whole has gone from one picture to the next, to about the 80th part of its long side: for steps
 * that are beyond a pyramid's reach, as in a fast turn or a jerk of the hand. Exhaustive, over half the width and a
 * quarter of the height.
 * @param a, b gray, row-major, both width × height.
 * @returns x and y in pixels by which what a shows is further in b.
 */
export function coarseShift(a: Uint8Array, b: Uint8Array, width: number, height: number): [number, number] {
  const from = thumbnailOf(a, width, height);
  const to = thumbnailOf(b, width, height);
  const reachX = Math.floor(REACH_X * from.width);
  const reachY = Math.floor(REACH_Y * from.height);
  let best: [number, number] = [0, 0];
  let least = misfit(from, to, 0, 0);
  for (let dy = -reachY; dy <= reachY; dy++)
    for (let dx = -reachX; dx <= reachX; dx++) {
      const here = misfit(from, to, dx, dy);
      if (here >= least) continue;
      least = here;
      best = [dx, dy];
    }
  return [best[0] * from.cellPixels, best[1] * from.cellPixels];
}
