import type { PhysicsWorld } from '../physics/createPhysicsWorld.ts';
import { emptyCastHit, emptyProximityHit } from '../physics/hits.ts';
import type { Capsule, Vector3 } from '../physics/queries.ts';
import { SKIN } from './skin.ts';
import { dot, move, set } from './vectors.ts';

/** Pushes out of an overlap in one step: a corner of three faces takes three. */
const PUSHES = 6;

/** Scratch: a hit is read before the next query of its kind. */
const nearHit = emptyProximityHit();
const rayHit = emptyCastHit();
const from: Vector3 = [0, 0, 0];
const way: Vector3 = [0, 0, 0];

/**
 * Pushes a body out of what it overlaps, along the shortest way each time. Between a thing that moves and what stands
 * still it stays where it was: the thing must not press it through a wall.
 * @param center is moved.
 * @returns metres of overlap that are left, 0 where it is free now; undefined where it was free before.
 */
export function leaveOverlap(physics: PhysicsWorld, capsule: Capsule, center: Vector3): number | undefined {
  const [startX, startY, startZ] = center;
  let overlapMeters: number | undefined;
  let pressed = false;
  for (let i = 0; i < PUSHES; i++) {
    const hit = physics.proximity(capsule, center, SKIN / 4, nearHit);
    if (!hit || hit.distanceMeters > SKIN / 4) {
      if (pressed && isBehindWall(physics, startX, startY, startZ, center)) break;
      return overlapMeters === undefined ? undefined : 0;
    }
    overlapMeters = Math.max(0, -hit.distanceMeters);
    const [x, y, z] = hit.normal;
    move(center, x, y, z, SKIN / 2 - hit.distanceMeters);
    pressed ||= movesByItself(physics, hit.node);
  }
  if (pressed) set(center, startX, startY, startZ);
  return overlapMeters;
}

/** Whether something that stands still lies between a place and another, whatever moves before it. */
function isBehindWall(
  physics: PhysicsWorld,
  x: number,
  y: number,
  z: number,
  place: Readonly<Vector3>,
): boolean {
  set(from, x, y, z);
  set(way, place[0] - x, place[1] - y, place[2] - z);
  const length = Math.sqrt(dot(way, way));
  for (let i = 0; i < PUSHES; i++) {
    const hit = physics.castRay(from, place, rayHit);
    if (!hit) return false;
    if (!movesByItself(physics, hit.node)) return true;
    set(from, hit.position[0], hit.position[1], hit.position[2]);
    move(from, way[0], way[1], way[2], SKIN / 2 / length);
    // Past the place there is nothing more to look for.
    if (dot(way, place) <= dot(way, from)) return false;
  }
  return false;
}

function movesByItself(physics: PhysicsWorld, node: number): boolean {
  return physics.bodies.some(body => body.node === node);
}
