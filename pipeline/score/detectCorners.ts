import { loadKernel } from '../../engine/kernels/loadKernel.ts';

interface CornerKernel {
  detectCorners(
    gray: number,
    half: number,
    scratch: number,
    pitch: number,
    width: number,
    w: number,
    h: number,
    border: number,
    columnOf: number,
    rowOf: number,
    columns: number,
    best: number,
    where: number,
  ): void;
}

/**
 * @param gray 8 bits a pixel, rows from the top. @param occupied x, y pairs of points that are followed already.
 * @returns x, y pairs of new points, in row order of the cells.
 */
export type DetectCorners = (gray: Uint8Array, occupied: Float32Array) => Float32Array;

/** Rows of the window. */
const WINDOW = 5;
/** Squared gray levels per pixel; below it a window is noise of compression rather than texture. */
const MINIMUM_EIGENVALUE = 4;
/** What is summed here for one of those: sums of four pixels, differences over two, and all of a window. */
const UNIT = (4 * 2) ** 2 * WINDOW ** 2;
/** The tracker's window has to fit. */
const BORDER_PIXELS = 12;
/** What the kernel reads and writes past the end of a buffer. */
const ROOM_BYTES = 32;

/**
 * Corners to follow: Shi and Tomasi, "Good Features to Track" (CVPR 1994), the smaller eigenvalue of the gradient
 * matrix over a 5×5 window at half size; the strongest corner of each cell that holds no point yet. Cells instead
 * of a global ranking, because the geometry needs points over the whole picture, not the best ones.
 */
export async function createCornerDetector(
  width: number,
  height: number,
  cellPixels: number,
): Promise<DetectCorners> {
  const kernel = await loadKernel<CornerKernel>(new URL('./detectCorners.kernel.ts', import.meta.url).href);
  const w = width >> 1;
  const h = height >> 1;
  const columns = Math.ceil(width / cellPixels);
  const rows = Math.ceil(height / cellPixels);
  const image = kernel.allocate(width * height + ROOM_BYTES);
  const half = kernel.allocate(w * h * 2 + ROOM_BYTES);
  const pitch = (w * 4 + 2 * ROOM_BYTES) & ~15;
  const scratchBytes = (WINDOW + 1) * 3 * pitch;
  const scratch = kernel.allocate(scratchBytes + 2 * pitch);
  const columnOf = kernel.allocate(w * 4);
  const rowOf = kernel.allocate(h * 4);
  const best = kernel.allocate(columns * rows * 8);
  const where = kernel.allocate(columns * rows * 4);
  for (const [pointer, side] of [
    [columnOf, w],
    [rowOf, h],
  ])
    new Int32Array(kernel.memory.buffer, pointer, side).forEach((_, i, cells) => {
      cells[i] = Math.floor((2 * i) / cellPixels);
    });

  return (gray, occupied) => {
    const { buffer } = kernel.memory;
    new Uint8Array(buffer, image, width * height).set(gray);
    new Uint8Array(buffer, scratch, scratchBytes).fill(0);
    const exceeds = new Float64Array(buffer, best, columns * rows).fill(MINIMUM_EIGENVALUE * UNIT);
    const places = new Int32Array(buffer, where, columns * rows).fill(-1);
    for (let i = 0; i < occupied.length; i += 2) {
      const column = Math.floor(occupied[i] / cellPixels);
      const row = Math.floor(occupied[i + 1] / cellPixels);
      if (column >= 0 && row >= 0 && column < columns && row < rows)
        exceeds[row * columns + column] = Number.POSITIVE_INFINITY;
    }
    kernel.exports.detectCorners(
      image,
      half,
      scratch,
      pitch,
      width,
      w,
      h,
      BORDER_PIXELS >> 1,
      columnOf,
      rowOf,
      columns,
      best,
      where,
    );
    const found: number[] = [];
    for (const place of places)
      if (place >= 0) found.push(2 * (place % w) + 0.5, 2 * Math.floor(place / w) + 0.5);
    return Float32Array.from(found);
  };
}
