import type { PhysicsWorld } from '../../../engine/physics/createPhysicsWorld.ts';
import type { WorldManifest } from '../../../engine/world/worldSchema.ts';
import type { Point } from '../viewerTypes.ts';
import { direction } from './angles.ts';

type CastWorld = Pick<PhysicsWorld, 'castRay' | 'proximity' | 'bounds'>;

export interface Spawn {
  /** Where the feet come, metres. */
  feet: Point;
  yaw: number;
}

const BODY = { radiusMeters: 0.35, heightMeters: 1.7 };
/** Places tried along each side of the world's box: fine enough for a room in a house, 2,000 casts at most. */
const GRID = 24;
/** Floors looked for under one another. */
const STOREYS = 6;
/** Metres: further away a wall no longer makes a place roomier. */
const FAR = 8;
const COMPASS = Array.from({ length: 12 }, (_, i) => (i * Math.PI) / 6);

/**
 * Where to come into a world: its manifest's first spawn that has ground, else the roomiest place under the open
 * sky or a ceiling, low rather than high, near the middle rather than at the edge; looking the longest way.
 * Where nothing can be stood on, above the middle.
 */
export function findSpawn(physics: CastWorld, manifest: WorldManifest | undefined): Spawn {
  for (const { position, yaw } of manifest?.spawns ?? []) {
    const [x, y, z] = position;
    const ground = physics.castRay([x, y + 1, z], [x, y - 2, z]);
    if (ground) return { feet: [x, ground.position[1] + 0.05, z], yaw };
  }
  const places = standingPlaces(physics);
  const { min, max } = physics.bounds;
  const middle = [(min[0] + max[0]) / 2, (min[2] + max[2]) / 2];
  const reach = Math.hypot(max[0] - min[0], max[2] - min[2]) / 2 + 1e-9;
  const height = max[1] - min[1] + 1e-9;
  let best: Spawn | undefined;
  let bestScore = -Infinity;
  for (const [x, y, z] of places) {
    const room = COMPASS.map(yaw => clearance(physics, [x, y + 1.2, z], yaw));
    const mean = room.reduce((sum, metres) => sum + metres, 0) / room.length;
    const score =
      mean / FAR - (y - min[1]) / height - (0.7 * Math.hypot(x - middle[0], z - middle[1])) / reach;
    if (score <= bestScore) continue;
    bestScore = score;
    best = { feet: [x, y + 0.05, z], yaw: COMPASS[room.indexOf(Math.max(...room))] };
  }
  return best ?? { feet: [middle[0], max[1] + 1, middle[1]], yaw: 0 };
}

/** Ground with room for a body above it, on a grid over the world. */
function standingPlaces({ castRay, proximity, bounds: { min, max } }: CastWorld): Point[] {
  const places: Point[] = [];
  for (let i = 0; i < GRID; i++)
    for (let k = 0; k < GRID; k++) {
      const x = min[0] + ((i + 0.5) / GRID) * (max[0] - min[0]);
      const z = min[2] + ((k + 0.5) / GRID) * (max[2] - min[2]);
      let from = max[1] + 1;
      for (let storey = 0; storey < STOREYS; storey++) {
        const hit = castRay([x, from, z], [x, min[1] - 1, z]);
        if (!hit) break;
        const y = hit.position[1];
        from = y - 0.1;
        // The normal faces the ray whichever side is hit: what a body fits above is a floor.
        if (hit.normal[1] < 0.8) continue;
        const center: [number, number, number] = [x, y + BODY.heightMeters / 2 + 0.05, z];
        if (!proximity(BODY, center, 0.01)) places.push([x, y, z]);
      }
    }
  return places;
}

function clearance({ castRay }: CastWorld, from: Point, yaw: number): number {
  const [x, , z] = direction(yaw, 0);
  return (castRay(from, [from[0] + x * FAR, from[1], from[2] + z * FAR])?.fraction ?? 1) * FAR;
}
