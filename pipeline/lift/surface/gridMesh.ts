import type { SurfaceMesh } from './extractSurface.ts';

/** Merged rectangles are at most this long, so that triangles stay well shaped. */
const MAX_RECTANGLE_METERS = 2;

/** A grid of square cells and where its corners lie: (i, k) in cells → xyz; i × k turns towards the front. */
export interface CellGrid {
  cellMeters: number;
  sizeU: number;
  sizeV: number;
  pointAt: (i: number, k: number) => readonly [number, number, number];
}

/** A mesh of cells and, per vertex, the key k · (sizeU + 1) + i of its corner. */
export interface CellMesh extends SurfaceMesh {
  keys: Int32Array;
}

/** The cells that `isIn` accepts as two triangles each, sharing vertices. */
export function cellMesh({ sizeU, sizeV, pointAt }: CellGrid, isIn: (cell: number) => boolean): CellMesh {
  const ids = new Map<number, number>();
  const positions: number[] = [];
  const indices: number[] = [];
  const vertex = (i: number, k: number) => {
    const key = k * (sizeU + 1) + i;
    let id = ids.get(key);
    if (id === undefined) {
      id = ids.size;
      ids.set(key, id);
      positions.push(...pointAt(i, k));
    }
    return id;
  };
  for (let k = 0; k < sizeV; k++)
    for (let i = 0; i < sizeU; i++) {
      if (!isIn(k * sizeU + i)) continue;
      const a = vertex(i, k);
      const b = vertex(i + 1, k);
      const c = vertex(i + 1, k + 1);
      const d = vertex(i, k + 1);
      indices.push(a, b, c, a, c, d);
    }
  return {
    positions: Float32Array.from(positions),
    indices: Uint32Array.from(indices),
    keys: Int32Array.from(ids.keys()),
  };
}

/** The cells that `isIn` accepts as few rectangles, greedily merged; for the collider. */
export function rectangleMesh(
  { cellMeters, sizeU, sizeV, pointAt }: CellGrid,
  isIn: (cell: number) => boolean,
): SurfaceMesh {
  const limit = Math.max(1, Math.floor(MAX_RECTANGLE_METERS / cellMeters));
  const taken = new Uint8Array(sizeU * sizeV);
  const positions: number[] = [];
  const indices: number[] = [];
  const open = (i: number, k: number) =>
    i < sizeU && k < sizeV && !taken[k * sizeU + i] && isIn(k * sizeU + i);
  for (let k = 0; k < sizeV; k++)
    for (let i = 0; i < sizeU; i++) {
      if (!open(i, k)) continue;
      let width = 1;
      while (width < limit && open(i + width, k)) width++;
      let depth = 1;
      const rowOpen = (row: number) => {
        for (let a = 0; a < width; a++) if (!open(i + a, row)) return false;
        return true;
      };
      while (depth < limit && rowOpen(k + depth)) depth++;
      for (let b = 0; b < depth; b++) taken.fill(1, (k + b) * sizeU + i, (k + b) * sizeU + i + width);
      const first = positions.length / 3;
      positions.push(
        ...pointAt(i, k),
        ...pointAt(i + width, k),
        ...pointAt(i + width, k + depth),
        ...pointAt(i, k + depth),
      );
      indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
    }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}
