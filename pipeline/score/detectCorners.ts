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
  const columns = Math.ceil(width / cellPixels);
  const rows = Math.ceil(height / cellPixels);
  const best = new Float64Array(columns * rows).fill(MINIMUM_EIGENVALUE * UNIT);
  const where = new Int32Array(columns * rows).fill(-1);
  const taken = new Uint8Array(columns * rows);
  for (let i = 0; i < occupied.length; i += 2) {
    const column = Math.floor(occupied[i] / cellPixels);
    const row = Math.floor(occupied[i + 1] / cellPixels);
    if (column >= 0 && row >= 0 && column < columns && row < rows) taken[row * columns + column] = 1;
  }
  const columnOf = Int32Array.from({ length: w }, (_, x) => Math.floor((2 * x) / cellPixels));
  const half = sumsOfFour(gray, width, w, h);
  const border = BORDER_PIXELS >> 1;
  // Of each of xx, xy and yy: the products of five rows, and their sum down each column.
  const products = Array.from({ length: 3 }, () => new Int32Array(WINDOW * w));
  const [xx, xy, yy] = products;
  const sums = Array.from({ length: 3 }, () => new Int32Array(w));
  const [sumXX, sumXY, sumYY] = sums;
  for (let last = 1; last < h - 1; last++) {
    const ring = (last % WINDOW) * w;
    for (let x = 1; x < w - 1; x++) {
      const p = last * w + x;
      const gx = half[p + 1] - half[p - 1];
      const gy = half[p + w] - half[p - w];
      const k = ring + x;
      sumXX[x] += gx * gx - xx[k];
      sumXY[x] += gx * gy - xy[k];
      sumYY[x] += gy * gy - yy[k];
      xx[k] = gx * gx;
      xy[k] = gx * gy;
      yy[k] = gy * gy;
    }
    const y = last - (WINDOW >> 1);
    if (y < border || y >= h - border) continue;
    const row = Math.floor((2 * y) / cellPixels) * columns;
    for (let x = border; x < w - border; x++) {
      const a = sumXX[x - 2] + sumXX[x - 1] + sumXX[x] + sumXX[x + 1] + sumXX[x + 2];
      const d = sumYY[x - 2] + sumYY[x - 1] + sumYY[x] + sumYY[x + 1] + sumYY[x + 2];
      const cell = row + columnOf[x];
      // The smaller eigenvalue is at most the smaller of the two: what is flat, or an edge along an axis, need not be solved.
      if ((a < d ? a : d) <= best[cell] || taken[cell]) continue;
      const b = sumXY[x - 2] + sumXY[x - 1] + sumXY[x] + sumXY[x + 1] + sumXY[x + 2];
      const value = (a + d - Math.sqrt((a - d) * (a - d) + 4 * b * b)) / 2;
      if (value > best[cell]) {
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

/** Side of the window, pixels of half size. */
const WINDOW = 5;
/** Squared gray levels per pixel; below it a window is noise of compression rather than texture. */
const MINIMUM_EIGENVALUE = 4;
/** What is summed here for one of those: sums of four pixels, differences over two, and all of a window. */
const UNIT = (4 * 2) ** 2 * WINDOW ** 2;
/** The tracker's window has to fit. */
const BORDER_PIXELS = 12;

function sumsOfFour(gray: Uint8Array, width: number, w: number, h: number): Int16Array {
  const half = new Int16Array(w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0, p = 2 * y * width; x < w; x++, p += 2)
      half[y * w + x] = gray[p] + gray[p + 1] + gray[p + width] + gray[p + width + 1];
  return half;
}
