import { type Kernel, loadKernel } from '../../../engine/kernels/loadKernel.ts';

export interface FlowKernel {
  halve(src: number, dst: number, temporary: number, width: number, height: number): void;
  widen(src: number, dst: number, count: number): void;
  trackAll(
    pyramidA: number,
    pyramidB: number,
    levels: number,
    levelCount: number,
    points: number,
    guesses: number,
    quality: number,
    count: number,
    iterations: number,
    scratch: number,
  ): void;
}

/** An image pyramid in the tracker's memory; it belongs to the slot it was made in. */
export interface PyramidSlot {
  pointer: number;
}

export interface PointTracker {
  /** Reserves memory for one pyramid. */
  createSlot(): PyramidSlot;
  /** Fills a slot from 8-bit gray. */
  load(slot: PyramidSlot, gray: Uint8Array): void;
  /**
   * Tracks points from a to b and back.
   * @param points x, y pairs in a. @param guesses where to start in b, pairs, same length.
   * @returns x, y pairs in b, NaN where lost, off by more than `tolerancePixels` on the way back, or unlike.
   */
  track(
    a: PyramidSlot,
    b: PyramidSlot,
    points: Float32Array,
    guesses: Float32Array,
    tolerancePixels: number,
  ): Float32Array;
}

const ITERATIONS = 12;
/** The way back starts at its goal, so the coarse levels have nothing to find. */
const BACKWARD_LEVELS = 2;
/** Largest RMS difference of the windows, gray levels of 255, beyond the brightness offset. */
const RESIDUAL_LIMIT = 14;

export function loadFlowKernel(): Promise<Kernel<FlowKernel>> {
  return loadKernel<FlowKernel>(new URL('./flow.kernel.ts', import.meta.url).href);
}

/** Prepares a tracker for images of one size and at most `limit` points a call (see flow.kernel.ts). */
export async function createPointTracker(
  width: number,
  height: number,
  limit: number,
): Promise<PointTracker> {
  const kernel = await loadFlowKernel();
  const sides: [number, number][] = [[width, height]];
  while (sides.length < 5) {
    const [w, h] = sides[sides.length - 1];
    if (Math.min(w, h) < 48) break;
    sides.push([(w + 1) >> 1, (h + 1) >> 1]);
  }
  let pyramidBytes = 0;
  const entries = sides.flatMap(([w, h]) => {
    const entry = [pyramidBytes, w, h];
    pyramidBytes += (w * h * 4 + 15) & ~15;
    return entry;
  });
  const levels = kernel.allocate(entries.length * 4);
  new Int32Array(kernel.memory.buffer, levels, entries.length).set(entries);
  const bytes = kernel.allocate(width * height);
  const temporary = kernel.allocate(width * height * 4);
  const points = kernel.allocate(limit * 8);
  const forward = kernel.allocate(limit * 8);
  const backward = kernel.allocate(limit * 8);
  const quality = kernel.allocate(limit * 8);
  const scratch = kernel.allocate(4096);

  const run = (
    from: PyramidSlot,
    to: PyramidSlot,
    start: number,
    guess: number,
    count: number,
    levelCount: number,
  ) => {
    kernel.exports.trackAll(
      from.pointer,
      to.pointer,
      levels,
      levelCount,
      start,
      guess,
      quality,
      count,
      ITERATIONS,
      scratch,
    );
    return new Float32Array(kernel.memory.buffer, quality, count * 2).slice();
  };

  return {
    createSlot: () => ({ pointer: kernel.allocate(pyramidBytes + 64) }),
    load(slot, gray) {
      new Uint8Array(kernel.memory.buffer, bytes, width * height).set(gray.subarray(0, width * height));
      kernel.exports.widen(bytes, slot.pointer, width * height);
      for (let level = 1; level < sides.length; level++) {
        const [w, h] = sides[level - 1];
        kernel.exports.halve(
          slot.pointer + entries[3 * level - 3],
          slot.pointer + entries[3 * level],
          temporary,
          w,
          h,
        );
      }
    },
    track(a, b, from, guesses, tolerancePixels) {
      const count = from.length >> 1;
      const { buffer } = kernel.memory;
      new Float32Array(buffer, points, count * 2).set(from);
      new Float32Array(buffer, forward, count * 2).set(guesses);
      const there = run(a, b, points, forward, count, sides.length);
      const result = new Float32Array(buffer, forward, count * 2).slice();
      // On the way back the true start is the guess: the check asks whether the tracker is content with it.
      new Float32Array(buffer, backward, count * 2).set(from);
      const back = run(b, a, forward, backward, count, Math.min(BACKWARD_LEVELS, sides.length));
      const returned = new Float32Array(buffer, backward, count * 2);
      for (let i = 0; i < count; i++) {
        const off = (returned[2 * i] - from[2 * i]) ** 2 + (returned[2 * i + 1] - from[2 * i + 1]) ** 2;
        const good =
          there[2 * i] >= 0 &&
          there[2 * i] <= RESIDUAL_LIMIT &&
          back[2 * i] >= 0 &&
          off <= tolerancePixels * tolerancePixels;
        if (!good) {
          result[2 * i] = Number.NaN;
          result[2 * i + 1] = Number.NaN;
        }
      }
      return result;
    },
  };
}
