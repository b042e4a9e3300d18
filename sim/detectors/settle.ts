import { STEP_SECONDS } from '../../engine/clock.ts';
import type { PhysicsWorld } from '../../engine/physics/createPhysicsWorld.ts';
import type { Vector3 } from '../../engine/physics/queries.ts';

/** What gravity did to the dynamic bodies before any agent came in. */
export interface Settled {
  /** Furthest that a point of the body's frame moved, metres, by node name. */
  movedMeters: ReadonlyMap<string, number>;
  /** Radians, by node name. */
  turnedRadians: ReadonlyMap<string, number>;
}

/** A box that stands 1 cm over its edge has tipped past 30° by then. */
const SETTLE_SECONDS = 3;

/** Lets the dynamic bodies come to rest; agents then walk the world as it really stands. */
export function settle(physics: PhysicsWorld): Settled {
  const before = physics.bodies.map(body => body.readState());
  if (physics.bodies.length > 0) for (let i = 0; i * STEP_SECONDS < SETTLE_SECONDS; i++) physics.step();
  const movedMeters = new Map<string, number>();
  const turnedRadians = new Map<string, number>();
  physics.bodies.forEach((body, i) => {
    const after = body.readState();
    movedMeters.set(body.name, distance(after.position, before[i].position));
    const dot = after.rotation.reduce((sum, value, k) => sum + value * before[i].rotation[k], 0);
    turnedRadians.set(body.name, 2 * Math.acos(Math.min(1, Math.abs(dot))));
  });
  return { movedMeters, turnedRadians };
}

function distance(a: Readonly<Vector3>, b: Readonly<Vector3>): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
