import type { Random } from '../../../engine/random.ts';
import type { WorldModel } from '../../../engine/world/worldModel.ts';
import type { Vector3 } from '../../scene.ts';
import { normalOf, type WorldTriangle, worldTriangles } from './worldGeometry.ts';

/**
 * Where a grown body can walk, found by sampling columns: apart from Recast and from the detectors, so that what is
 * planted does not lean on what is to find it.
 */
export interface FloorCell {
  x: number;
  z: number;
  y: number;
  /** Metres to the nearest place where no body can stand. */
  clearance: number;
}

const CELL = 0.2;
const BODY_HEIGHT = 1.75;
const BODY_RADIUS = 0.4;
const STEP = 0.25;
/** A step and a jump. */
const JUMP = 0.85;
const FLAT_NORMAL_Y = 0.8;
/** Steeper than 46 degrees nobody climbs. */
const CLIMBED_NORMAL_Y = 0.69;
/** Large beside the largest: others are ledges and landings. */
const GROUND_SHARE = 0.5;
/** Floors that begin less than this apart are on one level, metres. */
const STOREY = 1;
/** A body goes nowhere on five times its own footprint, m². */
const LEAST_AREA = 2;
const AROUND = [
  [CELL, 0],
  [-CELL, 0],
  [0, CELL],
  [0, -CELL],
] as const;

interface Level {
  y: number;
  /** Faces up, flat enough to stand on at ease, or only to be climbed. */
  up: 'flat' | 'slope' | undefined;
}

export class FloorMap {
  /** The ground, by column: of the large pieces of floor that hang together the lowest, of those on one level the largest. */
  readonly cells: FloorCell[] = [];
  readonly triangles: readonly WorldTriangle[];
  readonly min: Vector3 = [Infinity, Infinity, Infinity];
  readonly max: Vector3 = [-Infinity, -Infinity, -Infinity];
  /** Every column with room to stand upright, however narrow, slopes included. */
  private readonly standing: FloorCell[] = [];
  private readonly byColumn = new Map<string, number[]>();
  private readonly levels = new Map<string, Level[]>();
  private readonly sides = new Map<string, number[]>();
  private readonly buckets = new Map<string, WorldTriangle[]>();

  constructor(model: WorldModel) {
    this.triangles = worldTriangles(model.nodes);
    for (const triangle of this.triangles)
      for (const point of triangle)
        for (let axis = 0; axis < 3; axis++) {
          this.min[axis] = Math.min(this.min[axis], point[axis]);
          this.max[axis] = Math.max(this.max[axis], point[axis]);
        }
    for (const triangle of this.triangles) this.mark(triangle);
    this.findFloor();
  }

  /** Floor area, m². */
  get area(): number {
    return this.cells.length * CELL * CELL;
  }

  cellAt(x: number, z: number, y: number): FloorCell | undefined {
    const list = this.byColumn.get(keyOf(x, z)) ?? [];
    return list.map(index => this.cells[index]).find(cell => Math.abs(cell.y - y) <= STEP);
  }

  /** A place with at least so much room around it, undefined where there is none. */
  pick(random: Random, clearance: number, accept?: (cell: FloorCell) => boolean): FloorCell | undefined {
    const fitting = this.cells.filter(cell => cell.clearance >= clearance && (!accept || accept(cell)));
    return fitting.length > 0 ? random.pick(fitting) : undefined;
  }

  /** Metres from a place to what is above it, Infinity under the sky. */
  headroom({ x, z, y }: FloorCell): number {
    const above = (this.levels.get(keyOf(x, z)) ?? []).find(level => level.y > y + STEP);
    return above ? above.y - y : Infinity;
  }

  /** Whether the floor around a place keeps its height, as far as it goes on. */
  isLevel(x: number, z: number, y: number, around: number, within: number): boolean {
    for (let dx = -around; dx <= around; dx += CELL)
      for (let dz = -around; dz <= around; dz += CELL) {
        const cell = this.cellAt(x + dx, z + dz, y);
        if (cell && Math.abs(cell.y - y) > within) return false;
      }
    return true;
  }

  /** Whether nothing at all lies below this point. */
  isVoidBelow(x: number, y: number, z: number): boolean {
    return !(this.levels.get(keyOf(x, z)) ?? []).some(level => level.y <= y);
  }

  /** Whether anything comes into a box, by the bounds of its triangles. */
  isFree(min: Vector3, max: Vector3): boolean {
    for (let x = Math.floor(min[0]); x <= Math.floor(max[0]); x++)
      for (let z = Math.floor(min[2]); z <= Math.floor(max[2]); z++)
        for (const triangle of this.buckets.get(`${x},${z}`) ?? [])
          if (
            [0, 1, 2].every(axis => {
              const values = triangle.map(point => point[axis]);
              return Math.min(...values) < max[axis] && Math.max(...values) > min[axis];
            })
          )
            return false;
    return true;
  }

  /** Distance to the first surface along a horizontal direction, Infinity without one; either side counts. */
  wallDistance(x: number, y: number, z: number, dx: number, dz: number, most: number): number {
    let best = Infinity;
    const seen = new Set<WorldTriangle>();
    for (let step = 0; step <= most; step += 1) {
      for (const triangle of this.bucketAround(x + dx * step, z + dz * step)) {
        if (seen.has(triangle)) continue;
        seen.add(triangle);
        const distance = hit(triangle, [x, y, z], [dx, 0, dz]);
        if (distance < best) best = distance;
      }
      if (best < step) break;
    }
    return best <= most ? best : Infinity;
  }

  /**
   * The parts into which the floor falls where a strip is blocked, largest first. Whoever squeezes, climbs or jumps is
   * counted in: parts are apart only where there is no column of standing height from one to the other.
   */
  split(isBlocked: (cell: FloorCell) => boolean): FloorCell[][] {
    const own = new Set(this.cells);
    return this.connect(this.standing, JUMP, isBlocked)
      .map(part => part.filter(cell => own.has(cell)))
      .filter(part => part.length > 0)
      .sort((a, b) => b.length - a.length);
  }

  private connect(
    cells: readonly FloorCell[],
    climb: number,
    isBlocked: (cell: FloorCell) => boolean,
  ): FloorCell[][] {
    const columns = new Map<string, FloorCell[]>();
    for (const cell of cells) {
      if (isBlocked(cell)) continue;
      const key = keyOf(cell.x, cell.z);
      const column = columns.get(key);
      if (column) column.push(cell);
      else columns.set(key, [cell]);
    }
    const met = new Set<FloorCell>();
    const parts: FloorCell[][] = [];
    for (const seed of cells) {
      if (met.has(seed) || isBlocked(seed)) continue;
      met.add(seed);
      const part = [seed];
      // The list grows while it is walked.
      for (const { x, y, z } of part)
        for (const [dx, dz] of AROUND)
          for (const other of columns.get(keyOf(x + dx, z + dz)) ?? [])
            if (!met.has(other) && Math.abs(other.y - y) <= climb) {
              met.add(other);
              part.push(other);
            }
      parts.push(part);
    }
    return parts.sort((a, b) => b.length - a.length);
  }

  private bucketAround(x: number, z: number): WorldTriangle[] {
    return this.buckets.get(bucketOf(x, z)) ?? [];
  }

  private mark(triangle: WorldTriangle): void {
    const [a, b, c] = triangle;
    const low = [0, 2].map(axis => Math.min(a[axis], b[axis], c[axis]));
    const high = [0, 2].map(axis => Math.max(a[axis], b[axis], c[axis]));
    for (let x = Math.floor(low[0]) - 1; x <= Math.floor(high[0]) + 1; x++)
      for (let z = Math.floor(low[1]) - 1; z <= Math.floor(high[1]) + 1; z++) {
        const bucket = this.buckets.get(`${x},${z}`);
        if (bucket) bucket.push(triangle);
        else this.buckets.set(`${x},${z}`, [triangle]);
      }
    const normal = normalOf(triangle);
    if (Math.abs(normal[1]) > 0.05) {
      for (let ix = Math.floor(low[0] / CELL); ix <= Math.floor(high[0] / CELL); ix++)
        for (let iz = Math.floor(low[1] / CELL); iz <= Math.floor(high[1] / CELL); iz++) {
          const y = heightAt(triangle, (ix + 0.5) * CELL, (iz + 0.5) * CELL);
          if (y === undefined) continue;
          const list = this.levels.get(`${ix},${iz}`);
          const up = normal[1] > FLAT_NORMAL_Y ? 'flat' : normal[1] > CLIMBED_NORMAL_Y ? 'slope' : undefined;
          const level: Level = { y, up };
          if (list) list.push(level);
          else this.levels.set(`${ix},${iz}`, [level]);
        }
    }
    if (Math.abs(normal[1]) > FLAT_NORMAL_Y) return;
    const longest = Math.max(distance(a, b), distance(b, c), distance(c, a));
    const steps = Math.min(400, Math.max(1, Math.ceil(longest / 0.15)));
    for (let i = 0; i <= steps; i++)
      for (let j = 0; i + j <= steps; j++) {
        const at = (axis: number) =>
          a[axis] + ((b[axis] - a[axis]) * i) / steps + ((c[axis] - a[axis]) * j) / steps;
        const key = keyOf(at(0), at(2));
        const list = this.sides.get(key);
        if (list) list.push(at(1));
        else this.sides.set(key, [at(1)]);
      }
  }

  private findFloor(): void {
    const reach = Math.ceil(BODY_RADIUS / CELL);
    const flat: FloorCell[] = [];
    for (const [key, levels] of this.levels) {
      levels.sort((a, b) => a.y - b.y);
      const [ix, iz] = key.split(',').map(Number);
      for (const [i, level] of levels.entries()) {
        if (!level.up || levels[i + 1]?.y - level.y < BODY_HEIGHT) continue;
        const cell = { x: (ix + 0.5) * CELL, z: (iz + 0.5) * CELL, y: level.y, clearance: 0 };
        this.standing.push(cell);
        if (level.up === 'flat') flat.push(cell);
      }
    }
    const columns = new Map<string, FloorCell[]>();
    for (const cell of flat) {
      const key = keyOf(cell.x, cell.z);
      columns.set(key, [...(columns.get(key) ?? []), cell]);
    }
    const hasFloor = (x: number, z: number, y: number) =>
      (columns.get(keyOf(x, z)) ?? []).some(other => Math.abs(other.y - y) <= STEP);
    const hasSide = (x: number, z: number, y: number) =>
      (this.sides.get(keyOf(x, z)) ?? []).some(side => side > y + STEP && side < y + BODY_HEIGHT);
    const free = flat.filter(({ x, z, y }) => {
      for (let dx = -reach; dx <= reach; dx++)
        for (let dz = -reach; dz <= reach; dz++) {
          if (Math.hypot(dx, dz) * CELL > BODY_RADIUS) continue;
          if (!hasFloor(x + dx * CELL, z + dz * CELL, y) || hasSide(x + dx * CELL, z + dz * CELL, y))
            return false;
        }
      return true;
    });
    const parts = this.connect(free, STEP, () => false);
    const large = parts.filter(part => part.length >= GROUND_SHARE * parts[0].length);
    const bottom = (part: readonly FloorCell[]) => part.reduce((low, { y }) => Math.min(low, y), Infinity);
    const lowest = Math.min(...large.map(bottom));
    const ground = large.find(
      part => bottom(part) < lowest + STOREY && part.length * CELL * CELL >= LEAST_AREA,
    );
    for (const cell of ground ?? []) this.cells.push(cell);
    this.index();
    this.measureClearance();
  }

  private index(): void {
    this.byColumn.clear();
    this.cells.forEach((cell, index) => {
      const key = keyOf(cell.x, cell.z);
      this.byColumn.set(key, [...(this.byColumn.get(key) ?? []), index]);
    });
  }

  private neighbours(index: number): number[] {
    const { x, y, z } = this.cells[index];
    return AROUND.flatMap(([dx, dz]) =>
      (this.byColumn.get(keyOf(x + dx, z + dz)) ?? []).filter(
        other => Math.abs(this.cells[other].y - y) <= STEP,
      ),
    );
  }

  /** Breadth first from the rim: city-block metres, so at most 1.4 times what is really free. */
  private measureClearance(): void {
    let front = this.cells.map((_, index) => index).filter(index => this.neighbours(index).length < 4);
    const met = new Set(front);
    for (let ring = 1; front.length > 0; ring++) {
      for (const index of front) this.cells[index].clearance = BODY_RADIUS + (ring - 1) * CELL * 0.7;
      front = front
        .flatMap(index => this.neighbours(index))
        .filter(index => !met.has(index) && met.add(index));
    }
  }
}

function keyOf(x: number, z: number): string {
  return `${Math.floor(x / CELL)},${Math.floor(z / CELL)}`;
}

function bucketOf(x: number, z: number): string {
  return `${Math.floor(x)},${Math.floor(z)}`;
}

function distance(a: Vector3, b: Vector3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** Height of a triangle over a place, undefined beside it. */
function heightAt([a, b, c]: WorldTriangle, x: number, z: number): number | undefined {
  const det = (b[2] - c[2]) * (a[0] - c[0]) + (c[0] - b[0]) * (a[2] - c[2]);
  if (det === 0) return undefined;
  const u = ((b[2] - c[2]) * (x - c[0]) + (c[0] - b[0]) * (z - c[2])) / det;
  const v = ((c[2] - a[2]) * (x - c[0]) + (a[0] - c[0]) * (z - c[2])) / det;
  if (u < 0 || v < 0 || u + v > 1) return undefined;
  return u * a[1] + v * b[1] + (1 - u - v) * c[1];
}

/** Möller–Trumbore, both sides; Infinity where the ray misses. */
function hit([a, b, c]: WorldTriangle, origin: Vector3, direction: Vector3): number {
  const sub = (p: Vector3, q: Vector3): Vector3 => [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
  const cross = (p: Vector3, q: Vector3): Vector3 => [
    p[1] * q[2] - p[2] * q[1],
    p[2] * q[0] - p[0] * q[2],
    p[0] * q[1] - p[1] * q[0],
  ];
  const dot = (p: Vector3, q: Vector3) => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
  const e1 = sub(b, a);
  const e2 = sub(c, a);
  const h = cross(direction, e2);
  const det = dot(e1, h);
  if (Math.abs(det) < 1e-12) return Infinity;
  const s = sub(origin, a);
  const u = dot(s, h) / det;
  if (u < 0 || u > 1) return Infinity;
  const q = cross(s, e1);
  const v = dot(direction, q) / det;
  if (v < 0 || u + v > 1) return Infinity;
  const t = dot(e2, q) / det;
  return t >= 0 ? t : Infinity;
}
