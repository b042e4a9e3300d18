import type { PosedDepth } from './checkConsistency.ts';
import type { SurfaceMesh } from './extractSurface.ts';
import { findHoles } from './findHoles.ts';
import { isShown } from './lineOfSight.ts';
import { areaVector } from './meshTools.ts';
import { cameraCenter } from './view.ts';

/** What is known of the floor plane y = 0, on a grid of square cells. */
export interface FloorPlan {
  cellMeters: number;
  /** World x and z of the grid's corner. */
  originX: number;
  originZ: number;
  /** Cells along x and z; arrays are [z][x]. */
  sizeX: number;
  sizeZ: number;
  /** 0 no floor, 1 seen floor, 2 inferred floor. */
  floor: Uint8Array;
  /** 1 where something stands between shin and head height. */
  obstacle: Uint8Array;
  /** 1 where the cameras looked into a hole in the floor: open in what is seen and in what is touched. */
  hole: Uint8Array;
}

/** Surface this near the floor plane is taken for the floor: the fusion's noise, well under a step. */
export const FLOOR_BAND_METERS = 0.09;
/** A person walked along the camera's path, so this much around it is floor. */
const PATH_RADIUS_METERS = 0.65;
const OBSTACLE_LOW_METERS = 0.25;
const OBSTACLE_HIGH_METERS = 1.7;
/** Gaps in the floor up to twice this wide are closed … */
const CLOSING_METERS = 0.3;
/**
 * … and, once it is widened, up to twice this, under things too: what a column or a tree hid from every camera is
 * ground like that to both sides. Whoever stands there would otherwise be stopped by nothing that he sees, with floor
 * before him.
 */
const SHADOW_METERS = 1.1;
/** A walker's radius and a little more. */
const WIDENING_METERS = 0.4;
/** Floor reaches this far under walls and furniture: less than a body is wide, so that no room opens within them. */
const UNDER_METERS = 0.24;
/** Unseen floor that is enclosed by floor, as under a table: larger ones are rooms that nobody saw. */
const ENCLOSED_SQUARE_METERS = 2;
/** Floor apart from the camera's path is kept from this much seen floor on. */
const MINIMUM_ISLAND_SQUARE_METERS = 1.5;
const MAX_CELLS_PER_SIDE = 500;

/**
 * Decides where a person can stand. Floor is seen where the surface lies in the floor plane; it is inferred under
 * the camera's path, and where a view looked through the air above (so nothing stands there) up to the walls.
 * @param path camera positions xyz in order, metres.
 */
export function planFloor(
  mesh: SurfaceMesh,
  maps: readonly PosedDepth[],
  path: readonly (readonly [number, number, number])[],
  cellMeters: number,
): FloorPlan {
  const { positions: p, indices } = mesh;
  let minX = Number.POSITIVE_INFINITY;
  let maxX = Number.NEGATIVE_INFINITY;
  let minZ = Number.POSITIVE_INFINITY;
  let maxZ = Number.NEGATIVE_INFINITY;
  const include = (x: number, z: number) => {
    minX = Math.min(minX, x);
    maxX = Math.max(maxX, x);
    minZ = Math.min(minZ, z);
    maxZ = Math.max(maxZ, z);
  };
  for (const [x, , z] of path) include(x, z);
  for (let v = 0; v < p.length; v += 3) if (p[v + 1] < OBSTACLE_HIGH_METERS) include(p[v], p[v + 2]);
  const cell = Math.max(cellMeters, (Math.max(maxX - minX, maxZ - minZ) + 4) / MAX_CELLS_PER_SIDE);
  const originX = Math.floor((minX - 1) / cell) * cell;
  const originZ = Math.floor((minZ - 1) / cell) * cell;
  const sizeX = Math.ceil((maxX + 1 - originX) / cell);
  const sizeZ = Math.ceil((maxZ + 1 - originZ) / cell);
  const count = sizeX * sizeZ;
  const cellOf = (x: number, z: number) =>
    Math.floor((z - originZ) / cell) * sizeX + Math.floor((x - originX) / cell);

  const floorArea = new Float32Array(count);
  const obstacleArea = new Float32Array(count);
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [indices[i], indices[i + 1], indices[i + 2]];
    const n = areaVector(p, a, b, c);
    const length = Math.hypot(n[0], n[1], n[2]);
    const y = (p[3 * a + 1] + p[3 * b + 1] + p[3 * c + 1]) / 3;
    const at = cellOf((p[3 * a] + p[3 * b] + p[3 * c]) / 3, (p[3 * a + 2] + p[3 * b + 2] + p[3 * c + 2]) / 3);
    if (Math.abs(y) < FLOOR_BAND_METERS && n[1] > 0.7 * length) floorArea[at] += length / 2;
    else if (y > OBSTACLE_LOW_METERS && y < OBSTACLE_HIGH_METERS) obstacleArea[at] += length / 2;
  }

  const onPath = new Uint8Array(count);
  const markPath = (x: number, z: number) => {
    const reach = Math.ceil(PATH_RADIUS_METERS / cell);
    const ix = Math.floor((x - originX) / cell);
    const iz = Math.floor((z - originZ) / cell);
    for (let dz = -reach; dz <= reach; dz++)
      for (let dx = -reach; dx <= reach; dx++)
        if (Math.hypot(dx, dz) * cell <= PATH_RADIUS_METERS) onPath[(iz + dz) * sizeX + ix + dx] = 1;
  };
  for (let i = 0; i < path.length; i++) {
    const [x, , z] = path[i];
    const [nx, , nz] = path[Math.min(i + 1, path.length - 1)];
    const parts = Math.max(1, Math.ceil(Math.hypot(nx - x, nz - z) / cell));
    for (let k = 0; k <= parts; k++) markPath(x + ((nx - x) * k) / parts, z + ((nz - z) * k) / parts);
  }

  const grid = { cell, originX, originZ, sizeX, sizeZ };
  const enough = 0.2 * cell * cell;
  const hole = findHoles(
    maps,
    Uint8Array.from(floorArea, area => (area > enough ? 1 : 0)),
    grid,
  );
  const free = seenThrough(maps, grid);
  const before = inFrontOfFeet(maps, grid);
  const floor = new Uint8Array(count);
  const obstacle = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (hole[i]) continue;
    if (obstacleArea[i] > enough) obstacle[i] = 1;
    if (onPath[i]) floor[i] = floorArea[i] > enough ? 1 : 2;
    else if (obstacle[i]) continue;
    else if (floorArea[i] > enough) floor[i] = 1;
    else if (free[i] || before[i]) floor[i] = 2;
  }
  const plan = { cellMeters: cell, originX, originZ, sizeX, sizeZ, floor, obstacle, hole };
  const taken = obstacle.map((own, i) => own | hole[i]);
  closeGaps(plan, taken, Math.round(CLOSING_METERS / cell));
  widen(plan, taken, Math.round(WIDENING_METERS / cell));
  closeGaps(plan, hole, Math.round(SHADOW_METERS / cell));
  openSlivers(plan, onPath);
  dropIslands(plan, onPath);
  goUnderThings(plan);
  // What a camera looked at is seen, even where only its plane says how far away it is.
  for (let i = 0; i < count; i++) {
    if (floor[i] !== 2) continue;
    const middle = [
      originX + ((i % sizeX) + 0.5) * cell,
      0,
      originZ + (Math.floor(i / sizeX) + 0.5) * cell,
    ] as const;
    if (isShown(maps, middle)) floor[i] = 1;
  }
  return plan;
}

/** Cells on the floor; see FloorPlan. */
export interface Grid {
  cell: number;
  originX: number;
  originZ: number;
  sizeX: number;
  sizeZ: number;
}

/**
 * Cells between a camera's feet and the nearest floor in its picture: the camera looks over the ground before
 * it, so the lines of sight to the floor's near edge pass above ground on which nothing tall stands.
 */
function inFrontOfFeet(
  maps: readonly PosedDepth[],
  { cell, originX, originZ, sizeX, sizeZ }: Grid,
): Uint8Array {
  const cells = new Uint8Array(sizeX * sizeZ);
  for (const { view, depth } of maps) {
    const { fx, fy, cx, cy } = view.intrinsics;
    const { rotation: r } = view.cameraFromWorld;
    const [ex, ey, ez] = cameraCenter(view.cameraFromWorld);
    for (let x = 4; x < depth.width - 4; x += 4) {
      let hit: { x: number; z: number } | undefined;
      for (let y = depth.height - 1; y >= depth.height * 0.6; y--) {
        const q = depth.inverseDepth[y * depth.width + x];
        if (q <= 0) continue;
        const u = (x - cx) / fx / q;
        const v = (y - cy) / fy / q;
        const height = ey + r[1] * u + r[4] * v + r[7] / q;
        if (Math.abs(height) < 1.5 * FLOOR_BAND_METERS)
          hit = { x: ex + r[0] * u + r[3] * v + r[6] / q, z: ez + r[2] * u + r[5] * v + r[8] / q };
        break;
      }
      if (!hit) continue;
      const length = Math.hypot(hit.x - ex, hit.z - ez);
      const parts = Math.ceil((2 * length) / cell);
      for (let k = 0; k <= parts; k++) {
        const ix = Math.floor((ex + ((hit.x - ex) * k) / parts - originX) / cell);
        const iz = Math.floor((ez + ((hit.z - ez) * k) / parts - originZ) / cell);
        if (ix > 0 && iz > 0 && ix < sizeX - 1 && iz < sizeZ - 1) cells[iz * sizeX + ix] = 1;
      }
    }
  }
  return cells;
}

/** Cells above which at least two of four heights were looked through by two views. */
function seenThrough(maps: readonly PosedDepth[], grid: Grid): Uint8Array {
  const heights = [0.15, 0.5, 0.9, 1.3];
  const { cell, originX, originZ, sizeX, sizeZ } = grid;
  const free = new Uint8Array(sizeX * sizeZ);
  for (let iz = 0; iz < sizeZ; iz++)
    for (let ix = 0; ix < sizeX; ix++) {
      const x = originX + (ix + 0.5) * cell;
      const z = originZ + (iz + 0.5) * cell;
      let levels = 0;
      for (const y of heights) {
        let views = 0;
        for (const { view, depth } of maps) {
          const { fx, fy, cx, cy } = view.intrinsics;
          const { rotation: r, translation: t } = view.cameraFromWorld;
          const d = r[6] * x + r[7] * y + r[8] * z + t[2];
          if (d < 0.1) continue;
          const u = Math.round((fx * (r[0] * x + r[1] * y + r[2] * z + t[0])) / d + cx);
          const v = Math.round((fy * (r[3] * x + r[4] * y + r[5] * z + t[1])) / d + cy);
          if (u < 0 || v < 0 || u >= depth.width || v >= depth.height) continue;
          const q = depth.inverseDepth[v * depth.width + u];
          if (q > 0 && d < 1 / q - 0.15 - 0.03 * d && ++views === 2) break;
        }
        if (views === 2 && ++levels === 2) break;
      }
      if (levels === 2) free[iz * sizeX + ix] = 1;
    }
  return free;
}

/**
 * Grows a mask by a number of cells, not into closed ones. Every other step goes over corners too: an octagon, where
 * steps over sides alone would reach 0.7 of the way in between.
 */
function grow(from: Uint8Array, closed: Uint8Array, sizeX: number, radius: number): Uint8Array {
  let mask = from;
  for (let step = 0; step < radius; step++) {
    const grown = mask.slice();
    const overCorners = step % 2 === 1;
    for (let z = 1; z < mask.length / sizeX - 1; z++)
      for (let x = 1; x < sizeX - 1; x++) {
        const i = z * sizeX + x;
        if (mask[i] || closed[i]) continue;
        if (mask[i - 1] || mask[i + 1] || mask[i - sizeX] || mask[i + sizeX]) grown[i] = 1;
        else if (
          overCorners &&
          (mask[i - sizeX - 1] || mask[i - sizeX + 1] || mask[i + sizeX - 1] || mask[i + sizeX + 1])
        )
          grown[i] = 1;
      }
    mask = grown;
  }
  return mask;
}

/** Morphological closing of the floor that does not enter closed cells; closed gaps are inferred. */
function closeGaps({ floor, sizeX }: FloorPlan, closed: Uint8Array, radius: number): void {
  const mask = grow(
    floor.map(v => (v ? 1 : 0)),
    closed,
    sizeX,
    radius,
  );
  const outside = grow(
    mask.map((v, i) => (v || closed[i] ? 0 : 1)),
    closed,
    sizeX,
    radius,
  );
  for (let i = 0; i < floor.length; i++) if (!floor[i] && mask[i] && !outside[i]) floor[i] = 2;
}

/** Continues the floor past its seen edge, so that a body's middle can stand wherever floor was seen. */
function widen({ floor, sizeX }: FloorPlan, closed: Uint8Array, radius: number): void {
  const mask = grow(
    floor.map(v => (v ? 1 : 0)),
    closed,
    sizeX,
    radius,
  );
  for (let i = 0; i < mask.length; i++) if (mask[i] && !floor[i]) floor[i] = 2;
}

/**
 * Floor goes on under what stands on it: a hand's breadth everywhere, so that it ends behind the foot of a wall and
 * not before it, and wholly under what is small enough to be walked around.
 */
function goUnderThings(plan: FloorPlan): void {
  const { sizeX, sizeZ, floor, obstacle, hole, cellMeters } = plan;
  for (let step = 0; step < Math.round(UNDER_METERS / cellMeters); step++) {
    const before = floor.slice();
    for (let z = 1; z < sizeZ - 1; z++)
      for (let x = 1; x < sizeX - 1; x++) {
        const i = z * sizeX + x;
        if (
          obstacle[i] &&
          !hole[i] &&
          (before[i - 1] || before[i + 1] || before[i - sizeX] || before[i + sizeX])
        )
          floor[i] = floor[i] || 2;
      }
  }
  const visited = new Uint8Array(floor.length);
  for (let start = 0; start < floor.length; start++) {
    if (floor[start] || visited[start]) continue;
    visited[start] = 1;
    const piece = [start];
    let enclosed = true;
    for (const i of piece) {
      const x = i % sizeX;
      if (hole[i] || x === 0 || x === sizeX - 1 || i < sizeX || i + sizeX >= floor.length) enclosed = false;
      for (const j of [x > 0 ? i - 1 : -1, x < sizeX - 1 ? i + 1 : -1, i - sizeX, i + sizeX])
        if (j >= 0 && j < floor.length && !floor[j] && !visited[j]) {
          visited[j] = 1;
          piece.push(j);
        }
    }
    if (enclosed && piece.length * cellMeters ** 2 < ENCLOSED_SQUARE_METERS)
      for (const i of piece) floor[i] = 2;
  }
}

/** Removes inferred cells that hang on to the floor by less than two neighbours: noise of the free-space test. */
function openSlivers(plan: FloorPlan, onPath: Uint8Array): void {
  const { sizeX, sizeZ, floor } = plan;
  for (let pass = 0; pass < 3; pass++) {
    const before = floor.slice();
    for (let z = 1; z < sizeZ - 1; z++)
      for (let x = 1; x < sizeX - 1; x++) {
        const i = z * sizeX + x;
        if (!before[i] || onPath[i]) continue;
        let around = 0;
        for (const o of [-1, 1, -sizeX, sizeX]) if (before[i + o]) around++;
        if (around < 2) floor[i] = 0;
      }
  }
  for (let z = 0; z < sizeZ; z++) floor[z * sizeX] = floor[z * sizeX + sizeX - 1] = 0;
  for (let x = 0; x < sizeX; x++) floor[x] = floor[(sizeZ - 1) * sizeX + x] = 0;
}

/**
 * Drops pieces of floor that do not hang together with the camera's path and show little seen floor: what was
 * inferred there, often through a pane of glass, leads nowhere.
 */
function dropIslands(plan: FloorPlan, onPath: Uint8Array): void {
  const { sizeX, floor, cellMeters } = plan;
  const visited = new Uint8Array(floor.length);
  for (let start = 0; start < floor.length; start++) {
    if (!floor[start] || visited[start]) continue;
    visited[start] = 1;
    const piece = [start];
    let walked = false;
    let seen = 0;
    for (let k = 0; k < piece.length; k++) {
      const i = piece[k];
      if (onPath[i]) walked = true;
      if (floor[i] === 1) seen++;
      for (const o of [-1, 1, -sizeX, sizeX])
        if (floor[i + o] && !visited[i + o]) {
          visited[i + o] = 1;
          piece.push(i + o);
        }
    }
    if (!walked && seen * cellMeters ** 2 < MINIMUM_ISLAND_SQUARE_METERS) for (const i of piece) floor[i] = 0;
  }
}
