import { loadKernel } from '../../engine/kernels/loadKernel.ts';

export interface BlockKernel {
  blockResiduals(
    a: number,
    b: number,
    width: number,
    height: number,
    guesses: number,
    radius: number,
    out: number,
  ): void;
  absoluteDifference(a: number, b: number, count: number): number;
  halve(src: number, dst: number, width: number, height: number): void;
}

export interface BlockChange {
  /** Blocks across and down; each is 16×16 pixels of the frames given. */
  columns: number;
  rows: number;
  /**
   * Compares a frame with the one before.
   * @param motionX, motionY the picture's median motion since then, pixels.
   * @returns mean |difference| over all pixels, gray levels, and per block the difference that motion and
   *   brightness do not explain, gray levels, −1 at the border; undefined for the first frame.
   */
  next(
    gray: Uint8Array,
    motionX: number,
    motionY: number,
  ): { meanDifference: number; residuals: Float32Array } | undefined;
}

/** Half-size pixels each way: 14 pixels of the working size around the picture's own motion. */
const SEARCH_RADIUS = 7;

export async function createBlockChange(width: number, height: number): Promise<BlockChange> {
  const kernel = await loadKernel<BlockKernel>(new URL('./blockResidual.kernel.ts', import.meta.url).href);
  const w = width >> 1;
  const h = height >> 1;
  const columns = w >> 3;
  const rows = h >> 3;
  let previousFull = kernel.allocate(width * height);
  let currentFull = kernel.allocate(width * height);
  let previousHalf = kernel.allocate(w * h);
  let currentHalf = kernel.allocate(w * h);
  const guesses = kernel.allocate(columns * rows * 8);
  const out = kernel.allocate(columns * rows * 4);
  let started = false;
  return {
    columns,
    rows,
    next(gray, motionX, motionY) {
      [previousFull, currentFull] = [currentFull, previousFull];
      [previousHalf, currentHalf] = [currentHalf, previousHalf];
      const { buffer } = kernel.memory;
      new Uint8Array(buffer, currentFull, width * height).set(gray);
      kernel.exports.halve(currentFull, currentHalf, width, height);
      if (!started) {
        started = true;
        return undefined;
      }
      const guess = new Int32Array(buffer, guesses, columns * rows * 2);
      for (let i = 0; i < guess.length; i += 2) {
        guess[i] = Math.round(motionX / 2);
        guess[i + 1] = Math.round(motionY / 2);
      }
      kernel.exports.blockResiduals(previousHalf, currentHalf, w, h, guesses, SEARCH_RADIUS, out);
      return {
        meanDifference:
          kernel.exports.absoluteDifference(previousFull, currentFull, width * height) / (width * height),
        residuals: new Float32Array(buffer, out, columns * rows).slice(),
      };
    },
  };
}
