import type { TriangleBvh } from '../geometry/triangleBvh.ts';

/**
 * A void column has nothing under it, all the way down. Neighbouring void columns with no wall between them
 * form a region: a hole where it ends inside the world, the outside where it comes to the world's rim or lies behind walls.
 */
export interface VoidRegion {
  id: number;
  /**
   * True where the region comes to the edge of the world's bounds, is too large to be a hole, or lies between rooms: large,
   * and most of its sides are the backs of walls.
   */
  open: boolean;
  /** Middle at floor height, metres; meaningful for holes only. */
  centre: [number, number, number];
  /** Full size along x and z, metres. */
  sizeX: number;
  sizeZ: number;
  /** m². */
  area: number;
}

/** Fine enough to place a hole within 5 cm, then coarse enough to follow a large one to the rim. */
const PASSES = [
  { cellMeters: 0.1, maxCells: 6_000 },
  { cellMeters: 0.5, maxCells: 40_000 },
] as const;
/** A room without a floor shows its walls' faces, as does a shaft; what is behind walls, mostly their backs. */
const BEHIND_WALLS = { leastSquareMeters: 16, leastBackShare: 0.5 };
/** Walls that stop a body also stop the flood; probed at these heights over the floor. */
const SHIN_METERS = 0.35;
const WAIST_METERS = 0.9;

export class VoidRegions {
  readonly regions: VoidRegion[] = [];
  private readonly bvh: TriangleBvh;
  private readonly known = new Map<string, VoidRegion>();

  constructor(bvh: TriangleBvh) {
    this.bvh = bvh;
  }

  /** @param y floor height beside the void, metres. */
  isVoid(x: number, y: number, z: number): boolean {
    return this.bvh.castRay(x, y + 0.3, z, 0, -1, 0, Infinity) === undefined;
  }

  /** The region at a void place, or undefined where there is ground below. */
  regionAt(x: number, y: number, z: number): VoidRegion | undefined {
    if (!this.isVoid(x, y, z)) return undefined;
    const fine = PASSES[0].cellMeters;
    const key = regionKey(Math.floor(x / fine), Math.round(y), Math.floor(z / fine));
    const known = this.known.get(key);
    if (known) return known;
    for (const pass of PASSES) {
      const region = this.flood(x, y, z, pass.cellMeters, pass.maxCells);
      if (region) return region;
    }
    return this.add({ open: true, centre: [x, y, z], sizeX: 0, sizeZ: 0, area: 0 });
  }

  private add(region: Omit<VoidRegion, 'id'>): VoidRegion {
    // All that is open is one and the same outside.
    const outside = region.open ? this.regions.find(other => other.open) : undefined;
    if (outside) return outside;
    const added = { id: this.regions.length, ...region };
    this.regions.push(added);
    return added;
  }

  /** Undefined when there are more cells than allowed. */
  private flood(x: number, y: number, z: number, size: number, maxCells: number): VoidRegion | undefined {
    const { min, max } = this.bvh.triangles;
    const startX = Math.floor(x / size);
    const startZ = Math.floor(z / size);
    const seen = new Set<string>([`${startX},${startZ}`]);
    const queue: [number, number][] = [[startX, startZ]];
    let minX = Infinity;
    let maxX = -Infinity;
    let minZ = Infinity;
    let maxZ = -Infinity;
    let open = false;
    let sumX = 0;
    let sumZ = 0;
    let count = 0;
    let sides = 0;
    let backSides = 0;
    for (let head = 0; head < queue.length && !open; head++) {
      const [ix, iz] = queue[head];
      const cx = (ix + 0.5) * size;
      const cz = (iz + 0.5) * size;
      count++;
      sumX += cx;
      sumZ += cz;
      minX = Math.min(minX, cx - size / 2);
      maxX = Math.max(maxX, cx + size / 2);
      minZ = Math.min(minZ, cz - size / 2);
      maxZ = Math.max(maxZ, cz + size / 2);
      if (cx <= min[0] || cx >= max[0] || cz <= min[2] || cz >= max[2]) open = true;
      for (const [dx, dz] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        const key = `${ix + dx},${iz + dz}`;
        if (seen.has(key)) continue;
        const wallAt = (height: number) => this.bvh.castRay(cx, y + height, cz, dx, 0, dz, size);
        const wall = wallAt(SHIN_METERS) ?? wallAt(WAIST_METERS);
        if (wall) {
          if (!wall.front) backSides++;
          sides++;
          continue;
        }
        seen.add(key);
        if (this.isVoid(cx + dx * size, y, cz + dz * size)) queue.push([ix + dx, iz + dz]);
        else sides++;
      }
      if (queue.length > maxCells) return undefined;
    }
    const area = count * size * size;
    const isBehindWalls =
      area >= BEHIND_WALLS.leastSquareMeters && backSides >= BEHIND_WALLS.leastBackShare * sides;
    const region = this.add({
      open: open || isBehindWalls,
      centre: [sumX / count, y, sumZ / count],
      sizeX: maxX - minX,
      sizeZ: maxZ - minZ,
      area,
    });
    if (size === PASSES[0].cellMeters)
      for (const [ix, iz] of queue) this.known.set(regionKey(ix, Math.round(y), iz), region);
    return region;
  }
}

function regionKey(ix: number, storey: number, iz: number): string {
  return `${ix},${storey},${iz}`;
}
