import type { PhysicsWorld } from '../../../engine/physics/createPhysicsWorld.ts';
import type { Point } from '../viewerTypes.ts';
import { direction, type Vector3 } from './angles.ts';

type CastWorld = Pick<PhysicsWorld, 'castRay' | 'proximity'>;

/** Metres from a small defect: its surroundings are in the picture and it is not a speck. */
const DISTANCE = 2.6;
/** The eye with some air around it. */
const HEAD = { radiusMeters: 0.2, heightMeters: 0.41 };
const YAWS = 16;
/** Radians that one looks down by; a little is how people look at things. */
const PITCHES = [-0.45, -0.2, -0.75, 0.25, -1.2];

/**
 * Where to stand to see a place: a little off, with nothing in between, not inside a wall, above ground where there
 * is some, and rather near where one is or where the take's cameras were (which know the inside from the outside).
 * @param extent full size of what is to be seen, metres.
 * @param near places that are known to be good, the present eye first.
 */
export function placeViewpoint(
  physics: CastWorld,
  target: Point,
  extent: Point | undefined,
  near: readonly Point[],
): Point {
  const size = extent ? Math.hypot(...extent) : 0;
  const distance = Math.min(12, Math.max(DISTANCE, size * 1.3));
  let best: Point | undefined;
  let bestScore = -Infinity;
  for (const pitch of PITCHES)
    for (let i = 0; i < YAWS; i++) {
      const look = direction((i * 2 * Math.PI) / YAWS, pitch);
      const { eye, free } = backAway(physics, target, look, distance);
      if (free < 0.6 || physics.proximity(HEAD, eye, 0.02)) continue;
      const [x, y, z] = eye;
      const ground = physics.castRay(eye, [x, y - 4, z]) ? 1 : 0;
      const away = Math.min(1, nearest(eye, near) / (2 * distance));
      const score = 1.5 * (free / distance) + ground - 1.2 * away - 0.4 * Math.abs(pitch + 0.45);
      if (score <= bestScore) continue;
      bestScore = score;
      best = eye;
    }
  // Buried on all sides: from above, where the flight goes through everything.
  return best ?? [target[0], target[1] + distance, target[2] + 0.3 * distance];
}

/** As far from the target against the look as it stays in sight, up to a distance. */
function backAway(
  { castRay }: CastWorld,
  target: Point,
  look: Vector3,
  distance: number,
): { eye: Vector3; free: number } {
  const at = (metres: number): Vector3 => [
    target[0] - look[0] * metres,
    target[1] - look[1] * metres,
    target[2] - look[2] * metres,
  ];
  // A defect lies on a surface, often a little behind it: sight starts a hand's breadth off.
  const start = 0.12;
  const hit = castRay(at(start), at(distance + 0.3));
  const free = hit ? start + hit.fraction * (distance + 0.3 - start) - 0.3 : distance;
  return { eye: at(Math.max(start, Math.min(distance, free))), free };
}

function nearest(from: Point, places: readonly Point[]): number {
  let best = Infinity;
  for (const [x, y, z] of places) best = Math.min(best, Math.hypot(x - from[0], y - from[1], z - from[2]));
  return best === Infinity ? 0 : best;
}
