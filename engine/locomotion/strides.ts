import type { PhysicsWorld } from '../physics/createPhysicsWorld.ts';
import { emptyProximityHit } from '../physics/hits.ts';
import type { Capsule, CastHit, Vector3 } from '../physics/queries.ts';
import { SKIN } from './skin.ts';
import { move, set } from './vectors.ts';

/**
 * Metres ahead at which a stride looks at the ground, and how far it then goes before the next look. The round bottom
 * of a grown body meets all that stands up 1.5 cm or more halfway there, and a hole it falls into is three times as wide.
 */
const GROUND_LOOK_METERS = 0.2;
/** Ground that rises or falls from the plane underfoot by more than this at a look is left to walk's casts, metres. */
const SMOOTH_METERS = 0.03;
/**
 * A stride that turns by more than this (cosine) looks again. In the open 18°: the body's disc still covers what was
 * looked at. Past a wall 8°, which takes less than the skin from the distance to it.
 */
const SAME_WAY_OPEN = 0.95;
const SAME_WAY_NARROW = 0.99;
/** Room is measured again this far from where it was, metres: where it was narrow it may have opened. */
const ROOM_LOOK_METERS = 0.15;
/** Steps that walk takes before the next look for room to stride: 1, and twice as many each time in vain, up to this. */
const LONGEST_PAUSE = 8;

/** What a walker is to its strides, which move it. */
export interface Strider {
  readonly physics: PhysicsWorld;
  readonly capsule: Capsule;
  readonly body: { readonly stepHeightMeters: number };
  readonly walkableNormalY: number;
  readonly center: Vector3;
  readonly groundNormal: Vector3;
  groundNode: number;
  /** Sweeps the capsule from a place by a way. The hit is good until the next cast. */
  castBy(start: Readonly<Vector3>, x: number, y: number, z: number): CastHit | undefined;
}

/**
 * Steps over open, smooth ground: where the body lifted by a step height has room on all sides, nothing but the ground
 * can be in its way, and a cast from up there tells the ground's height a little way ahead.
 */
export class Strides {
  private readonly walker: Strider;
  /** Where room was looked for, and how far from there the body may be, lifted by a step, and touch nothing. */
  private readonly roomCenter: Vector3 = [0, 0, 0];
  private roomMeters = 0;
  private roomLookIn = 0;
  private pauseSteps = 1;
  /** Metres of ground ahead that were looked at, the way there, unit, and its rise a metre. */
  private seenMeters = 0;
  private readonly seenWay: [number, number] = [0, 0];
  private seenRise = 0;
  private seenTurn = SAME_WAY_OPEN;
  private readonly from: Vector3 = [0, 0, 0];
  private readonly nearHit = emptyProximityHit();

  constructor(walker: Strider) {
    this.walker = walker;
  }

  /** The body was put elsewhere. */
  reset(): void {
    this.roomMeters = 0;
    this.roomLookIn = 0;
    this.pauseSteps = 1;
    this.seenMeters = 0;
  }

  /** The body has moved in another way. */
  forgetWay(): void {
    this.seenMeters = 0;
  }

  /** Moves the body by x and z, which are more than nothing; false, with the body where it was, where that takes more looking. */
  take(x: number, z: number): boolean {
    const length = Math.hypot(x, z);
    const wayX = x / length;
    const wayZ = z / length;
    const seen =
      length <= this.seenMeters && wayX * this.seenWay[0] + wayZ * this.seenWay[1] >= this.seenTurn;
    if (!seen && !this.lookAhead(wayX, wayZ, length)) return false;
    move(this.walker.center, x, this.seenRise * length, z, 1);
    this.seenMeters -= length;
    return true;
  }

  /** Whether the body can stride this way, over smooth ground with nothing in the way; then it knows the ground's rise. */
  private lookAhead(wayX: number, wayZ: number, length: number): boolean {
    if (this.roomLookIn > 0) {
      this.roomLookIn--;
      return false;
    }
    const { center, groundNormal } = this.walker;
    const [x, y, z] = center;
    const rise = -(wayX * groundNormal[0] + wayZ * groundNormal[2]) / groundNormal[1];
    const meters = this.clearMeters(wayX, rise, wayZ, Math.max(length, GROUND_LOOK_METERS));
    if (meters < length) return this.walkOn();
    const climb = rise * meters;
    const lift = this.walker.body.stepHeightMeters;
    const reach = lift + SKIN + SMOOTH_METERS;
    set(this.from, x + wayX * meters, y + climb + lift, z + wayZ * meters);
    const hit = this.walker.castBy(this.from, 0, -reach, 0);
    if (!hit || hit.normal[1] < this.walker.walkableNormalY) return this.walkOn();
    const sinks = hit.fraction * reach - lift - SKIN;
    if (sinks < -SMOOTH_METERS) return this.walkOn();
    set(groundNormal, hit.normal[0], hit.normal[1], hit.normal[2]);
    this.walker.groundNode = hit.node;
    this.seenMeters = meters;
    this.pauseSteps = 1;
    this.seenWay[0] = wayX;
    this.seenWay[1] = wayZ;
    this.seenRise = (climb - sinks) / meters;
    return true;
  }

  /**
   * How far of `meters`, seen from above, the body lifted by a step can go this way and touch nothing: in the room
   * that was measured, else by a sweep, which needs a free start. `rise` is the ground's, per metre.
   */
  private clearMeters(wayX: number, rise: number, wayZ: number, meters: number): number {
    const { roomCenter } = this;
    const [x, y, z] = this.walker.center;
    const farFrom = (share: number) =>
      Math.hypot(
        x + wayX * share - roomCenter[0],
        y + rise * share - roomCenter[1],
        z + wayZ * share - roomCenter[2],
      );
    this.seenTurn = SAME_WAY_OPEN;
    if (farFrom(meters) <= this.roomMeters) return meters;
    if (this.roomMeters <= 0 || farFrom(0) > ROOM_LOOK_METERS) {
      this.lookForRoom();
      if (this.roomMeters <= 0) return 0;
      if (farFrom(meters) <= this.roomMeters) return meters;
    }
    this.seenTurn = SAME_WAY_NARROW;
    const slant = Math.hypot(1, rise);
    const reach = meters + SKIN / slant;
    set(this.from, x, y + this.walker.body.stepHeightMeters, z);
    const hit = this.walker.castBy(this.from, wayX * reach, rise * reach, wayZ * reach);
    if (!hit) return meters;
    const facing = -(wayX * hit.normal[0] + rise * hit.normal[1] + wayZ * hit.normal[2]) / slant;
    return Math.min(meters, hit.fraction * reach - SKIN / slant / Math.max(0.5, facing));
  }

  /** Leaves some steps to walk: what stopped the stride is there for longer than one. */
  private walkOn(): false {
    this.roomLookIn = this.pauseSteps;
    this.pauseSteps = Math.min(LONGEST_PAUSE, 2 * this.pauseSteps);
    this.roomMeters = 0;
    return false;
  }

  /** Measures how far the body, lifted by a step, is from everything; its distance to level ground bounds that. */
  private lookForRoom(): void {
    const { roomCenter } = this;
    const { center } = this.walker;
    const lift = this.walker.body.stepHeightMeters;
    set(roomCenter, center[0], center[1], center[2]);
    set(this.from, center[0], center[1] + lift, center[2]);
    const near = this.walker.physics.proximity(this.walker.capsule, this.from, lift, this.nearHit);
    this.roomMeters = (near ? near.distanceMeters : lift) - SKIN / 2;
  }

  /** Place x y z and size of the room, steps to the next look for it, metres seen, way x z, rise, turn, next pause. */
  state(): number[] {
    return [
      ...this.roomCenter,
      this.roomMeters,
      this.roomLookIn,
      this.seenMeters,
      ...this.seenWay,
      this.seenRise,
      this.seenTurn,
      this.pauseSteps,
    ];
  }

  /** @returns what follows its own numbers. */
  load([
    x,
    y,
    z,
    roomMeters,
    roomLookIn,
    seenMeters,
    wayX,
    wayZ,
    seenRise,
    seenTurn,
    pauseSteps,
    ...rest
  ]: readonly number[]): number[] {
    set(this.roomCenter, x, y, z);
    this.roomMeters = roomMeters;
    this.roomLookIn = roomLookIn;
    this.seenMeters = seenMeters;
    this.seenWay[0] = wayX;
    this.seenWay[1] = wayZ;
    this.seenRise = seenRise;
    this.seenTurn = seenTurn;
    this.pauseSteps = pauseSteps;
    return rest;
  }
}
