import { loadKernel } from '../../engine/kernels/loadKernel.ts';

export interface FollowKernel {
  shrink(src: number, dst: number, temporary: number, width: number, height: number): void;
  followAll(
    pyramidA: number,
    pyramidB: number,
    levels: number,
    levelCount: number,
    backLevels: number,
    points: number,
    guesses: number,
    count: number,
    tolerance: number,
    mostResidual: number,
  ): void;
}

export interface PointFollower {
  /** Takes the next picture. */
  load(gray: Uint8Array): void;
  /**
   * Follows points from the picture before to the last one, and back.
   * @param points x, y pairs. @param guesses where to start, pairs, same length.
   * @returns x, y pairs, NaN where lost, off by more than `tolerancePixels` on the way back, or unlike.
   */
  follow(points: Float32Array, guesses: Float32Array, tolerancePixels: number): Float32Array;
}

const MOST_LEVELS = 5;
/** A picture whose shorter side is under this is the coarsest. */
const LEAST_SIDE = 48;
const BACK_LEVELS = 2;
/** Largest RMS difference of the windows, gray levels, beyond the brightness offset. */
const MOST_RESIDUAL = 14;
/** What the kernel may read and write past the end of a picture. */
const ROOM_BYTES = 32;

/** Prepares following in pictures of one size, of at most `limit` points a call (see followPoints.kernel.ts). */
export async function createPointFollower(
  width: number,
  height: number,
  limit: number,
): Promise<PointFollower> {
  const kernel = await loadKernel<FollowKernel>(new URL('./followPoints.kernel.ts', import.meta.url).href);
  const sides: [number, number][] = [[width, height]];
  while (sides.length < MOST_LEVELS) {
    const [w, h] = sides[sides.length - 1];
    if (Math.min(w, h) < LEAST_SIDE) break;
    sides.push([(w + 1) >> 1, (h + 1) >> 1]);
  }
  let bytes = 0;
  const entries = sides.flatMap(([w, h]) => {
    const entry = [bytes, w, h];
    bytes += (w * h + ROOM_BYTES + 15) & ~15;
    return entry;
  });
  const levels = kernel.allocate(entries.length * 4);
  new Int32Array(kernel.memory.buffer, levels, entries.length).set(entries);
  const temporary = kernel.allocate(2 * width + 64);
  const start = kernel.allocate(limit * 8);
  const goal = kernel.allocate(limit * 8);
  let before = kernel.allocate(bytes);
  let now = kernel.allocate(bytes);

  return {
    load(gray) {
      [before, now] = [now, before];
      new Uint8Array(kernel.memory.buffer, now, width * height).set(gray);
      for (let level = 1; level < sides.length; level++) {
        const [w, h] = sides[level - 1];
        kernel.exports.shrink(now + entries[3 * level - 3], now + entries[3 * level], temporary, w, h);
      }
    },
    follow(points, guesses, tolerancePixels) {
      const { buffer } = kernel.memory;
      new Float32Array(buffer, start, points.length).set(points);
      new Float32Array(buffer, goal, points.length).set(guesses);
      kernel.exports.followAll(
        before,
        now,
        levels,
        sides.length,
        Math.min(BACK_LEVELS, sides.length),
        start,
        goal,
        points.length >> 1,
        tolerancePixels,
        MOST_RESIDUAL,
      );
      return new Float32Array(buffer, goal, points.length).slice();
    },
  };
}
