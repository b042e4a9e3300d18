import type { WorldModel } from '../../../engine/world/worldModel.ts';
import type { Vector3 } from '../../scene.ts';
import { replaceTriangles, type WorldTriangle } from './worldGeometry.ts';

/** What lies on the inner side: normal · p ≤ offset. */
export interface HalfSpace {
  normal: Vector3;
  offset: number;
}

/** An upright prism over a convex outline (x, z), anticlockwise or clockwise, from `low` to `high`. */
export function prism(
  outline: readonly (readonly [number, number])[],
  low: number,
  high: number,
): HalfSpace[] {
  const middle = [0, 1].map(k => outline.reduce((sum, point) => sum + point[k], 0) / outline.length);
  const sides = outline.map((a, i): HalfSpace => {
    const b = outline[(i + 1) % outline.length];
    let normal: Vector3 = [b[1] - a[1], 0, a[0] - b[0]];
    const length = Math.hypot(...normal);
    normal = [normal[0] / length, 0, normal[2] / length];
    const side = normal[0] * (middle[0] - a[0]) + normal[2] * (middle[1] - a[1]);
    if (side > 0) normal = [-normal[0], 0, -normal[2]];
    return { normal, offset: normal[0] * a[0] + normal[2] * a[1] };
  });
  const caps: HalfSpace[] = [
    { normal: [0, 1, 0], offset: high },
    { normal: [0, -1, 0], offset: -low },
  ];
  return [...sides, ...caps.filter(({ offset }) => Number.isFinite(offset))];
}

/**
 * Takes all surface inside a convex solid out of a model, cutting triangles at its sides. What is cut loses its
 * texture coordinates.
 * @returns how many triangles were touched.
 */
export function cutOut(
  model: WorldModel,
  solid: readonly HalfSpace[],
  accept?: (node: number) => boolean,
): number {
  let changed = 0;
  model.nodes.forEach((node, index) => {
    if (accept && !accept(index)) return;
    changed += replaceTriangles(node, triangle => {
      if (solid.some(half => triangle.every(point => side(half, point) >= -1e-9))) return undefined;
      const outside: WorldTriangle[] = [];
      let rest: Vector3[] = [...triangle];
      for (const half of solid) {
        const { inner, outer } = splitPolygon(rest, half);
        outside.push(...fan(outer));
        rest = inner;
        if (rest.length < 3) return undefined;
      }
      return outside;
    });
  });
  return changed;
}

function side({ normal, offset }: HalfSpace, p: Vector3): number {
  return normal[0] * p[0] + normal[1] * p[1] + normal[2] * p[2] - offset;
}

function splitPolygon(polygon: Vector3[], half: HalfSpace): { inner: Vector3[]; outer: Vector3[] } {
  const inner: Vector3[] = [];
  const outer: Vector3[] = [];
  polygon.forEach((p, i) => {
    const q = polygon[(i + 1) % polygon.length];
    const dp = side(half, p);
    const dq = side(half, q);
    if (dp <= 0) inner.push(p);
    if (dp >= 0) outer.push(p);
    if ((dp < 0 && dq > 0) || (dp > 0 && dq < 0)) {
      const t = dp / (dp - dq);
      const crossing = p.map((value, axis) => value + t * (q[axis] - value)) as Vector3;
      inner.push(crossing);
      outer.push(crossing);
    }
  });
  return { inner, outer };
}

function fan(polygon: readonly Vector3[]): WorldTriangle[] {
  return polygon.slice(2).map((p, i) => [polygon[0], polygon[i + 1], p] as const);
}
