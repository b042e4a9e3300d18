import { corners } from '../geometry/triangleDistance.ts';
import type { WorldTriangles } from '../geometry/worldTriangles.ts';
import type { Finding } from '../types.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Bad geometry, slivers: triangles far longer than they are high. They have no normal to speak of, shade as noise, and
 * make solvers and simplifiers stumble. A handful comes with every export.
 */

/** Height over the longest side: below what float32 keeps of a place at 100 m times ten. */
const MAX_HEIGHT_METERS = 1e-4;
/** Shorter ones are crumbs, which harm nobody. */
const MIN_LENGTH_METERS = 0.05;
/** Sound scans and models that were looked at had up to 13. */
const MIN_COUNT = 20;

export function detectSlivers({ bvh, objects, model }: WorldContext): Finding[] {
  const soup = bvh.triangles;
  return model.nodes.flatMap((node, index): Finding[] => {
    const object = objects.find(each => each.node === index);
    let count = 0;
    const min = [Infinity, Infinity, Infinity];
    const max = [-Infinity, -Infinity, -Infinity];
    for (const triangle of object?.triangles ?? []) {
      if (2 * soup.areas[triangle] > MAX_HEIGHT_METERS * mostLength(soup, triangle)) continue;
      const points = corners(soup, triangle);
      const side = (i: number) =>
        Math.hypot(...points[i].map((value, axis) => value - points[(i + 1) % 3][axis]));
      const longest = Math.max(side(0), side(1), side(2));
      if (longest < MIN_LENGTH_METERS || 2 * soup.areas[triangle] > MAX_HEIGHT_METERS * longest) continue;
      count++;
      for (const point of points)
        for (let axis = 0; axis < 3; axis++) {
          min[axis] = Math.min(min[axis], point[axis]);
          max[axis] = Math.max(max[axis], point[axis]);
        }
    }
    if (count < MIN_COUNT) return [];
    return [
      {
        type: 'bad-geometry',
        severity: 'warning',
        confidence: 0.75,
        position: middleOf({ min, max }),
        extent: sizeOf({ min, max }),
        object: node.name,
        message: `${node.name} has ${count} slivers: triangles of less than 0.1 mm height.`,
        evidence: { kind: 'slivers', count, triangles: object?.triangles.length ?? 0 },
      },
    ];
  });
}

/** No side of a triangle is longer than its box's sides together; that is quickly told, metres. */
function mostLength({ positions: p, indices }: WorldTriangles, triangle: number): number {
  let sum = 0;
  for (let axis = 0; axis < 3; axis++) {
    const a = p[3 * indices[3 * triangle] + axis];
    const b = p[3 * indices[3 * triangle + 1] + axis];
    const c = p[3 * indices[3 * triangle + 2] + axis];
    sum += Math.max(a, b, c) - Math.min(a, b, c);
  }
  return sum;
}
