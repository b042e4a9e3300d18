import type { Random } from '../../engine/random.ts';
import { chain, rotationX, rotationY, rotationZ, translation } from '../geometry/transforms.ts';
import type { MoveName } from '../grammar/vocabulary.ts';
import type { PlaceLayout } from '../places/place.ts';

/** Where there is no room for an arc of this radius, an orbit becomes a sweep across the lane about a far point. */
const NARROWEST_ORBIT_METERS = 1.8;

/** worldFromCamera at a time. */
export type CameraMove = (timeSeconds: number) => Float64Array;

/** Metres a second of a person who films while walking. */
const WALKING_SPEED = 1.05;
/** Steps a second; the camera bobs once a step. */
const STEP_RATE = 1.8;

/**
 * The camera's way through a place. Every move but pan and static travels sideways as well as forwards, because a
 * camera that only goes straight ahead shows little parallax near the middle of the picture.
 */
export function createCameraMove(
  move: MoveName,
  layout: PlaceLayout,
  seconds: number,
  random: Random,
): CameraMove {
  const { lane, orbit } = layout;
  const length = Math.abs(lane.endZ - lane.startZ);
  // What walks ahead of the camera keeps the last stretch of the lane to itself.
  const free = Math.max(length - 3, length * 0.7);
  const direction = Math.sign(lane.endZ - lane.startZ);
  const eye = random.range(1.52, 1.66);
  const side = random.chance(0.5) ? 1 : -1;
  const swayPhase = random.range(-0.4, 0.4);
  const room = Math.max(0.05, lane.halfWidth - 0.5);
  const phase = random.range(0, 6);
  const forwardYaw = direction < 0 ? 0 : Math.PI;
  switch (move) {
    case 'walk':
    case 'handheld': {
      const shaky = move === 'handheld' ? 1 : 0;
      const reach = Math.min(WALKING_SPEED * (shaky ? 0.8 : 1) * seconds, free);
      const sway = Math.min(0.34, room);
      return time => {
        const share = Math.min(1, time / seconds);
        const turn = (Math.PI * 1.35 * reach) / Math.max(4.2, reach);
        const x = lane.x + side * sway * Math.sin(turn * share + swayPhase);
        const z = lane.startZ + direction * reach * share;
        const bob = 0.014 * Math.sin(2 * Math.PI * STEP_RATE * time + phase);
        const yaw =
          forwardYaw + side * 0.1 * Math.sin(Math.PI * 1.2 * share + 0.6) + shaky * shake(time, phase, 0.035);
        const pitch =
          -0.07 +
          0.004 * Math.sin(2 * Math.PI * STEP_RATE * time + phase + 1) +
          shaky * shake(time, phase + 3, 0.025);
        const roll =
          0.004 * Math.sin(Math.PI * STEP_RATE * time + phase) + shaky * shake(time, phase + 5, 0.015);
        return chain(
          translation(x + shaky * shake(time, phase + 7, 0.02), eye + bob, z),
          rotationY(yaw),
          rotationX(pitch),
          rotationZ(roll),
        );
      };
    }
    case 'dolly': {
      const reach = Math.min(0.75 * seconds, free);
      const sway = Math.min(0.5, room);
      return time => {
        const share = ease(Math.min(1, time / seconds));
        return chain(
          translation(
            lane.x + side * sway * (1 - 2 * share),
            eye - 0.2,
            lane.startZ + direction * reach * share,
          ),
          rotationY(forwardYaw + side * 0.08 * (1 - 2 * share)),
          rotationX(-0.05),
        );
      };
    }
    case 'orbit': {
      const narrow = orbit.radius < NARROWEST_ORBIT_METERS;
      const arc = Math.min(1.5, 0.32 * seconds);
      const focus = narrow ? { x: lane.x, z: lane.startZ + direction * Math.min(6, length) } : orbit;
      const reach = Math.min(0.55 * seconds, length * 0.5);
      return time => {
        const share = ease(Math.min(1, time / seconds));
        const angle = side * arc * (share - 0.5);
        const [x, z] = narrow
          ? [lane.x + side * room * (2 * share - 1), lane.startZ + direction * reach * share]
          : [orbit.x + Math.sin(angle) * orbit.radius, orbit.z - direction * Math.cos(angle) * orbit.radius];
        return chain(
          translation(x, eye, z),
          rotationY(Math.atan2(x - focus.x, z - focus.z)),
          rotationX(-0.1),
        );
      };
    }
    case 'pan':
      return time => {
        const share = ease(Math.min(1, time / seconds));
        return chain(
          translation(lane.x, eye, lane.startZ + direction * Math.min(1.2, length * 0.2)),
          rotationY(forwardYaw + side * 0.75 * (1 - 2 * share)),
          rotationX(-0.06),
        );
      };
    case 'static':
      return () =>
        chain(
          translation(lane.x + side * room * 0.5, eye, lane.startZ),
          rotationY(forwardYaw + side * 0.06),
          rotationX(-0.07),
        );
  }
}

function ease(t: number): number {
  return t * t * (3 - 2 * t) * 0.5 + t * 0.5;
}

/** A hand's tremor: three incommensurate sines, at most about `amplitude`. */
function shake(time: number, phase: number, amplitude: number): number {
  return (
    amplitude *
    (0.5 * Math.sin(5.1 * time + phase) +
      0.3 * Math.sin(8.7 * time + 2 * phase) +
      0.2 * Math.sin(13.3 * time + 3 * phase))
  );
}
