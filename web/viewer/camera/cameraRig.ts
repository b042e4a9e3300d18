import { createFixedStepClock, type FixedStepClock } from '../../../engine/clock.ts';
import { createWalker, type Walker } from '../../../engine/locomotion/walker.ts';
import type { PhysicsWorld } from '../../../engine/physics/createPhysicsWorld.ts';
import type { MoveInput } from '../input/moveInput.ts';
import { isIdle } from '../input/moveInput.ts';
import type { CameraMode, CameraView, Point } from '../viewerTypes.ts';
import { anglesTo, clampPitch, direction, turn, type Vector3 } from './angles.ts';

/** Of the eye above the feet, metres, for a body of 1.7 m. */
export const EYE_HEIGHT = 1.6;
/** m/s. A little over a person's, because a screen shows less than eyes do. */
const WALK_SPEED = 2;
const RUN_SPEED = 4.5;
const FLY_SPEED = 3;
const FAST_FLY_SPEED = 10;
/** Metres below everything there is at which a fall has no end. */
const LOST_DEPTH = 5;
/** Seconds that a glide takes at most; short ways take less. */
const GLIDE_SECONDS = 1.1;
/** Seconds in which the eye catches up with a step or a landing. */
const STEP_SMOOTHING = 0.07;
const ORBIT_DISTANCES = [0.3, 500] as const;

export interface Pose {
  eye: Vector3;
  yaw: number;
  pitch: number;
}

export interface RigOptions {
  spawn: { feet: Point; yaw: number };
  /** True where motion should be cut short: glides become jumps. */
  reducedMotion: boolean;
  onMode(mode: CameraMode): void;
  onFell(from: Point): void;
}

export interface CameraRig {
  readonly pose: Readonly<Pose>;
  readonly mode: CameraMode;
  readonly walker: Walker;
  readonly stepCount: number;
  /** Moves on by a frame. @returns whether the pose changed. */
  advance(elapsedSeconds: number, input: MoveInput): boolean;
  /** Where a followed agent is; used while the mode is follow. */
  setFollowed(pose: Pose | undefined): void;
  setMode(mode: CameraMode): void;
  view(): CameraView;
  setView(view: Partial<CameraView>): void;
  /** Goes to a pose smoothly and flies from there. */
  glideTo(eye: Point, target: Point): void;
  respawn(): void;
  dispose(): void;
}

/**
 * The eye in the world: which way it looks, and what moves it. Walking takes the agents' own walker in steps of
 * 1/60 s and draws between two steps; the other modes go through everything.
 */
export function createCameraRig(physics: PhysicsWorld, options: RigOptions): CameraRig {
  const { spawn } = options;
  const walker = createWalker(physics, {}, spawn.feet);
  const pose: Pose = {
    eye: [spawn.feet[0], spawn.feet[1] + EYE_HEIGHT, spawn.feet[2]],
    yaw: spawn.yaw,
    pitch: 0,
  };
  let mode: CameraMode = 'walk';
  /** Metres from the eye to what is looked at. */
  let distance = 4;
  let followed: Pose | undefined;
  let glide: { from: Pose; to: Pose; seconds: number; elapsed: number } | undefined;
  const wish: [number, number] = [0, 0];
  let jump = false;
  const feetBefore: Vector3 = [...spawn.feet];
  let eyeLag = 0;

  const clock: FixedStepClock = createFixedStepClock(() => {
    if (physics.bodies.length > 0) physics.step();
    if (mode !== 'walk' || glide) return;
    copy(feetBefore, walker.feetPosition);
    walker.step(wish, jump);
    const rise = walker.feetPosition[1] - feetBefore[1];
    // A step up or down is taken by the body at once; the eye follows.
    if (walker.grounded && Math.abs(rise) > 0.04) eyeLag -= rise;
    if (walker.feetPosition[1] < physics.bounds.min[1] - LOST_DEPTH) {
      const from: Point = [...walker.feetPosition];
      respawn();
      options.onFell(from);
    }
  });

  function target(): Vector3 {
    const [x, y, z] = direction(pose.yaw, pose.pitch);
    return [pose.eye[0] + x * distance, pose.eye[1] + y * distance, pose.eye[2] + z * distance];
  }

  function standAt(x: number, y: number, z: number): void {
    walker.teleport([x, y, z]);
    copy(feetBefore, walker.feetPosition);
    eyeLag = 0;
  }

  function respawn(): void {
    const [x, y, z] = spawn.feet;
    glide = undefined;
    standAt(x, y, z);
    pose.eye = [x, y + EYE_HEIGHT, z];
    pose.yaw = spawn.yaw;
    pose.pitch = 0;
  }

  /** The feet go under the eye, but not into the ground: from there one falls. */
  function land(): void {
    const [x, y, z] = pose.eye;
    const ground = physics.castRay([x, y, z], [x, y - 50, z]);
    standAt(x, Math.max(y - EYE_HEIGHT, ground ? ground.position[1] : -Infinity), z);
  }

  function changeMode(next: CameraMode): void {
    if (next === mode) return;
    const wasWalking = mode === 'walk';
    mode = next;
    glide = undefined;
    if (next === 'walk' && !wasWalking) land();
    if (next === 'orbit') {
      const [x, y, z] = direction(pose.yaw, pose.pitch);
      const far = 60;
      const hit = physics.castRay(pose.eye, [
        pose.eye[0] + x * far,
        pose.eye[1] + y * far,
        pose.eye[2] + z * far,
      ]);
      distance = hit ? Math.max(1, hit.fraction * far) : 6;
    }
    options.onMode(next);
  }

  function walk(input: MoveInput): void {
    const speed = input.run ? RUN_SPEED : WALK_SPEED;
    const sin = Math.sin(pose.yaw);
    const cos = Math.cos(pose.yaw);
    wish[0] = (input.right * cos - input.ahead * sin) * speed;
    wish[1] = (-input.right * sin - input.ahead * cos) * speed;
    jump = input.jump;
  }

  function fly(elapsed: number, input: MoveInput): void {
    const length = elapsed * (input.run ? FAST_FLY_SPEED : FLY_SPEED);
    const [x, y, z] = direction(pose.yaw, pose.pitch);
    pose.eye[0] += (x * input.ahead + Math.cos(pose.yaw) * input.right) * length;
    pose.eye[1] += (y * input.ahead + input.up) * length;
    pose.eye[2] += (z * input.ahead - Math.sin(pose.yaw) * input.right) * length;
  }

  function orbit(elapsed: number, input: MoveInput, before: Vector3): void {
    distance = Math.min(ORBIT_DISTANCES[1], Math.max(ORBIT_DISTANCES[0], distance * input.zoom));
    const length = elapsed * Math.max(1, distance) * (input.run ? 2 : 0.7);
    const sin = Math.sin(pose.yaw);
    const cos = Math.cos(pose.yaw);
    before[0] += (input.right * cos - input.ahead * sin) * length;
    before[1] += input.up * length;
    before[2] += (-input.right * sin - input.ahead * cos) * length;
    const [x, y, z] = direction(pose.yaw, pose.pitch);
    pose.eye = [before[0] - x * distance, before[1] - y * distance, before[2] - z * distance];
  }

  function glideOn(elapsed: number): void {
    if (!glide) return;
    glide.elapsed += elapsed;
    const share = Math.min(1, glide.elapsed / glide.seconds);
    const eased = share * share * (3 - 2 * share);
    const { from, to } = glide;
    for (let k = 0; k < 3; k++) pose.eye[k] = from.eye[k] + (to.eye[k] - from.eye[k]) * eased;
    pose.yaw = from.yaw + turn(from.yaw, to.yaw) * eased;
    pose.pitch = from.pitch + (to.pitch - from.pitch) * eased;
    if (share >= 1) glide = undefined;
  }

  return {
    pose,
    get mode() {
      return mode;
    },
    walker,
    get stepCount() {
      return clock.stepCount;
    },
    advance(elapsedSeconds, input) {
      const before: Pose = { eye: [...pose.eye], yaw: pose.yaw, pitch: pose.pitch };
      if (glide && !isIdle(input)) glide = undefined;
      if (mode === 'follow' && (input.ahead !== 0 || input.right !== 0 || input.up !== 0)) changeMode('fly');
      const center = target();
      if (mode !== 'follow') {
        pose.yaw += input.turnLeft;
        pose.pitch = clampPitch(pose.pitch + input.turnUp);
      }
      walk(input);
      clock.advance(elapsedSeconds);
      if (glide) glideOn(elapsedSeconds);
      else if (mode === 'fly') fly(elapsedSeconds, input);
      else if (mode === 'orbit') orbit(elapsedSeconds, input, center);
      else if (mode === 'follow' && followed) {
        pose.eye = [...followed.eye];
        pose.yaw = followed.yaw;
        pose.pitch = followed.pitch;
      } else if (mode === 'walk') {
        eyeLag *= Math.exp(-elapsedSeconds / STEP_SMOOTHING);
        const share = Math.min(1, clock.stepShare);
        for (let k = 0; k < 3; k++)
          pose.eye[k] = feetBefore[k] + (walker.feetPosition[k] - feetBefore[k]) * share;
        pose.eye[1] += EYE_HEIGHT + eyeLag;
      }
      return (
        pose.yaw !== before.yaw ||
        pose.pitch !== before.pitch ||
        pose.eye.some((value, k) => Math.abs(value - before.eye[k]) > 1e-5)
      );
    },
    setFollowed(next) {
      followed = next;
    },
    setMode: changeMode,
    view: () => ({ position: [...pose.eye], target: target(), mode }),
    setView(view) {
      glide = undefined;
      if (view.mode && view.mode !== mode) {
        if (!view.position && !view.target) return changeMode(view.mode);
        mode = view.mode;
        options.onMode(mode);
      }
      const oldTarget = target();
      if (view.position) pose.eye = [...view.position];
      const lookAt = view.target ?? (view.position && mode === 'orbit' ? oldTarget : undefined);
      if (lookAt) {
        Object.assign(pose, anglesTo(pose.eye, lookAt, pose));
        distance = Math.min(
          ORBIT_DISTANCES[1],
          Math.max(ORBIT_DISTANCES[0], Math.hypot(...pose.eye.map((value, k) => value - lookAt[k]))),
        );
      }
      if (mode === 'walk' && view.position) standAt(pose.eye[0], pose.eye[1] - EYE_HEIGHT, pose.eye[2]);
    },
    glideTo(eye, lookAt) {
      const to: Pose = { eye: [...eye], ...anglesTo(eye, lookAt, pose) };
      if (mode !== 'fly') {
        mode = 'fly';
        options.onMode(mode);
      }
      distance = Math.max(ORBIT_DISTANCES[0], Math.hypot(...eye.map((value, k) => value - lookAt[k])));
      const way = Math.hypot(...to.eye.map((value, k) => value - pose.eye[k]));
      const seconds = options.reducedMotion ? 0 : Math.min(GLIDE_SECONDS, 0.35 + way * 0.12);
      glide = { from: { ...pose, eye: [...pose.eye] }, to, seconds: Math.max(seconds, 1e-3), elapsed: 0 };
    },
    respawn() {
      respawn();
      if (mode !== 'walk') {
        mode = 'walk';
        options.onMode(mode);
      }
    },
    dispose: () => walker.dispose(),
  };
}

function copy(target: Vector3, source: Point): void {
  target[0] = source[0];
  target[1] = source[1];
  target[2] = source[2];
}
