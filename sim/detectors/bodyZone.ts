import type { Body } from '../body.ts';
import type { TriangleBvh } from '../geometry/triangleBvh.ts';
import type { WorldContext } from './worldContext.ts';

/** Where a body that touches a place would stand. */
export interface BodyPlace {
  /** On the walkable surface, metres. */
  x: number;
  y: number;
  z: number;
}

/** Below the walker's crown by this much: a brush with the hair stops nobody. */
const CROWN_METERS = 0.1;
/** Above the step by this much a surface is no step any more. */
const SHIN_METERS = 0.05;

/** How high above the floor something is no step any more, metres. */
export function shinHeight({ stepHeight }: Body): number {
  return stepHeight + SHIN_METERS;
}

/**
 * Where on the reachable floor a body would stand that has a point between its shins and its crown within a distance,
 * or undefined. The navmesh is shrunk by the body's radius: a wall that it stands at lies that far outside.
 * @param lowestMeters above the floor, where not from the shins on.
 */
export function bodyPlaceNear(
  { navmesh, reachable, body }: WorldContext,
  [x, y, z]: readonly [number, number, number],
  reachMeters: number,
  lowestMeters = shinHeight(body),
): BodyPlace | undefined {
  if (!navmesh) return undefined;
  const lowest = y - body.height + CROWN_METERS;
  const highest = y - lowestMeters;
  const polygon = navmesh.locate(x, (lowest + highest) / 2, z, reachMeters, (highest - lowest) / 2);
  if (polygon < 0 || !reachable.has(navmesh.component[polygon])) return undefined;
  const [px, pz] = navmesh.nearestInside(polygon, x, z);
  return { x: px, y: navmesh.heightAt(polygon, px, pz), z: pz };
}

/** Whether nothing lies between a body's middle line and a point at its height. */
export function isFreeBetween(
  bvh: TriangleBvh,
  { x, z }: BodyPlace,
  point: readonly [number, number, number],
  shortByMeters: number,
): boolean {
  const dx = point[0] - x;
  const dz = point[2] - z;
  const distance = Math.hypot(dx, dz);
  if (distance <= shortByMeters) return true;
  return !bvh.castRay(x, point[1], z, dx / distance, 0, dz / distance, distance - shortByMeters);
}
