import type { SurfaceMesh } from './extractSurface.ts';
import type { FloorPlan } from './floorPlan.ts';
import { blockMeshes, type CellGrid, type CellMesh, cellMesh, rectangleMesh } from './gridMesh.ts';

/** u along z and v along x, so that cells face up. */
function floorGrid({ cellMeters, originX, originZ, sizeX, sizeZ }: FloorPlan): CellGrid {
  return {
    cellMeters,
    sizeU: sizeZ,
    sizeV: sizeX,
    pointAt: (i, k) => [originX + k * cellMeters, 0, originZ + i * cellMeters],
  };
}

function floorAt({ sizeX, sizeZ, floor }: FloorPlan, cell: number): number {
  return floor[(cell % sizeZ) * sizeX + Math.floor(cell / sizeZ)];
}

/** Cells of floor that no camera saw as two triangles each, sharing vertices; y = 0, facing up. */
export function unseenFloorCells(plan: FloorPlan): CellMesh {
  return cellMesh(floorGrid(plan), cell => floorAt(plan, cell) === 2);
}

/** Floor that was seen and floor that was not, in squares; y = 0, facing up. See blockMeshes. */
export function floorBlocks(plan: FloorPlan, mostCells: readonly [number, number]): CellMesh[] {
  return blockMeshes(floorGrid(plan), cell => floorAt(plan, cell), mostCells);
}

/** All floor cells as few rectangles, greedily merged; for the collider. */
export function floorRectangles(plan: FloorPlan): SurfaceMesh {
  return rectangleMesh(floorGrid(plan), cell => floorAt(plan, cell) > 0);
}

/**
 * A wall along the edge of the floor, facing the floor: the known world ends at a boundary, not at a cliff.
 * A hole that was seen keeps its cliff.
 * @param isHidden cells beyond the edge where none is wanted.
 */
export function floorRim(
  plan: FloorPlan,
  heightMeters: number,
  isHidden: (cell: number) => boolean = () => false,
): SurfaceMesh {
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
  const ends = (x: number, z: number) => {
    const cell = z * sizeX + x;
    return !inside(x, z) || (!floor[cell] && !hole[cell] && !isHidden(cell));
  };
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
