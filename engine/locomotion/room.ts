import type { PhysicsWorld } from '../physics/createPhysicsWorld.ts';
import { emptyCastHit, emptyProximityHit } from '../physics/hits.ts';
import type { Capsule, CastHit, ProximityHit, Vector3 } from '../physics/queries.ts';
import { SKIN } from './skin.ts';
import { set } from './vectors.ts';

/** Room is measured again this far from where it was, metres: where it was narrow it may have opened. */
const LOOK_AGAIN_METERS = 0.15;
/** Nearer than this a chest overlaps, metres: a sweep from there might miss what it starts in. */
const FREE_METERS = 1e-3;
/** Cosine below which a way runs along a surface. */
const PARALLEL = 1e-9;
/** What is free above the crown too, metres: ground that rises by less than this from what was expected is strided over. */
export const SMOOTH_METERS = 0.03;

/**
 * How much room a body has above what it steps over: around its chest, which is the body without the lowest step
 * height. Nothing that a chest meets is climbed by stepping up, and nothing else but the ground is in a body's way.
 */
export class Room {
  private readonly physics: PhysicsWorld;
  private readonly chest: Capsule;
  /** From the body's middle up to its chest's, metres. */
  private readonly raise: number;
  /** From the feet up to its lowest point, metres. */
  private readonly aboveGround: number;
  /** Where the body's middle was when it was measured, and how far from there it may be, its chest touching nothing. */
  private readonly center: Vector3 = [0, 0, 0];
  private meters = 0;
  /** Whether it overlapped nothing there: a sweep may start. */
  private isFree = false;
  private readonly from: Vector3 = [0, 0, 0];
  private readonly to: Vector3 = [0, 0, 0];
  private readonly nearHit = emptyProximityHit();
  private readonly castHit = emptyCastHit();

  constructor(physics: PhysicsWorld, { radiusMeters, heightMeters }: Capsule, stepHeightMeters: number) {
    this.physics = physics;
    const chestMeters = Math.max(2 * radiusMeters, heightMeters - stepHeightMeters) + SMOOTH_METERS;
    this.chest = { radiusMeters, heightMeters: chestMeters };
    this.raise = (heightMeters - chestMeters) / 2 + SMOOTH_METERS;
    this.aboveGround = heightMeters + SMOOTH_METERS - chestMeters;
  }

  forget(): void {
    this.meters = 0;
    this.isFree = false;
  }

  /** Whether a body here, and everywhere between two such places, touches nothing with its chest. */
  holds(x: number, y: number, z: number): boolean {
    return this.meters > 0 && squaredDistance(this.center, x, y, z) <= this.meters * this.meters;
  }

  /**
   * Measures the room of a body at a place, where that is due; false where the chest overlaps something.
   * @param nextX where it goes next: in the open, room measured there serves twice as far.
   */
  measure(place: Readonly<Vector3>, nextX: number, nextY: number, nextZ: number): boolean {
    const x = place[0];
    const y = place[1];
    const z = place[2];
    const gone = squaredDistance(this.center, x, y, z);
    if (this.meters > 0 ? gone <= LOOK_AGAIN_METERS * LOOK_AGAIN_METERS : gone === 0 && this.isFree)
      return true;
    if (this.meters > 0 && this.meters * this.meters >= squaredDistance(place, nextX, nextY, nextZ)) {
      this.measureAt(nextX, nextY, nextZ);
      if (this.holds(x, y, z)) return true;
    }
    this.measureAt(x, y, z);
    return this.isFree;
  }

  /** The chest's distance to everything; level ground bounds it. */
  private measureAt(x: number, y: number, z: number): void {
    set(this.center, x, y, z);
    set(this.from, x, y + this.raise, z);
    const near = this.physics.proximity(this.chest, this.from, this.aboveGround, this.nearHit);
    this.meters = (near ? near.distanceMeters : this.aboveGround) - SKIN / 2;
    this.isFree = this.meters > FREE_METERS - SKIN / 2;
  }

  /** What the chest was found to touch, where it touches something that lies this way. */
  touched(wayX: number, wayY: number, wayZ: number): ProximityHit | undefined {
    const { normal } = this.nearHit;
    if (this.meters > 0 || wayX * normal[0] + wayY * normal[1] + wayZ * normal[2] > -PARALLEL)
      return undefined;
    return this.nearHit;
  }

  /** Sweeps the chest of a body from here by a way; it has to start in room. The hit is good until the next sweep. */
  sweep(start: Readonly<Vector3>, x: number, y: number, z: number): CastHit | undefined {
    set(this.from, start[0], start[1] + this.raise, start[2]);
    set(this.to, start[0] + x, start[1] + this.raise + y, start[2] + z);
    return this.physics.castCapsule(this.chest, this.from, this.to, this.castHit);
  }

  /** Place x y z, and how far from there. */
  state(): number[] {
    return [...this.center, this.meters];
  }

  /** Where the chest touched something, it is measured again. */
  load(x: number, y: number, z: number, meters: number): void {
    set(this.center, x, y, z);
    this.meters = meters;
    this.isFree = false;
  }
}

function squaredDistance(a: Readonly<Vector3>, x: number, y: number, z: number): number {
  const dx = x - a[0];
  const dy = y - a[1];
  const dz = z - a[2];
  return dx * dx + dy * dy + dz * dz;
}
