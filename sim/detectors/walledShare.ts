import type { Body } from '../body.ts';
import type { TriangleBvh } from '../geometry/triangleBvh.ts';
import type { Navmesh } from '../navmesh/navmesh.ts';

/** From this share of its border on a piece of floor is a room, below it lies open. */
export const ROOM_WALLED_SHARE = 0.6;
/** Beyond the body's radius, by which the navmesh ends short of a wall: grid and rounding. */
const BEYOND_RADIUS_METERS = 0.4;

/** Share of a component's border, by length, with a wall right behind it at half a body's height. */
export function walledShare(navmesh: Navmesh, component: number, bvh: TriangleBvh, body: Body): number {
  let length = 0;
  let walled = 0;
  for (const { polygon, a, b, outwardX, outwardZ, lengthMeters } of navmesh.borders) {
    if (navmesh.component[polygon] !== component) continue;
    length += lengthMeters;
    const [x, y, z] = [0, 1, 2].map(axis => (a[axis] + b[axis]) / 2);
    const reach = body.radius + BEYOND_RADIUS_METERS;
    if (bvh.castRay(x, y + body.height / 2, z, outwardX, 0, outwardZ, reach)) walled += lengthMeters;
  }
  return length > 0 ? walled / length : 0;
}
