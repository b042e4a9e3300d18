import { STEP_SECONDS } from '../clock.ts';

/** A body among others: an upright cylinder. World, metres. */
export interface CrowdMember {
  x: number;
  feetY: number;
  z: number;
  readonly radiusMeters: number;
  readonly heightMeters: number;
  /** Its number in the crowd, which gives it; −1 outside. */
  index: number;
}

/** Gap that bodies keep, metres: less, and rounding would let them touch. */
const GAP_METERS = 0.01;
/** Bodies that overlap, as where two come into the world at one place, part at this speed each, m/s. */
const PART_SPEED = 1;
/** Bodies at one and the same place part in directions this far from one another: evenly, however many they are. */
const GOLDEN_RADIANS = Math.PI * (3 - Math.sqrt(5));
/** Share of its speed that a body steps aside with when another is straight ahead. */
const SIDESTEP_SHARE = 0.6;
/** Metres that a body goes before it is listed anew who may be near whom: longer lists are gone through each step. */
const RELIST_METERS = 2;
/** Others that a body between several is kept from in turn: two passes settle it in a corner of two. */
const PASSES = 2;

/**
 * Bodies that do not walk through each other. Each is kept from the others when its own wish is made, in the order
 * in which they step; who meets another head-on goes round on its own right, so that two that meet pass.
 * Who may be near whom is listed once a second or so, whenever one has gone two metres.
 */
export class Crowd {
  private readonly members: CrowdMember[] = [];
  /** x z by member as of the last list of who is near whom; it holds until one has gone RELIST_METERS from there. */
  private origins = new Float64Array(0);
  /** By member: who may come within `listedMeters` of it while the list holds, in the order of joining. */
  private candidates: CrowdMember[][] = [];
  private listedMeters = 0;
  private isListed = false;
  /** Scratch: who may come within reach in this step. */
  private readonly near: CrowdMember[] = [];

  /** @returns what takes it out again. */
  join(member: CrowdMember): () => void {
    this.members.push(member);
    this.number();
    return () => {
      const index = this.members.indexOf(member);
      if (index >= 0) this.members.splice(index, 1);
      member.index = -1;
      this.number();
    };
  }

  private number(): void {
    for (const [index, member] of this.members.entries()) member.index = index;
    this.isListed = false;
  }

  /** Takes note of that a member is elsewhere now. */
  moved({ index, x, z }: CrowdMember): void {
    if (!this.isListed || index < 0) return;
    const dx = x - this.origins[2 * index];
    const dz = z - this.origins[2 * index + 1];
    if (dx * dx + dz * dz > RELIST_METERS * RELIST_METERS) this.isListed = false;
  }

  /** Lists who may come near whom before one has gone RELIST_METERS. */
  private list(): void {
    const { members } = this;
    this.origins = Float64Array.from(members.flatMap(({ x, z }) => [x, z]));
    this.candidates = members.map(() => []);
    for (let i = 0; i < members.length; i++)
      for (let k = i + 1; k < members.length; k++) {
        const a = members[i];
        const b = members[k];
        const reach = a.radiusMeters + b.radiusMeters + this.listedMeters + 2 * RELIST_METERS;
        if (Math.abs(a.x - b.x) > reach || Math.abs(a.z - b.z) > reach) continue;
        this.candidates[i].push(b);
        this.candidates[k].push(a);
      }
    this.isListed = true;
  }

  /**
   * Takes from a wish, m/s along world x and z, what would bring a body into another within a step.
   * @returns who was in the way, undefined where nobody was.
   */
  keepApart(me: CrowdMember, wish: [number, number]): CrowdMember | undefined {
    let met: CrowdMember | undefined;
    const speed = Math.sqrt(wish[0] * wish[0] + wish[1] * wish[1]);
    const nearest = speed * STEP_SECONDS + GAP_METERS;
    this.findNear(me, nearest);
    if (this.near.length === 0) return undefined;
    let pushX = 0;
    let pushZ = 0;
    for (let pass = 0; pass < PASSES; pass++)
      for (const other of this.near) {
        const dx = other.x - me.x;
        const dz = other.z - me.z;
        const touching = me.radiusMeters + other.radiusMeters;
        const reach = touching + nearest;
        if (other.feetY > me.feetY + me.heightMeters || me.feetY > other.feetY + other.heightMeters) continue;
        const distance = Math.sqrt(dx * dx + dz * dz);
        if (distance > reach) continue;
        const angle = me.index * GOLDEN_RADIANS;
        const nx = distance > 1e-6 ? dx / distance : Math.cos(angle);
        const nz = distance > 1e-6 ? dz / distance : Math.sin(angle);
        const room = distance - touching;
        if (pass === 0 && room < 0) {
          pushX += nx * room;
          pushZ += nz * room;
        }
        const allowed = Math.max(0, room - GAP_METERS) / STEP_SECONDS;
        const approach = wish[0] * nx + wish[1] * nz;
        if (approach <= allowed) continue;
        met = other;
        wish[0] -= nx * (approach - allowed);
        wish[1] -= nz * (approach - allowed);
        const aside = wish[0] * -nz + wish[1] * nx;
        if (pass === 0 && Math.abs(aside) < SIDESTEP_SHARE * speed) {
          const more = SIDESTEP_SHARE * speed - aside;
          wish[0] -= nz * more;
          wish[1] += nx * more;
        }
      }
    const depth = Math.hypot(pushX, pushZ);
    if (depth > 0) {
      // Not faster than the gap closes: those who parted do not spring back.
      const part = Math.min(PART_SPEED, depth / STEP_SECONDS) / depth;
      wish[0] += pushX * part;
      wish[1] += pushZ * part;
    }
    return met;
  }

  private findNear(me: CrowdMember, nearest: number): void {
    const { near } = this;
    if (nearest > this.listedMeters) {
      this.listedMeters = 2 * nearest;
      this.isListed = false;
    }
    if (!this.isListed) this.list();
    const { x, z, radiusMeters } = me;
    const others = this.candidates[me.index];
    near.length = 0;
    for (let i = 0; i < others.length; i++) {
      const other = others[i];
      const reach = radiusMeters + other.radiusMeters + nearest;
      const dx = other.x - x;
      if (dx > reach || dx < -reach) continue;
      const dz = other.z - z;
      if (dz > reach || dz < -reach) continue;
      near.push(other);
    }
  }
}
