import type { Lens } from '../poses/bundleAdjust.ts';
import { undistort } from '../poses/keyframeMap.ts';
import { determinant3, multiply3, transpose3 } from '../poses/smallMatrices.ts';
import type { CameraFromWorld } from '../types.ts';

/**
 * Places one point at rest where it fits its views best.
 * @param seen x, y per view, pixels relative to the principal point.
 * @returns dx, dy per view from where it is seen to where that point would be; undefined where none lies before all
 *   cameras.
 */
export type PointFit = (seen: ArrayLike<number>) => Float64Array | undefined;

const STEPS = 6;

/**
 * A point is sought as a direction from the middle view and an inverse distance along it, so that far points are as
 * well placed as near ones (Civera, Davison and Montiel, T-RO 2008), by Gauss–Newton on the pixels.
 */
export function createPointFit(lens: Lens, poses: readonly CameraFromWorld[]): PointFit {
  const middle = poses.length >> 1;
  const anchor = poses[middle];
  // (a, b, 1) at inverse distance q from the middle view is turn · (a, b, 1) + q · shift in another; twelve numbers each.
  const relations = new Float64Array(12 * poses.length);
  for (const [view, { rotation, translation }] of poses.entries()) {
    const turn = multiply3(rotation, transpose3(anchor.rotation));
    const t = anchor.translation;
    relations.set(turn, 12 * view);
    for (let i = 0; i < 3; i++)
      relations[12 * view + 9 + i] =
        translation[i] - turn[3 * i] * t[0] - turn[3 * i + 1] * t[1] - turn[3 * i + 2] * t[2];
  }
  const normal = new Float64Array(9);
  const replaced = new Float64Array(9);
  const right = new Float64Array(3);
  const row = new Float64Array(3);
  return seen => {
    const [x, y] = undistort(lens, seen[2 * middle], seen[2 * middle + 1]);
    const state = [x / lens.focal, y / lens.focal, 0];
    let best: Float64Array | undefined;
    let misses: Float64Array = new Float64Array(2 * poses.length);
    let least = Number.POSITIVE_INFINITY;
    for (let step = 0; step < STEPS; step++) {
      normal.fill(0);
      right.fill(0);
      let sum = 0;
      const [a, b, q] = state;
      for (let view = 0; view < poses.length; view++) {
        const m = 12 * view;
        const depth = relations[m + 6] * a + relations[m + 7] * b + relations[m + 8] + q * relations[m + 11];
        if (depth <= 1e-6) return best;
        const u = (relations[m] * a + relations[m + 1] * b + relations[m + 2] + q * relations[m + 9]) / depth;
        const v =
          (relations[m + 3] * a + relations[m + 4] * b + relations[m + 5] + q * relations[m + 10]) / depth;
        const scale = lens.focal * (1 + lens.radial * (u * u + v * v));
        for (let axis = 0; axis < 2; axis++) {
          const value = axis === 0 ? u : v;
          const miss = scale * value - seen[2 * view + axis];
          misses[2 * view + axis] = miss;
          sum += miss * miss;
          for (let i = 0; i < 3; i++) {
            const along = relations[m + (i < 2 ? 3 * axis + i : 9 + axis)];
            const away = relations[m + (i < 2 ? 6 + i : 11)];
            row[i] = (scale * (along - value * away)) / depth;
          }
          for (let i = 0; i < 3; i++) {
            right[i] -= row[i] * miss;
            for (let j = 0; j < 3; j++) normal[3 * i + j] += row[i] * row[j];
          }
        }
      }
      if (sum < least) {
        least = sum;
        [best, misses] = [misses, best ?? new Float64Array(2 * poses.length)];
      }
      const determinant = determinant3(normal);
      if (Math.abs(determinant) < 1e-9) return best;
      for (let column = 0; column < 3; column++) {
        replaced.set(normal);
        for (let i = 0; i < 3; i++) replaced[3 * i + column] = right[i];
        state[column] += determinant3(replaced) / determinant;
      }
      state[2] = Math.max(0, state[2]);
    }
    return best;
  };
}
