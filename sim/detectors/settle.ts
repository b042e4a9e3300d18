import { STEP_SECONDS } from '../../engine/clock.ts';
import type { PhysicsWorld } from '../../engine/physics/createPhysicsWorld.ts';
import type { Vector3 } from '../../engine/physics/queries.ts';

/** What gravity did to the dynamic bodies before any agent came in. */
export interface Settled {
  /** Furthest that a point of the body's frame moved, metres, by node name. */
  movedMeters: ReadonlyMap<string, number>;
  /** Furthest that it turned on the way, radians, by node name: what tips over an edge may land on its feet. */
  turnedRadians: ReadonlyMap<string, number>;
}

/** What stands a millimetre over its edge has tipped by then. */
const SETTLE_SECONDS = 10;
/** Everything is at rest once nothing moved or turned by more than this in a second: a millimetre, a tenth of a degree. */
const REST_METERS = 0.001;
const REST_RADIANS = 0.002;
/** A body on its edge hardly moves at first. */
const MIN_SECONDS = 3;
/** Turns are looked at this often; a fall from a table takes five times as long. */
const LOOK_STEPS = 6;

/** Lets the dynamic bodies come to rest; agents then walk the world as it really stands. */
export function settle(physics: PhysicsWorld): Settled {
  const before = physics.bodies.map(body => body.readState());
  const stepsPerSecond = Math.round(1 / STEP_SECONDS);
  const turned = before.map(() => 0);
  let last = before;
  for (let second = 0; second < SETTLE_SECONDS && physics.bodies.length > 0; second++) {
    for (let i = 0; i < stepsPerSecond; i++) {
      physics.step();
      if (i % LOOK_STEPS !== 0) continue;
      physics.bodies.forEach((body, k) => {
        turned[k] = Math.max(turned[k], angle(body.readState().rotation, before[k].rotation));
      });
    }
    const now = physics.bodies.map(body => body.readState());
    const moving = now.some(
      (state, i) =>
        distance(state.position, last[i].position) > REST_METERS ||
        angle(state.rotation, last[i].rotation) > REST_RADIANS,
    );
    last = now;
    if (!moving && second + 1 >= MIN_SECONDS) break;
  }
  const movedMeters = new Map<string, number>();
  const turnedRadians = new Map<string, number>();
  physics.bodies.forEach((body, i) => {
    const after = body.readState();
    movedMeters.set(body.name, distance(after.position, before[i].position));
    turnedRadians.set(body.name, Math.max(turned[i], angle(after.rotation, before[i].rotation)));
  });
  return { movedMeters, turnedRadians };
}

/** Between two unit quaternions, radians. */
function angle(a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, value, k) => sum + value * b[k], 0);
  return 2 * Math.acos(Math.min(1, Math.abs(dot)));
}

function distance(a: Readonly<Vector3>, b: Readonly<Vector3>): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
