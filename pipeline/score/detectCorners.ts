/**
 * Corners to follow: Shi and Tomasi, "Good Features to Track" (CVPR 1994), the smaller eigenvalue of the gradient
 * matrix over a 5×5 window at half size; the strongest corner of each cell that holds no point yet. Cells instead
 * of a global ranking, because the geometry needs points over the whole picture, not the best ones.
 *
 * @param gray 8 bits a pixel, rows from the top.
 * @param occupied x, y pairs of points that are followed already.
 * @returns x, y pairs of new points, in row order of the cells.
 */
export function detectCorners(
  gray: Uint8Array,
  width: number,
  height: number,
  occupied: Float32Array,
  cellPixels: number,
): Float32Array {
  const w = width >> 1;
  const h = height >> 1;
  const half = halve(gray, width, w, h);
  const strength = smallerEigenvalue(half, w, h);

  const columns = Math.ceil(width / cellPixels);
  const rows = Math.ceil(height / cellPixels);
  const best = new Float32Array(columns * rows).fill(MINIMUM_EIGENVALUE);
  const where = new Int32Array(columns * rows).fill(-1);
  const taken = new Uint8Array(columns * rows);
  for (let i = 0; i < occupied.length; i += 2) {
    const column = Math.floor(occupied[i] / cellPixels);
    const row = Math.floor(occupied[i + 1] / cellPixels);
    if (column >= 0 && row >= 0 && column < columns && row < rows) taken[row * columns + column] = 1;
  }
  const border = BORDER_PIXELS >> 1;
  for (let y = border; y < h - border; y++) {
    const row = Math.floor((2 * y) / cellPixels) * columns;
    for (let x = border; x < w - border; x++) {
      const value = strength[y * w + x];
      if (value <= MINIMUM_EIGENVALUE) continue;
      const cell = row + Math.floor((2 * x) / cellPixels);
      if (value > best[cell] && !taken[cell]) {
        best[cell] = value;
        where[cell] = y * w + x;
      }
    }
  }
  const found: number[] = [];
  for (const position of where)
    if (position >= 0) found.push(2 * (position % w) + 0.5, 2 * Math.floor(position / w) + 0.5);
  return Float32Array.from(found);
}

/** Squared gray levels per pixel; below it a window is noise of compression rather than texture. */
const MINIMUM_EIGENVALUE = 4;
/** The tracker's window has to fit. */
const BORDER_PIXELS = 12;

function halve(gray: Uint8Array, width: number, w: number, h: number): Float32Array {
  const half = new Float32Array(w * h);
  for (let y = 0; y < h; y++) {
    const line = 2 * y * width;
    for (let x = 0; x < w; x++) {
      const p = line + 2 * x;
      half[y * w + x] = (gray[p] + gray[p + 1] + gray[p + width] + gray[p + width + 1]) / 4;
    }
  }
  return half;
}

function smallerEigenvalue(image: Float32Array, w: number, h: number): Float32Array {
  const xx = new Float32Array(w * h);
  const xy = new Float32Array(w * h);
  const yy = new Float32Array(w * h);
  for (let y = 1; y < h - 1; y++)
    for (let x = 1; x < w - 1; x++) {
      const p = y * w + x;
      const gx = (image[p + 1] - image[p - 1]) / 2;
      const gy = (image[p + w] - image[p - w]) / 2;
      xx[p] = gx * gx;
      xy[p] = gx * gy;
      yy[p] = gy * gy;
    }
  const scratch = new Float32Array(w * h);
  for (const plane of [xx, xy, yy]) boxMean5(plane, scratch, w, h);
  for (let p = 0; p < w * h; p++) {
    // The smaller eigenvalue is at most half of their sum: what is flat need not be solved.
    if (xx[p] + yy[p] <= 2 * MINIMUM_EIGENVALUE) {
      xx[p] = 0;
      continue;
    }
    const difference = xx[p] - yy[p];
    xx[p] = (xx[p] + yy[p] - Math.sqrt(difference * difference + 4 * xy[p] * xy[p])) / 2;
  }
  return xx;
}

/** 5×5 mean in place; the outermost two rows and columns are left at 0. */
function boxMean5(plane: Float32Array, scratch: Float32Array, w: number, h: number): void {
  scratch.fill(0);
  for (let y = 0; y < h; y++)
    for (let x = 2; x < w - 2; x++) {
      const p = y * w + x;
      scratch[p] = plane[p - 2] + plane[p - 1] + plane[p] + plane[p + 1] + plane[p + 2];
    }
  plane.fill(0);
  for (let y = 2; y < h - 2; y++)
    for (let x = 2; x < w - 2; x++) {
      const p = y * w + x;
      plane[p] =
        (scratch[p - 2 * w] + scratch[p - w] + scratch[p] + scratch[p + w] + scratch[p + 2 * w]) / 25;
    }
}
