import type { PosedDepth } from './checkConsistency.ts';
import { cameraCenter } from './view.ts';

/** Points on the seen surface with normals, in the frame of the views. */
export interface SurfacePoints {
  count: number;
  /** xyz per point. */
  positions: Float64Array;
  /** Unit xyz per point, towards the camera that saw it. */
  normals: Float64Array;
  weights: Float64Array;
}

// Half the baseline of the tangents, pixels: wide, because noise in depth tilts short ones.
const TANGENT_PIXELS = 5;

/** Samples every `stride`-th pixel of every map that has a depth and a smooth neighbourhood. */
export function surfacePoints(maps: readonly PosedDepth[], stride: number): SurfacePoints {
  const positions: number[] = [];
  const normals: number[] = [];
  const weights: number[] = [];
  for (const { view, depth } of maps) {
    const { fx, fy, cx, cy } = view.intrinsics;
    const { rotation: r } = view.cameraFromWorld;
    const center = cameraCenter(view.cameraFromWorld);
    const { width, height, inverseDepth } = depth;
    const at = (x: number, y: number): [number, number, number] | undefined => {
      const q = inverseDepth[y * width + x];
      return q > 0 ? [(x - cx) / fx / q, (y - cy) / fy / q, 1 / q] : undefined;
    };
    const d = TANGENT_PIXELS;
    for (let y = d; y < height - d; y += stride) {
      for (let x = d; x < width - d; x += stride) {
        const p = at(x, y);
        const [a, b, c, e] = [at(x - d, y), at(x + d, y), at(x, y - d), at(x, y + d)];
        if (!p || !a || !b || !c || !e) continue;
        // A smooth surface is straight in inverse depth; an edge is not.
        const q = 1 / p[2];
        const bend = Math.max(Math.abs(1 / a[2] + 1 / b[2] - 2 * q), Math.abs(1 / c[2] + 1 / e[2] - 2 * q));
        if (bend > 4 * depth.deviation[y * width + x]) continue;
        const u = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
        const v = [e[0] - c[0], e[1] - c[1], e[2] - c[2]];
        // v × u faces the camera in OpenCV axes (x right, y down).
        const n = [v[1] * u[2] - v[2] * u[1], v[2] * u[0] - v[0] * u[2], v[0] * u[1] - v[1] * u[0]];
        const length = Math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
        if (length === 0) continue;
        for (let k = 0; k < 3; k++) {
          positions.push(center[k] + r[k] * p[0] + r[3 + k] * p[1] + r[6 + k] * p[2]);
          normals.push((r[k] * n[0] + r[3 + k] * n[1] + r[6 + k] * n[2]) / length);
        }
        // A pixel stands for an area that grows with depth², so far walls count as much as near things.
        weights.push(depth.confidence[y * width + x] * Math.min(p[2] ** 2, 1e6));
      }
    }
  }
  return {
    count: weights.length,
    positions: Float64Array.from(positions),
    normals: Float64Array.from(normals),
    weights: Float64Array.from(weights),
  };
}
