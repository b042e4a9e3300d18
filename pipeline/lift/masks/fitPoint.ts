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
  // (a, b, 1) at inverse distance q from the middle view is turn · (a, b, 1) + q · shift in another.
  const relations = poses.map(({ rotation, translation }) => {
    const turn = multiply3(rotation, transpose3(anchor.rotation));
    const t = anchor.translation;
    const shift = [0, 1, 2].map(
      i => translation[i] - turn[3 * i] * t[0] - turn[3 * i + 1] * t[1] - turn[3 * i + 2] * t[2],
    );
    return { turn, shift };
  });
  return seen => {
    const [x, y] = undistort(lens, seen[2 * middle], seen[2 * middle + 1]);
    const state = [x / lens.focal, y / lens.focal, 0];
    let best: Float64Array | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (let step = 0; step < STEPS; step++) {
      const normal = new Float64Array(9);
      const right = new Float64Array(3);
      const misses = new Float64Array(2 * poses.length);
      let sum = 0;
      for (const [view, { turn, shift }] of relations.entries()) {
        const [a, b, q] = state;
        const at = (i: number) => turn[3 * i] * a + turn[3 * i + 1] * b + turn[3 * i + 2] + q * shift[i];
        const depth = at(2);
        if (depth <= 1e-6) return best;
        const u = at(0) / depth;
        const v = at(1) / depth;
        const scale = lens.focal * (1 + lens.radial * (u * u + v * v));
        for (const [axis, value] of [u, v].entries()) {
          const miss = scale * value - seen[2 * view + axis];
          misses[2 * view + axis] = miss;
          sum += miss * miss;
          const row = [0, 1, 2].map(i => {
            const [along, away] = i < 2 ? [turn[3 * axis + i], turn[6 + i]] : [shift[axis], shift[2]];
            return (scale * (along - value * away)) / depth;
          });
          for (let i = 0; i < 3; i++) {
            right[i] -= row[i] * miss;
            for (let j = 0; j < 3; j++) normal[3 * i + j] += row[i] * row[j];
          }
        }
      }
      if (sum < least) {
        least = sum;
        best = misses;
      }
      const determinant = determinant3(normal);
      if (Math.abs(determinant) < 1e-9) return best;
      for (let column = 0; column < 3; column++) {
        const replaced = normal.slice();
        for (let i = 0; i < 3; i++) replaced[3 * i + column] = right[i];
        state[column] += determinant3(replaced) / determinant;
      }
      state[2] = Math.max(0, state[2]);
    }
    return best;
  };
}
