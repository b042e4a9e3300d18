import { STEP_SECONDS } from '../clock.ts';
import type { PhysicsWorld } from '../physics/createPhysicsWorld.ts';
import { emptyCastHit } from '../physics/hits.ts';
import type { Capsule, CastHit, Vector3 } from '../physics/queries.ts';
import type { StateHasher } from '../stateHash.ts';
import type { Crowd, CrowdMember } from './crowd.ts';
import { leaveOverlap } from './leaveOverlap.ts';
import { SKIN } from './skin.ts';
import { type Strider, Strides } from './strides.ts';
import { dot, lengthOf, move, set } from './vectors.ts';

/** What walks. Defaults are a grown person's, as Recast's demo has them. */
export interface WalkerBody {
  /** Feet to crown, metres. */
  heightMeters: number;
  radiusMeters: number;
  /** Highest step that is walked up or down without a jump. */
  stepHeightMeters: number;
  /** Steepest ground that carries; steeper ground is a wall from below and a slide from above. */
  maxSlopeDegrees: number;
  /** How high the feet come in a jump. */
  jumpHeightMeters: number;
  /** Force on a dynamic body that is in the way, newtons: 0 leaves it standing, a person leans with about 250. */
  pushNewtons: number;
}

export const DEFAULT_WALKER_BODY: Readonly<WalkerBody> = {
  heightMeters: 1.7,
  radiusMeters: 0.35,
  stepHeightMeters: 0.3,
  maxSlopeDegrees: 45,
  jumpHeightMeters: 0.5,
  pushNewtons: 0,
};

export interface Walker {
  readonly body: Readonly<WalkerBody>;
  /** Lowest point of the body, world, metres. On flat ground it is the ground's height. */
  readonly feetPosition: Readonly<Vector3>;
  /** m/s over the last step: what was made of the wish after walls, slopes and gravity. */
  readonly velocity: Readonly<Vector3>;
  readonly grounded: boolean;
  /** Index of the collider node that the body stood on last, −1 before the first contact. */
  readonly groundNode: number;
  /** Index of the collider node that blocked the last step's way, −1 where nothing did. */
  readonly blockedByNode: number;
  /** Whether another walker of its crowd was in the way of the last step. */
  readonly metWalker: boolean;
  /** Depth in metres of the overlap that the last step could not get out of, 0 where it is free. */
  readonly overlapMeters: number;
  /**
   * Takes one step of STEP_SECONDS. The wish is a velocity in m/s, world x and z; a jump counts only on the ground.
   * @param pushNewtons force on a dynamic body in the way; absent: the body's own.
   */
  step(desiredVelocityXZ: readonly [number, number], jump: boolean, pushNewtons?: number): void;
  /** Puts the body elsewhere, standing still. */
  teleport(feetPosition: Readonly<Vector3>): void;
  /** Takes the walker out of the physics world's snapshots and hash. */
  dispose(): void;
}

/** Walls met in one step before it ends there: a wall, a corner, and the ground between them. */
const SLIDES = 3;
/** m/s; a skydiver's, and 0.9 m per step. */
const TERMINAL_SPEED = 55;
/** Steps between two checks for overlap where nothing moves by itself. With dynamic bodies every step checks. */
const OVERLAP_CHECK_STEPS = 8;
/** Steps without another try after a step-up found a wall: a try costs two casts. */
const STEP_UP_PAUSE = 6;
/** A step that gets the body no further than this leaves it on the ground it stood on, metres: rounding moves it as far. */
const STILL_METERS = 1e-4;
/**
 * A kinematic capsule that walks, slides along walls, steps up and down, falls, jumps and gets out of overlaps:
 * collide-and-slide on shape casts (Fauerby 2003, 'Improved Collision Detection and Response'), with PhysX's
 * up-forward-down for steps. Walls turn into vertical planes, so that a slope too steep is never climbed by sliding.
 * Dynamic bodies are obstacles, which pushNewtons moves.
 * Walkers of one crowd keep apart; without one they pass through each other.
 *
 * The state, saved by the physics world's snapshots and covered by its hash, is 32 numbers: centre x y z,
 * velocity x y z, grounded, ground normal x y z, slide velocity x z, steps to the next overlap check, steps to the next step-up try,
 * ground node, place x y z and size of the room around it, steps to the next look for room, metres
 * of ground seen ahead, the way there x z, its rise, how far from that way it holds,
 * length of the next pause, wall that the way leads along and its facing x z, node that the last step stalled at, wish x z that it stalled with. Two walkers with equal state in equal worlds take equal steps.
 */
export function createWalker(
  physics: PhysicsWorld,
  body: Partial<WalkerBody>,
  feetPosition: Readonly<Vector3>,
  crowd?: Crowd,
): Walker {
  return new CapsuleWalker(physics, { ...DEFAULT_WALKER_BODY, ...body }, feetPosition, crowd);
}

class CapsuleWalker implements Walker, Strider {
  readonly body: Readonly<WalkerBody>;
  readonly feetPosition: Vector3 = [0, 0, 0];
  readonly velocity: Vector3 = [0, 0, 0];
  grounded = false;
  groundNode = -1;
  blockedByNode = -1;
  overlapMeters = 0;
  metWalker = false;

  private readonly crowd: Crowd | undefined;
  private readonly member: CrowdMember;
  private readonly wish: [number, number] = [0, 0];
  readonly physics: PhysicsWorld;
  private readonly detach: () => void;
  readonly capsule: Capsule;
  private readonly feetBelowCenter: number;
  readonly walkableNormalY: number;
  private readonly jumpSpeed: number;
  private readonly gravityY: number;
  readonly center: Vector3 = [0, 0, 0];
  readonly groundNormal: Vector3 = [0, 1, 0];
  private readonly strides: Strides;
  /** Horizontal m/s that a steep slope gave the body, world x and z; kept in the air, lost on the ground. */
  private readonly slideVelocity: [number, number] = [0, 0];
  private overlapCheckIn = 0;
  private stepUpIn = 0;
  private stepUpFailed = false;
  /** What a wish came to nothing against, and the wish; −1 where the last step came to something. */
  private stalledByNode = -1;
  private readonly stalledWish: [number, number] = [0, 0];
  /** Scratch for the ends of casts and what they hit; a hit is read before the next cast of its kind. */
  private readonly from: Vector3 = [0, 0, 0];
  private readonly to: Vector3 = [0, 0, 0];
  private readonly castHit = emptyCastHit();
  private readonly rayHit = emptyCastHit();

  constructor(
    physics: PhysicsWorld,
    body: WalkerBody,
    feetPosition: Readonly<Vector3>,
    crowd: Crowd | undefined,
  ) {
    const { heightMeters, radiusMeters, stepHeightMeters, maxSlopeDegrees, jumpHeightMeters } = body;
    const sound =
      radiusMeters > 2 * SKIN &&
      heightMeters >= 2 * radiusMeters &&
      heightMeters < 100 &&
      stepHeightMeters >= 0 &&
      stepHeightMeters < heightMeters &&
      maxSlopeDegrees > 0 &&
      maxSlopeDegrees < 90 &&
      jumpHeightMeters >= 0 &&
      body.pushNewtons >= 0;
    if (!sound) throw new RangeError(`This body cannot walk: ${JSON.stringify(body)}.`);
    this.physics = physics;
    this.body = body;
    this.capsule = { radiusMeters, heightMeters };
    this.feetBelowCenter = heightMeters / 2 + SKIN;
    // A little more than the limit: a 45° ramp at rest on a 45° limit must not flicker.
    this.walkableNormalY = Math.cos((maxSlopeDegrees * Math.PI) / 180) - 1e-3;
    this.gravityY = physics.gravity[1];
    this.jumpSpeed = Math.sqrt(2 * Math.max(0, -this.gravityY) * jumpHeightMeters);
    this.crowd = crowd;
    this.member = { x: 0, feetY: 0, z: 0, radiusMeters, heightMeters, index: -1 };
    this.strides = new Strides(this);
    this.teleport(feetPosition);
    const detach = physics.attach(this);
    const leave = crowd?.join(this.member);
    this.detach = () => {
      detach();
      leave?.();
    };
  }

  teleport(feetPosition: Readonly<Vector3>): void {
    if (!feetPosition.every(Number.isFinite))
      throw new RangeError(`Feet cannot be at ${feetPosition.join(', ')}.`);
    set(this.center, feetPosition[0], feetPosition[1] + this.feetBelowCenter, feetPosition[2]);
    set(this.velocity, 0, 0, 0);
    set(this.groundNormal, 0, 1, 0);
    this.slideVelocity.fill(0);
    this.grounded = false;
    this.groundNode = -1;
    this.blockedByNode = -1;
    this.overlapCheckIn = 0;
    this.stepUpIn = 0;
    this.stalledByNode = -1;
    this.strides.reset();
    this.updateFeet();
  }

  step(
    desiredVelocityXZ: readonly [number, number],
    jump: boolean,
    pushNewtons = this.body.pushNewtons,
  ): void {
    const { wish } = this;
    wish[0] = desiredVelocityXZ[0];
    wish[1] = desiredVelocityXZ[1];
    if (!Number.isFinite(wish[0] + wish[1]))
      throw new RangeError(`A walker cannot wish for ${wish[0]}, ${wish[1]} m/s.`);
    this.metWalker = this.crowd?.keepApart(this.member, wish) !== undefined;
    // By index: of every body in every step, and destructuring makes an iterator each time.
    const { center } = this;
    const wishX = wish[0];
    const wishZ = wish[1];
    const startX = center[0];
    const startY = center[1];
    const startZ = center[2];
    this.blockedByNode = -1;
    if (this.isStalled(wishX, wishZ, jump)) {
      this.blockedByNode = this.stalledByNode;
      set(this.velocity, 0, 0, 0);
      return;
    }
    this.stalledByNode = -1;
    this.stepUpFailed = false;
    if (this.grounded && !jump && this.stride(wishX * STEP_SECONDS, wishZ * STEP_SECONDS)) {
      set(
        this.velocity,
        (center[0] - startX) / STEP_SECONDS,
        (center[1] - startY) / STEP_SECONDS,
        (center[2] - startZ) / STEP_SECONDS,
      );
      this.updateFeet();
      return;
    }
    this.strides.forgetWay();
    if (this.physics.bodies.length > 0 || this.overlapCheckIn-- <= 0) {
      const overlapMeters = leaveOverlap(this.physics, this.capsule, this.center);
      this.overlapMeters = overlapMeters ?? 0;
      this.overlapCheckIn = overlapMeters === undefined ? OVERLAP_CHECK_STEPS : 0;
    }

    let speedY = this.grounded ? 0 : this.velocity[1];
    if (jump && this.grounded) {
      speedY = this.jumpSpeed;
      this.grounded = false;
    }
    this.walk(wishX * STEP_SECONDS, wishZ * STEP_SECONDS);
    // Pressed against a wall the body stays where it stood, unless what it stood on moves.
    const moved = lengthOf(center[0] - startX, center[1] - startY, center[2] - startZ);
    if (this.grounded && (moved > STILL_METERS || this.groundNode < 0 || this.physics.bodies.length > 0))
      this.grounded = this.followGround();
    if (!this.grounded) {
      speedY = Math.max(speedY + this.gravityY * STEP_SECONDS, -TERMINAL_SPEED);
      speedY = speedY > 0 ? this.rise(speedY) : this.fall(speedY);
    }
    set(this.velocity, (center[0] - startX) / STEP_SECONDS, speedY, (center[2] - startZ) / STEP_SECONDS);
    if (this.grounded) this.velocity[1] = (center[1] - startY) / STEP_SECONDS;
    this.updateFeet();
    if (this.grounded && this.stepUpFailed && moved <= STILL_METERS) {
      this.stalledByNode = this.blockedByNode;
      this.stalledWish[0] = wishX;
      this.stalledWish[1] = wishZ;
    }
    if (pushNewtons > 0 && this.blockedByNode >= 0) this.push(wishX, wishZ, pushNewtons);
  }

  /** The same wish from the same place comes to nothing again, as long as nothing moves by itself. */
  private isStalled(wishX: number, wishZ: number, jump: boolean): boolean {
    return (
      this.stalledByNode >= 0 &&
      !jump &&
      wishX === this.stalledWish[0] &&
      wishZ === this.stalledWish[1] &&
      this.physics.bodies.length === 0
    );
  }

  /** Leans on the dynamic body in the way: it gains speed, up to the walker's own, as its mass lets it. */
  private push(wishX: number, wishZ: number, pushNewtons: number): void {
    const speed = Math.hypot(wishX, wishZ);
    const pushed = this.physics.bodies.find(({ node }) => node === this.blockedByNode);
    if (!pushed || speed < 1e-6) return;
    const { linearVelocity } = pushed.readState();
    const already = (linearVelocity[0] * wishX + linearVelocity[2] * wishZ) / speed;
    const gain = Math.min((pushNewtons * STEP_SECONDS) / pushed.massKilograms, speed - already);
    if (gain <= 0) return;
    const [vx, vy, vz] = linearVelocity;
    pushed.setState({
      linearVelocity: [vx + (wishX / speed) * gain, vy, vz + (wishZ / speed) * gain],
    });
  }

  /** A step over open, smooth ground, which most are; false, with the body where it was, where it is neither. */
  private stride(x: number, z: number): boolean {
    // A room that was free may be so no longer where bodies move by themselves.
    if (this.physics.bodies.length > 0) return false;
    if (x * x + z * z < 1e-14) return this.overlapMeters === 0;
    return this.strides.take(x, z);
  }

  /** Moves horizontally, along the ground where there is some, around what is in the way. */
  private walk(x: number, z: number): void {
    const wishLength = Math.sqrt(x * x + z * z);
    if (wishLength < 1e-7) return;
    const { groundNormal } = this;
    const nx = groundNormal[0];
    const ny = groundNormal[1];
    const nz = groundNormal[2];
    const climb = this.grounded ? -(x * nx + z * nz) / ny : 0;
    const startX = this.center[0];
    const startZ = this.center[2];
    const blocked = this.slide(x, climb, z);
    if (!blocked || !this.grounded) return;
    if (this.stepUpIn > 0) {
      this.stepUpIn--;
      return;
    }
    const made = ((this.center[0] - startX) * x + (this.center[2] - startZ) * z) / wishLength;
    const left = wishLength - made;
    if (left < 1e-5 || this.stepUp((x / wishLength) * left, (z / wishLength) * left)) return;
    this.stepUpIn = STEP_UP_PAUSE;
    this.stepUpFailed = true;
  }

  /** Collide and slide; gives whether a wall was in the way. */
  private slide(x: number, y: number, z: number): boolean {
    const center = this.center;
    let blocked = false;
    let wallX = 0;
    let wallZ = 0;
    for (let i = 0; i < SLIDES; i++) {
      const length = lengthOf(x, y, z);
      if (length < 1e-6) break;
      const reach = (length + SKIN) / length;
      const hit = this.castBy(center, x * reach, y * reach, z * reach);
      if (!hit) {
        move(center, x, y, z, 1);
        break;
      }
      const nx = hit.normal[0];
      const ny = hit.normal[1];
      const nz = hit.normal[2];
      const share = freeShare(hit, length, reach, -(x * nx + y * ny + z * nz) / length);
      move(center, x, y, z, share);
      x *= 1 - share;
      y *= 1 - share;
      z *= 1 - share;
      const flat = Math.sqrt(nx * nx + nz * nz);
      if (ny < 0 && flat < 0.1) {
        // A level ceiling that meets the rising ground: sliding along it would press the feet into the ground.
        this.blockedByNode = hit.node;
        return true;
      }
      if (ny >= this.walkableNormalY) {
        const into = Math.min(0, x * nx + y * ny + z * nz);
        x -= nx * into;
        y -= ny * into;
        z -= nz * into;
        continue;
      }
      const ax = nx / flat;
      const az = nz / flat;
      const into = Math.min(0, x * ax + z * az);
      x -= ax * into;
      z -= az * into;
      this.blockedByNode = hit.node;
      // Between two walls that face each other there is no way on.
      if (blocked && x * wallX + z * wallZ < -1e-9) break;
      blocked = true;
      wallX = ax;
      wallZ = az;
    }
    return blocked;
  }

  /** Up, forward, down: onto a step of at most stepHeightMeters. Leaves the body where it was when there is none. */
  private stepUp(x: number, z: number): boolean {
    const { stepHeightMeters } = this.body;
    const [startX, startY, startZ] = this.center;
    const raised: Vector3 = [startX, startY, startZ];
    const ceiling = this.castBy(raised, 0, stepHeightMeters + SKIN, 0);
    const height = ceiling
      ? Math.max(0, ceiling.fraction * (stepHeightMeters + SKIN) - SKIN)
      : stepHeightMeters;
    if (height < SKIN) return false;
    raised[1] += height;
    const length = Math.sqrt(x * x + z * z);
    const reach = (length + SKIN) / length;
    const wall = this.castBy(raised, x * reach, 0, z * reach);
    const share = wall
      ? freeShare(wall, length, reach, -(x * wall.normal[0] + z * wall.normal[2]) / length)
      : 1;
    if (share * length < 1e-4) return false;
    move(raised, x, 0, z, share);
    const drop = height + SKIN;
    const floor = this.castBy(raised, 0, -drop, 0);
    if (!floor) return false;
    if (floor.normal[1] < this.walkableNormalY && !this.isTread(floor, x / length, z / length)) return false;
    raised[1] -= Math.max(0, floor.fraction * drop - SKIN);
    set(this.center, raised[0], raised[1], raised[2]);
    set(this.groundNormal, 0, 1, 0);
    return true;
  }

  /**
   * Whether a contact is the rim of a tread: the round bottom meets a rim at a steep normal however flat the tread
   * behind it is. A ray just behind the rim tells, and the tread must be within a step of the feet.
   */
  private isTread({ position }: CastHit, forwardX: number, forwardZ: number): boolean {
    const feetY = this.center[1] - this.feetBelowCenter;
    if (position[1] - feetY > this.body.stepHeightMeters + 0.005) return false;
    const x = position[0] + forwardX * 0.03;
    const z = position[2] + forwardZ * 0.03;
    set(this.from, x, position[1] + 0.05, z);
    set(this.to, x, position[1] - 0.05, z);
    const tread = this.physics.castRay(this.from, this.to, this.rayHit);
    return tread !== undefined && tread.normal[1] >= this.walkableNormalY;
  }

  /** Keeps the feet on the ground after a walk; gives whether there is ground within a step below. */
  private followGround(): boolean {
    const center = this.center;
    const reach = this.body.stepHeightMeters + 2 * SKIN;
    const hit = this.castBy(center, 0, -reach, 0);
    if (!hit) return false;
    if (hit.normal[1] >= this.walkableNormalY) {
      this.standOn(hit, reach);
      return true;
    }
    // The body leans on a rim or a wall: what counts is the floor under its middle.
    const floor = this.floorBelow(reach);
    if (!floor) return false;
    center[1] -= Math.max(0, hit.fraction * reach - SKIN);
    set(this.groundNormal, 0, 1, 0);
    this.groundNode = floor.node;
    return true;
  }

  private standOn(hit: CastHit, reach: number): void {
    const gap = hit.fraction * reach;
    set(this.groundNormal, hit.normal[0], hit.normal[1], hit.normal[2]);
    this.groundNode = hit.node;
    if (gap >= SKIN) this.center[1] -= gap - SKIN;
    else if (gap < SKIN / 2) this.lift(SKIN - gap);
  }

  /** Moves up by a distance below the skin's, as far as a low ceiling lets it. */
  private lift(distance: number): void {
    const reach = distance + SKIN / 2;
    const ceiling = this.castBy(this.center, 0, reach, 0);
    this.center[1] += ceiling ? Math.max(0, ceiling.fraction * reach - SKIN / 2) : distance;
  }

  /** Walkable ground straight below the middle, within a distance of the feet. */
  private floorBelow(reach: number): CastHit | undefined {
    const [x, y, z] = this.center;
    set(this.from, x, y, z);
    set(this.to, x, y - this.feetBelowCenter - reach, z);
    const hit = this.physics.castRay(this.from, this.to, this.rayHit);
    return hit && hit.normal[1] >= this.walkableNormalY ? hit : undefined;
  }

  /** Moves up by a step at `speed` m/s; gives the speed left, 0 under a ceiling. */
  private rise(speed: number): number {
    const distance = speed * STEP_SECONDS;
    const hit = this.castBy(this.center, 0, distance + SKIN, 0);
    if (!hit) {
      this.center[1] += distance;
      return speed;
    }
    this.center[1] += Math.max(0, hit.fraction * (distance + SKIN) - SKIN);
    return 0;
  }

  /** Moves down by a step at `speed` m/s (negative), sliding off what is too steep; gives the vertical speed left. */
  private fall(speed: number): number {
    const center = this.center;
    const [startX, startY, startZ] = center;
    const velocity: Vector3 = [this.slideVelocity[0], speed, this.slideVelocity[1]];
    let left = STEP_SECONDS;
    let before: Vector3 | undefined;
    let contacts = 0;
    for (; contacts < SLIDES; contacts++) {
      const [vx, vy, vz] = velocity;
      const length = lengthOf(vx, vy, vz) * left;
      if (length < 1e-6) break;
      const reach = (length + SKIN) / length;
      const hit = this.castBy(center, vx * left * reach, vy * left * reach, vz * left * reach);
      if (!hit) {
        move(center, vx, vy, vz, left);
        break;
      }
      const [nx, ny, nz] = hit.normal;
      const into = Math.min(0, vx * nx + vy * ny + vz * nz);
      const share = freeShare(hit, length, reach, (-into * left) / length);
      move(center, vx, vy, vz, left * share);
      if (ny >= this.walkableNormalY) return this.land(nx, ny, nz, hit.node);
      left *= 1 - share;
      set(velocity, vx - nx * into, vy - ny * into, vz - nz * into);
      if (before && dot(velocity, before) < 0) keepAlong(velocity, cross(before, hit.normal));
      before = [nx, ny, nz];
    }
    // Wedged between faces that are each too steep: nothing gives way, so it carries.
    const moved = Math.abs(center[0] - startX) + Math.abs(center[1] - startY) + Math.abs(center[2] - startZ);
    if (contacts >= 2 && moved < 1e-4) return this.land(0, 1, 0, this.groundNode);
    this.slideVelocity[0] = velocity[0];
    this.slideVelocity[1] = velocity[2];
    return Math.min(0, velocity[1]);
  }

  private land(nx: number, ny: number, nz: number, node: number): number {
    set(this.groundNormal, nx, ny, nz);
    this.groundNode = node;
    this.grounded = true;
    this.slideVelocity.fill(0);
    return 0;
  }

  castBy(start: Readonly<Vector3>, x: number, y: number, z: number): CastHit | undefined {
    set(this.to, start[0] + x, start[1] + y, start[2] + z);
    return this.physics.castCapsule(this.capsule, start, this.to, this.castHit);
  }

  private updateFeet(): void {
    const { center, member } = this;
    const feetY = center[1] - this.feetBelowCenter;
    set(this.feetPosition, center[0], feetY, center[2]);
    member.x = center[0];
    member.feetY = feetY;
    member.z = center[2];
    this.crowd?.moved(member);
  }

  private state(): number[] {
    return [
      ...this.center,
      ...this.velocity,
      this.grounded ? 1 : 0,
      ...this.groundNormal,
      ...this.slideVelocity,
      this.overlapCheckIn,
      this.stepUpIn,
      this.groundNode,
      ...this.strides.state(),
      this.stalledByNode,
      ...this.stalledWish,
    ];
  }

  save(): readonly number[] {
    return this.state();
  }

  load(saved: unknown): void {
    const [x, y, z, vx, vy, vz, grounded, nx, ny, nz, ...rest] = saved as number[];
    const [slideX, slideZ, overlapCheckIn, stepUpIn, groundNode, ...more] = rest;
    set(this.center, x, y, z);
    set(this.velocity, vx, vy, vz);
    this.grounded = grounded === 1;
    set(this.groundNormal, nx, ny, nz);
    this.slideVelocity[0] = slideX;
    this.slideVelocity[1] = slideZ;
    this.overlapCheckIn = overlapCheckIn;
    this.stepUpIn = stepUpIn;
    this.groundNode = groundNode;
    const [stalledByNode, stalledX, stalledZ] = this.strides.load(more);
    this.stalledByNode = stalledByNode;
    this.stalledWish[0] = stalledX;
    this.stalledWish[1] = stalledZ;
    this.blockedByNode = -1;
    this.metWalker = false;
    this.overlapMeters = 0;
    this.updateFeet();
  }

  hash(hasher: StateHasher): void {
    for (const value of this.state()) hasher.add(value);
  }

  dispose(): void {
    this.detach();
  }
}

/** Share of a move that keeps the skin to what a cast of move × reach hit; `facing` is the cosine between move and surface. */
function freeShare(hit: CastHit, length: number, reach: number, facing: number): number {
  const travel = hit.fraction * length * reach - SKIN / Math.max(0.1, facing);
  return Math.min(1, Math.max(0, travel / length));
}

function cross(a: Readonly<Vector3>, b: Readonly<Vector3>): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Leaves of a vector only its part along a direction, which need not be unit; nothing where the direction vanishes. */
function keepAlong(target: Vector3, direction: Readonly<Vector3>): void {
  const length2 = dot(direction, direction);
  const share = length2 < 1e-8 ? 0 : dot(target, direction) / length2;
  set(target, direction[0] * share, direction[1] * share, direction[2] * share);
}
