import type { PhysicsWorld } from '../physics/createPhysicsWorld.ts';
import type { Capsule, CastHit, ProximityHit, Vector3 } from '../physics/queries.ts';
import { Room, SMOOTH_METERS } from './room.ts';
import { SKIN } from './skin.ts';
import { move, set } from './vectors.ts';

/**
 * Metres ahead at which a stride looks at the ground, and how far it then goes before the next look. The round bottom
 * of a grown body meets all that stands up 1.5 cm or more halfway there, and a hole it falls into is three times as wide.
 */
const GROUND_LOOK_METERS = 0.2;
/**
 * A stride that turns by more than this (cosine) looks again. In the open 18°: the body's disc still covers what was
 * looked at. Past a wall 8°, which takes less than the skin from the distance to it.
 */
const SAME_WAY_OPEN = 0.95;
const SAME_WAY_NARROW = 0.99;
/** Steps that walk takes before the next look for room to stride: 1, and twice as many each time in vain, up to this. */
const LONGEST_PAUSE = 8;
/** A body goes along a wall from this near, metres: half as far again as the skin it keeps. Walk closes up to it. */
const WALL_GAP_METERS = 1.5 * SKIN;
/** Level share of a wall's normal, 18° from upright at most; what leans more is left to walk. */
const WALL_NORMAL_LEVEL = 0.95;
/** Share of a wish that leads along the wall, 3°: who presses against it is left to walk, which lets it stand. */
const LEAST_ALONG = 0.05;

/** What a walker is to its strides, which move it. */
export interface Strider {
  readonly physics: PhysicsWorld;
  readonly capsule: Capsule;
  readonly body: { readonly stepHeightMeters: number };
  readonly walkableNormalY: number;
  readonly center: Vector3;
  readonly groundNormal: Vector3;
  groundNode: number;
  /** Set in a step along a wall. */
  blockedByNode: number;
  /** Sweeps the capsule from a place by a way. The hit is good until the next cast. */
  castBy(start: Readonly<Vector3>, x: number, y: number, z: number): CastHit | undefined;
}

/**
 * Steps over open, smooth ground: where the body's chest has room on all sides, or for a way, nothing but the ground
 * can be in its way, and a cast from a step height up tells the ground's height a little way ahead. Who wishes into a
 * wall goes along it in the same manner.
 */
export class Strides {
  private readonly walker: Strider;
  private readonly room: Room;
  private roomLookIn = 0;
  private pauseSteps = 1;
  /** Metres of ground ahead that were looked at, the way there, unit, and its rise a metre. */
  private seenMeters = 0;
  private readonly seenWay: [number, number] = [0, 0];
  private seenRise = 0;
  private seenTurn = SAME_WAY_OPEN;
  /** The wall that the way seen leads along, −1 for none, and which way it faces, level, unit. */
  private wallNode = -1;
  private readonly wallFacing: [number, number] = [0, 0];
  private readonly from: Vector3 = [0, 0, 0];
  /** What the last look for a clear way met, if anything, and how far off, metres seen from above. */
  private met: CastHit | ProximityHit | undefined;
  private metMeters = 0;

  constructor(walker: Strider) {
    this.walker = walker;
    this.room = new Room(walker.physics, walker.capsule, walker.body.stepHeightMeters);
  }

  /** The body was put elsewhere. */
  reset(): void {
    this.room.forget();
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
    return this.goOn(x, z) || (this.lookAhead(x, z) && this.goOn(x, z));
  }

  /** Moves the body over ground that was looked at; false where the wish leads elsewhere. */
  private goOn(x: number, z: number): boolean {
    const { seenWay, wallFacing, walker } = this;
    const along = x * seenWay[0] + z * seenWay[1];
    if (this.wallNode >= 0) {
      if (along <= 0 || along > this.seenMeters || x * wallFacing[0] + z * wallFacing[1] >= 0) return false;
      move(walker.center, seenWay[0], this.seenRise, seenWay[1], along);
      walker.blockedByNode = this.wallNode;
      this.seenMeters -= along;
      return true;
    }
    const length = Math.sqrt(x * x + z * z);
    if (length > this.seenMeters || along < this.seenTurn * length) return false;
    move(walker.center, x, this.seenRise * length, z, 1);
    this.seenMeters -= length;
    return true;
  }

  /** Whether the body can stride this way, or along the wall that is in its way, over smooth ground; then it knows the ground's rise. */
  private lookAhead(x: number, z: number): boolean {
    if (this.roomLookIn > 0) {
      this.roomLookIn--;
      return false;
    }
    const length = Math.sqrt(x * x + z * z);
    const wayX = x / length;
    const wayZ = z / length;
    this.wallNode = -1;
    const meters = this.clearMeters(wayX, wayZ, Math.max(length, GROUND_LOOK_METERS));
    const isClear =
      meters < length ? this.lookAlongWall(wayX, wayZ, length) : this.lookAtGround(wayX, wayZ, meters);
    return isClear || this.walkOn();
  }

  /**
   * How far of `meters`, seen from above, the body can go this way and its chest touch nothing: in the room that was
   * measured, else by a sweep.
   */
  private clearMeters(wayX: number, wayZ: number, meters: number): number {
    const { room } = this;
    const { center } = this.walker;
    const rise = this.riseOf(wayX, wayZ);
    const x = center[0] + wayX * meters;
    const y = center[1] + rise * meters;
    const z = center[2] + wayZ * meters;
    this.seenTurn = SAME_WAY_OPEN;
    this.met = undefined;
    if (room.holds(x, y, z)) return meters;
    if (!room.measure(center, x, y, z)) return 0;
    if (room.holds(x, y, z)) return meters;
    this.met = room.touched(wayX, rise, wayZ);
    this.metMeters = 0;
    if (this.met) return 0;
    this.seenTurn = SAME_WAY_NARROW;
    const slant = Math.sqrt(1 + rise * rise);
    const reach = meters + SKIN / slant;
    const hit = room.sweep(center, wayX * reach, rise * reach, wayZ * reach);
    if (!hit) return meters;
    this.met = hit;
    this.metMeters = hit.fraction * reach;
    const facing = -(wayX * hit.normal[0] + rise * hit.normal[1] + wayZ * hit.normal[2]) / slant;
    return Math.min(meters, this.metMeters - SKIN / slant / Math.max(0.5, facing));
  }

  /** Whether the body can go along the wall that it was just found to stand at. */
  private lookAlongWall(wayX: number, wayZ: number, length: number): boolean {
    const { met } = this;
    if (!met) return false;
    const { node, normal } = met;
    const level = Math.sqrt(normal[0] * normal[0] + normal[2] * normal[2]);
    if (level < WALL_NORMAL_LEVEL) return false;
    const facingX = normal[0] / level;
    const facingZ = normal[2] / level;
    const into = -(wayX * facingX + wayZ * facingZ);
    const along = Math.sqrt(Math.max(0, 1 - into * into));
    if (into <= 0 || along < LEAST_ALONG || this.metMeters * into > WALL_GAP_METERS) return false;
    const alongX = (wayX + into * facingX) / along;
    const alongZ = (wayZ + into * facingZ) / along;
    const meters = this.clearMeters(alongX, alongZ, Math.max(length, GROUND_LOOK_METERS));
    if (meters < length || !this.lookAtGround(alongX, alongZ, meters)) return false;
    this.wallNode = node;
    this.wallFacing[0] = facingX;
    this.wallFacing[1] = facingZ;
    return true;
  }

  /** Whether the ground is smooth this far ahead, where nothing is in the way; then the body may go there. */
  private lookAtGround(wayX: number, wayZ: number, meters: number): boolean {
    const { center, groundNormal, body, walkableNormalY } = this.walker;
    const climb = this.riseOf(wayX, wayZ) * meters;
    const lift = body.stepHeightMeters;
    const reach = lift + SKIN + SMOOTH_METERS;
    set(this.from, center[0] + wayX * meters, center[1] + climb + lift, center[2] + wayZ * meters);
    const hit = this.walker.castBy(this.from, 0, -reach, 0);
    if (!hit || hit.normal[1] < walkableNormalY) return false;
    const sinks = hit.fraction * reach - lift - SKIN;
    if (sinks < -SMOOTH_METERS) return false;
    set(groundNormal, hit.normal[0], hit.normal[1], hit.normal[2]);
    this.walker.groundNode = hit.node;
    this.seenMeters = meters;
    this.pauseSteps = 1;
    this.seenWay[0] = wayX;
    this.seenWay[1] = wayZ;
    this.seenRise = (climb - sinks) / meters;
    return true;
  }

  private riseOf(wayX: number, wayZ: number): number {
    const { groundNormal } = this.walker;
    return -(wayX * groundNormal[0] + wayZ * groundNormal[2]) / groundNormal[1];
  }

  /** Leaves some steps to walk: what stopped the stride is there for longer than one. */
  private walkOn(): false {
    this.roomLookIn = this.pauseSteps;
    this.pauseSteps = Math.min(LONGEST_PAUSE, 2 * this.pauseSteps);
    this.room.forget();
    return false;
  }

  /** The room's numbers, steps to the next look, metres seen, way x z, rise, turn, next pause, wall, its facing x z. */
  state(): number[] {
    return [
      ...this.room.state(),
      this.roomLookIn,
      this.seenMeters,
      ...this.seenWay,
      this.seenRise,
      this.seenTurn,
      this.pauseSteps,
      this.wallNode,
      ...this.wallFacing,
    ];
  }

  /** @returns what follows its own numbers. */
  load([x, y, z, roomMeters, roomLookIn, seenMeters, ...more]: readonly number[]): number[] {
    const [wayX, wayZ, seenRise, seenTurn, pauseSteps, wallNode, facingX, facingZ, ...rest] = more;
    this.room.load(x, y, z, roomMeters);
    this.roomLookIn = roomLookIn;
    this.seenMeters = seenMeters;
    this.seenWay[0] = wayX;
    this.seenWay[1] = wayZ;
    this.seenRise = seenRise;
    this.seenTurn = seenTurn;
    this.pauseSteps = pauseSteps;
    this.wallNode = wallNode;
    this.wallFacing[0] = facingX;
    this.wallFacing[1] = facingZ;
    return rest;
  }
}
