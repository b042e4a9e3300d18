import type { SurfaceMesh } from './extractSurface.ts';
import type { FloorPlan } from './floorPlan.ts';

/** Merged floor rectangles are at most this long, so that triangles stay well shaped. */
const MAX_RECTANGLE_METERS = 2;

/** Floor cells of one kind as two triangles each, sharing vertices; y = 0, facing up. */
export function floorCells(plan: FloorPlan, kind: 1 | 2): SurfaceMesh {
  const { cellMeters, originX, originZ, sizeX, sizeZ, floor } = plan;
  const ids = new Map<number, number>();
  const positions: number[] = [];
  const indices: number[] = [];
  const vertex = (x: number, z: number) => {
    const key = z * (sizeX + 1) + x;
    let id = ids.get(key);
    if (id === undefined) {
      id = positions.length / 3;
      ids.set(key, id);
      positions.push(originX + x * cellMeters, 0, originZ + z * cellMeters);
    }
    return id;
  };
  for (let z = 0; z < sizeZ; z++)
    for (let x = 0; x < sizeX; x++) {
      if (floor[z * sizeX + x] !== kind) continue;
      const a = vertex(x, z);
      const b = vertex(x, z + 1);
      const c = vertex(x + 1, z + 1);
      const d = vertex(x + 1, z);
      indices.push(a, b, c, a, c, d);
    }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}

/** All floor cells as few rectangles, greedily merged; for the collider. */
export function floorRectangles(plan: FloorPlan): SurfaceMesh {
  const { cellMeters, originX, originZ, sizeX, sizeZ, floor } = plan;
  const limit = Math.max(1, Math.floor(MAX_RECTANGLE_METERS / cellMeters));
  const taken = new Uint8Array(floor.length);
  const positions: number[] = [];
  const indices: number[] = [];
  const open = (x: number, z: number) =>
    x < sizeX && z < sizeZ && floor[z * sizeX + x] > 0 && !taken[z * sizeX + x];
  for (let z = 0; z < sizeZ; z++)
    for (let x = 0; x < sizeX; x++) {
      if (!open(x, z)) continue;
      let width = 1;
      while (width < limit && open(x + width, z)) width++;
      let depth = 1;
      const rowOpen = (row: number) => {
        for (let k = 0; k < width; k++) if (!open(x + k, row)) return false;
        return true;
      };
      while (depth < limit && rowOpen(z + depth)) depth++;
      for (let dz = 0; dz < depth; dz++) taken.fill(1, (z + dz) * sizeX + x, (z + dz) * sizeX + x + width);
      const first = positions.length / 3;
      const x0 = originX + x * cellMeters;
      const z0 = originZ + z * cellMeters;
      const x1 = originX + (x + width) * cellMeters;
      const z1 = originZ + (z + depth) * cellMeters;
      positions.push(x0, 0, z0, x0, 0, z1, x1, 0, z1, x1, 0, z0);
      indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
    }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}

/**
 * A wall along the edge of the floor, facing the floor: the known world ends at a boundary, not at a cliff.
 * A hole that was seen keeps its cliff.
 */
export function floorRim(plan: FloorPlan, heightMeters: number): SurfaceMesh {
  const { cellMeters, originX, originZ, sizeX, sizeZ, floor, hole } = plan;
  const positions: number[] = [];
  const indices: number[] = [];
  const wall = (ax: number, az: number, bx: number, bz: number) => {
    const first = positions.length / 3;
    const [x0, z0, x1, z1] = [
      originX + ax * cellMeters,
      originZ + az * cellMeters,
      originX + bx * cellMeters,
      originZ + bz * cellMeters,
    ];
    positions.push(x0, 0, z0, x1, 0, z1, x1, heightMeters, z1, x0, heightMeters, z0);
    indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
  };
  const inside = (x: number, z: number) => x >= 0 && z >= 0 && x < sizeX && z < sizeZ;
  const at = (x: number, z: number) => inside(x, z) && floor[z * sizeX + x] > 0;
  const ends = (x: number, z: number) => !inside(x, z) || (!floor[z * sizeX + x] && !hole[z * sizeX + x]);
  // Runs along x: the floor lies on one side of the line z.
  for (let z = 0; z <= sizeZ; z++)
    for (const side of [0, 1]) {
      for (let x = 0; x < sizeX; x++) {
        const edge = (k: number) => at(k, side ? z - 1 : z) && ends(k, side ? z : z - 1);
        if (!edge(x)) continue;
        let end = x + 1;
        while (end < sizeX && edge(end)) end++;
        // Counter-clockwise seen from the floor.
        if (side) wall(end, z, x, z);
        else wall(x, z, end, z);
        x = end;
      }
    }
  for (let x = 0; x <= sizeX; x++)
    for (const side of [0, 1]) {
      for (let z = 0; z < sizeZ; z++) {
        const edge = (k: number) => at(side ? x - 1 : x, k) && ends(side ? x : x - 1, k);
        if (!edge(z)) continue;
        let end = z + 1;
        while (end < sizeZ && edge(end)) end++;
        if (side) wall(x, z, x, end);
        else wall(x, end, x, z);
        z = end;
      }
    }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}
