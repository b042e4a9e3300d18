import type { Body } from '../body.ts';
import type { TriangleBvh } from '../geometry/triangleBvh.ts';
import type { Navmesh, NavmeshComponent } from '../navmesh/navmesh.ts';

/** From this on a walkable piece is a room; below, it is open ground. */
export const MIN_WALLED_SHARE = 0.6;
/** The navmesh ends a body's radius and some cells before a wall, metres beyond the radius. */
const REACH_METERS = 0.4;

/** Share of a component's border with a wall right behind it, 0 to 1. */
export function measureWalledShare(
  navmesh: Navmesh,
  component: NavmeshComponent,
  bvh: TriangleBvh,
  body: Body,
): number {
  let length = 0;
  let walled = 0;
  for (const edge of navmesh.borders) {
    if (navmesh.component[edge.polygon] !== component.index) continue;
    length += edge.lengthMeters;
    const x = (edge.a[0] + edge.b[0]) / 2;
    const y = (edge.a[1] + edge.b[1]) / 2;
    const z = (edge.a[2] + edge.b[2]) / 2;
    const reach = body.radius + REACH_METERS;
    if (bvh.castRay(x, y + body.height / 2, z, edge.outwardX, 0, edge.outwardZ, reach))
      walled += edge.lengthMeters;
  }
  return length > 0 ? walled / length : 0;
}
