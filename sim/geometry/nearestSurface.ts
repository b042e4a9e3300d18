import type { TriangleBvh } from './triangleBvh.ts';
import { corners, squaredPointTriangle } from './triangleDistance.ts';

/** Whether any accepted triangle comes within a distance of a point, metres. */
export function isNearSurface(
  bvh: TriangleBvh,
  point: readonly [number, number, number],
  meters: number,
  accept?: (triangle: number) => boolean,
): boolean {
  return bvh.forEachInBox(
    point.map(value => value - meters),
    point.map(value => value + meters),
    triangle =>
      (!accept || accept(triangle)) &&
      squaredPointTriangle(point, corners(bvh.triangles, triangle)) <= meters * meters,
  );
}
