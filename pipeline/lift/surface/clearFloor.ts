import type { SurfaceMesh } from './extractSurface.ts';
import { FLOOR_BAND_METERS, type FloorPlan } from './floorPlan.ts';
import { areaVector, filterTriangles, removeSmallPieces, triangleArea } from './meshTools.ts';

/** Bumps this low on walkable floor are noise of the fusion: they would only make feet stumble. */
const LUMP_METERS = 0.12;
/** Surface lower than this over a hole was made up by matching its darkness. */
const HOLE_CLEARANCE_METERS = 0.35;
/** Nothing solid stands where the camera passed: half a person's width and height around its path. */
const PATH_CLEARANCE_METERS = 0.5;
const PATH_CLEARANCE_HEIGHT_METERS = 1.75;
/** Further than this below the camera, what covers more than this of the path is a thing and no noise. */
const BODY_METERS = 0.3;
const PASSED_SQUARE_METERS = 0.3;

/** The surface less the floor, the lumps on it, what a shiny floor mirrors beneath it, and what blocks the path. */
export function clearFloor(
  surface: SurfaceMesh,
  plan: FloorPlan,
  path: readonly (readonly [number, number, number])[],
): SurfaceMesh {
  const { cellMeters, originX, originZ, sizeX, sizeZ, floor, obstacle, hole } = plan;
  const clear = new Uint8Array(sizeX * sizeZ);
  const reach = Math.ceil(PATH_CLEARANCE_METERS / cellMeters);
  for (let i = 0; i < path.length; i++) {
    const [x, , z] = path[i];
    const [nx, , nz] = path[Math.min(i + 1, path.length - 1)];
    const parts = Math.max(1, Math.ceil(Math.hypot(nx - x, nz - z) / cellMeters));
    for (let k = 0; k <= parts; k++) {
      const ix = Math.floor((x + ((nx - x) * k) / parts - originX) / cellMeters);
      const iz = Math.floor((z + ((nz - z) * k) / parts - originZ) / cellMeters);
      for (let dz = -reach; dz <= reach; dz++)
        for (let dx = -reach; dx <= reach; dx++)
          if (Math.hypot(dx, dz) * cellMeters <= PATH_CLEARANCE_METERS)
            clear[(iz + dz) * sizeX + ix + dx] = 1;
    }
  }
  const p = surface.positions;
  const cellAt = (v: number) => {
    const x = Math.floor((p[3 * v] - originX) / cellMeters);
    const z = Math.floor((p[3 * v + 2] - originZ) / cellMeters);
    return x < 0 || z < 0 || x >= sizeX || z >= sizeZ ? -1 : z * sizeX + x;
  };
  // A camera on an arm or a gimbal passes over tables.
  const bodyMeters = Math.min(...path.map(([, y]) => y)) - BODY_METERS;
  const passed = largePatches(surface, plan, cell => cell >= 0 && clear[cell] === 1, bodyMeters, cellAt);
  const kept = filterTriangles(surface, (a, b, c) => {
    const low = Math.min(p[3 * a + 1], p[3 * b + 1], p[3 * c + 1]);
    const high = Math.max(p[3 * a + 1], p[3 * b + 1], p[3 * c + 1]);
    const cells = [cellAt(a), cellAt(b), cellAt(c)];
    // Matching bridges the darkness of a hole from its edges: that patch is no surface.
    if (cells.some(cell => cell >= 0 && hole[cell]) && high < HOLE_CLEARANCE_METERS) return false;
    const overFloor = cells.some(cell => cell >= 0 && floor[cell] > 0);
    if (high < LUMP_METERS && cells.some(cell => cell >= 0 && floor[cell] > 0 && !obstacle[cell]))
      return false;
    if (low < PATH_CLEARANCE_HEIGHT_METERS && cells.some(cell => cell >= 0 && clear[cell]))
      if (high > bodyMeters || !cells.some(cell => cell >= 0 && passed[cell])) return false;
    if (high < 0.03 && high > -FLOOR_BAND_METERS) {
      const n = areaVector(p, a, b, c);
      if (n[1] > 0.7 * Math.hypot(n[0], n[1], n[2])) return !overFloor;
    }
    return true;
  });
  // What stands on the floor ends at it.
  for (let v = 0; v < kept.positions.length / 3; v++) {
    const y = kept.positions[3 * v + 1];
    if (y < 0 && y > -0.3) kept.positions[3 * v + 1] = 0;
  }
  return removeSmallPieces(
    filterTriangles(kept, () => true),
    0.05,
  ).mesh;
}

/** Cells of the plan with surface between the lumps and a height, in groups that carry a real area of it. */
function largePatches(
  { positions: p, indices }: SurfaceMesh,
  { sizeX, sizeZ }: FloorPlan,
  isAsked: (cell: number) => boolean,
  topMeters: number,
  cellAt: (v: number) => number,
): Uint8Array {
  const areas = new Float32Array(sizeX * sizeZ);
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [indices[i], indices[i + 1], indices[i + 2]];
    const cell = cellAt(a);
    if (!isAsked(cell) || p[3 * a + 1] > topMeters || p[3 * a + 1] < LUMP_METERS) continue;
    areas[cell] += triangleArea(p, a, b, c);
  }
  const large = new Uint8Array(areas.length);
  const visited = new Uint8Array(areas.length);
  for (let start = 0; start < areas.length; start++) {
    if (areas[start] === 0 || visited[start]) continue;
    visited[start] = 1;
    const group = [start];
    let area = 0;
    for (const cell of group) {
      area += areas[cell];
      for (const next of [cell - 1, cell + 1, cell - sizeX, cell + sizeX])
        if (areas[next] > 0 && !visited[next]) {
          visited[next] = 1;
          group.push(next);
        }
    }
    if (area >= PASSED_SQUARE_METERS) for (const cell of group) large[cell] = 1;
  }
  return large;
}
