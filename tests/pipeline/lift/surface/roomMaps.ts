import type { PosedDepth } from '../../../../pipeline/lift/surface/checkConsistency.ts';
import type { SurfaceMesh } from '../../../../pipeline/lift/surface/extractSurface.ts';
import { cameraCenter, type View } from '../../../../pipeline/lift/surface/view.ts';
import { roomView, trueDepth } from './syntheticViews.ts';

export type Point = [number, number, number];
const [WIDTH, HEIGHT] = [160, 128];

/** Where a pixel's ray ends at a depth, world frame. */
export function pointAt(view: View, pixel: number, depth: number): Point {
  const { fx, fy, cx, cy, width } = view.intrinsics;
  const { rotation: r } = view.cameraFromWorld;
  const c = cameraCenter(view.cameraFromWorld);
  const ray = [((pixel % width) - cx) / fx, (Math.floor(pixel / width) - cy) / fy, 1].map(v => v * depth);
  return [0, 1, 2].map(k => c[k] + r[k] * ray[0] + r[3 + k] * ray[1] + r[6 + k] * ray[2]) as Point;
}

/**
 * True depth of the synthetic room from a sideways walk; `alter` may give a pixel another depth (0: none) and luma,
 * by where its ray ends.
 */
export function roomMaps(
  alter: (end: Point, depth: number, view: View) => { depth?: number; luma?: number } = () => ({}),
): PosedDepth[] {
  return [-2, -1, 0, 1, 2, 3].map((k, i) => {
    const view = roomView(i, 0.35 * k, -0.08 * k, 0.05 * k, WIDTH, HEIGHT);
    const depths = trueDepth(view);
    const inverseDepth = new Float32Array(depths.length);
    for (let pixel = 0; pixel < depths.length; pixel++) {
      const { depth = depths[pixel], luma } = alter(pointAt(view, pixel, depths[pixel]), depths[pixel], view);
      inverseDepth[pixel] = depth > 0 ? 1 / depth : 0;
      if (luma !== undefined) {
        view.gray[pixel] = luma;
        view.rgb.fill(luma, 3 * pixel, 3 * pixel + 3);
      }
    }
    return {
      view,
      depth: {
        width: WIDTH,
        height: HEIGHT,
        inverseDepth,
        confidence: inverseDepth.map(q => (q > 0 ? 1 : 0)),
        deviation: new Float32Array(WIDTH * HEIGHT).fill(0.002),
      },
    };
  });
}

/** A box without a bottom, finely meshed, faces outwards. */
export function boxMesh(min: Point, max: Point, step = 0.05): SurfaceMesh {
  const positions: number[] = [];
  const indices: number[] = [];
  const face = (origin: Point, u: Point, v: Point) => {
    const [nu, nv] = [u, v].map(e => Math.max(1, Math.round(Math.hypot(...e) / step)));
    const first = positions.length / 3;
    for (let b = 0; b <= nv; b++)
      for (let a = 0; a <= nu; a++)
        positions.push(...origin.map((o, k) => o + (u[k] * a) / nu + (v[k] * b) / nv));
    for (let b = 0; b < nv; b++)
      for (let a = 0; a < nu; a++) {
        const i = first + b * (nu + 1) + a;
        indices.push(i, i + 1, i + nu + 2, i, i + nu + 2, i + nu + 1);
      }
  };
  const [x, y, z] = [0, 1, 2].map(k => max[k] - min[k]);
  face([min[0], min[1], max[2]], [x, 0, 0], [0, y, 0]);
  face([max[0], min[1], min[2]], [-x, 0, 0], [0, y, 0]);
  face([max[0], min[1], max[2]], [0, 0, -z], [0, y, 0]);
  face([min[0], min[1], min[2]], [0, 0, z], [0, y, 0]);
  face([min[0], max[1], max[2]], [x, 0, 0], [0, 0, -z]);
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}
