import type { Lens } from '../poses/bundleAdjust.ts';
import { type PointInView, triangulateViews, undistort } from '../poses/keyframeMap.ts';
import { determinant3 } from '../poses/smallMatrices.ts';

/** As good as infinite in a map whose median depth is 1. */
const FAR = 1e4;
const REFINEMENTS = 4;

/**
 * Whether one point at rest, near or as far as it likes, is seen where the views say. Triangulated linearly, then
 * refined on the pixels: ahead of a camera that moves forwards the linear answer misses in the nearest view.
 */
export function isAtRest(lens: Lens, views: readonly PointInView[], tolerancePixels: number): boolean {
  const [{ pose, x, y }] = views;
  const { rotation: r, translation: t } = pose;
  const [ux, uy] = undistort(lens, x, y);
  const inCamera = [ux / lens.focal, uy / lens.focal, 1].map((value, i) => FAR * value - t[i]);
  const far = [0, 1, 2].map(i => r[i] * inCamera[0] + r[3 + i] * inCamera[1] + r[6 + i] * inCamera[2]);
  if (worstMiss(lens, views, far) <= tolerancePixels) return true;
  let point: number[] | undefined = triangulateViews(lens, views);
  for (let i = 0; point && i <= REFINEMENTS; i++) {
    if (worstMiss(lens, views, point) <= tolerancePixels) return true;
    point = refine(lens, views, point);
  }
  return false;
}

/** Largest reprojection error, pixels; Infinity behind a camera. */
function worstMiss(lens: Lens, views: readonly PointInView[], point: readonly number[]): number {
  let worst = 0;
  for (const view of views) {
    const [dx, dy, depth] = missOf(lens, view, point);
    worst = Math.max(worst, depth > 1e-6 ? Math.hypot(dx, dy) : Number.POSITIVE_INFINITY);
  }
  return worst;
}

/** Pixels from where the point is seen to where it would be, and its depth. */
function missOf(lens: Lens, { pose, x, y }: PointInView, [px, py, pz]: readonly number[]): number[] {
  const { rotation: r, translation: t } = pose;
  const depth = r[6] * px + r[7] * py + r[8] * pz + t[2];
  const u = (r[0] * px + r[1] * py + r[2] * pz + t[0]) / depth;
  const v = (r[3] * px + r[4] * py + r[5] * pz + t[1]) / depth;
  const d = lens.focal * (1 + lens.radial * (u * u + v * v));
  return [d * u - x, d * v - y, depth, u, v];
}

/** One Gauss–Newton step on the reprojection errors; undefined where the views do not fix the point. */
function refine(lens: Lens, views: readonly PointInView[], point: readonly number[]): number[] | undefined {
  const normal = new Float64Array(9);
  const right = [0, 0, 0];
  for (const view of views) {
    const [dx, dy, depth, u, v] = missOf(lens, view, point);
    if (depth <= 1e-6) return undefined;
    const { rotation: r } = view.pose;
    const scale = lens.focal / depth;
    for (const [error, first, value] of [
      [dx, 0, u],
      [dy, 3, v],
    ]) {
      const row = [0, 1, 2].map(i => scale * (r[first + i] - value * r[6 + i]));
      for (let i = 0; i < 3; i++) {
        right[i] -= row[i] * error;
        for (let j = 0; j < 3; j++) normal[3 * i + j] += row[i] * row[j];
      }
    }
  }
  const determinant = determinant3(normal);
  if (Math.abs(determinant) < 1e-12) return undefined;
  return [0, 1, 2].map(column => {
    const replaced = normal.slice();
    for (let i = 0; i < 3; i++) replaced[3 * i + column] = right[i];
    return point[column] + determinant3(replaced) / determinant;
  });
}
