import type { PosedDepth } from './checkConsistency.ts';
import type { View } from './view.ts';

/** A line of sight that goes on this far behind a point (and this share of its depth more) passes through it. */
const THROUGH_METERS = 0.12;
const THROUGH_RELATIVE = 0.03;
/** A depth that differs by a smaller share shows the point itself. */
const SHOWN_RELATIVE = 0.05;
const LEAST_DEPTH_METERS = 0.1;

/** Where a point falls in a view: index of the pixel, −1 outside, and depth along the axis. */
export function pixelOf(
  { intrinsics, cameraFromWorld }: View,
  x: number,
  y: number,
  z: number,
): [number, number] {
  const { fx, fy, cx, cy, width, height } = intrinsics;
  const { rotation: r, translation: t } = cameraFromWorld;
  const d = r[6] * x + r[7] * y + r[8] * z + t[2];
  if (d < LEAST_DEPTH_METERS) return [-1, d];
  const u = Math.round((fx * (r[0] * x + r[1] * y + r[2] * z + t[0])) / d + cx);
  const v = Math.round((fy * (r[3] * x + r[4] * y + r[5] * z + t[1])) / d + cy);
  return [u < 0 || v < 0 || u >= width || v >= height ? -1 : v * width + u, d];
}

/**
 * Whether as many views look past a point into what lies behind it, or into the open, and more than show it.
 * @param openings per map, 1 where a pixel shows that nothing is there (sky, the black of nothing).
 */
export function isSeenThrough(
  maps: readonly PosedDepth[],
  openings: readonly Uint8Array[],
  [x, y, z]: readonly [number, number, number],
  views: number,
): boolean {
  let through = 0;
  let shown = 0;
  for (let m = 0; m < maps.length; m++) {
    const [pixel, d] = pixelOf(maps[m].view, x, y, z);
    if (pixel < 0) continue;
    const q = maps[m].depth.inverseDepth[pixel];
    const isOpen = q > 0 ? 1 / q > d * (1 + THROUGH_RELATIVE) + THROUGH_METERS : openings[m][pixel] === 1;
    if (isOpen) through++;
    else if (Math.abs(q * d - 1) < SHOWN_RELATIVE) shown++;
  }
  return through >= views && through > shown;
}

/** Whether some view shows a surface at a point. */
export function isShown(maps: readonly PosedDepth[], [x, y, z]: readonly [number, number, number]): boolean {
  return maps.some(({ view, depth }) => {
    const [pixel, d] = pixelOf(view, x, y, z);
    return pixel >= 0 && Math.abs(depth.inverseDepth[pixel] * d - 1) < SHOWN_RELATIVE;
  });
}
