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

/**
 * Cells of several classes, each class a mesh: squares of 1, 2, 4 … cells, as large as they fit into one class, without
 * a vertex of one square within the side of another, of its class or the next (a restricted quadtree's fans; von Herzen
 * and Barr 1987, except that neighbours may differ by any factor). No triangle is a line and no seam can open.
 * @param classOf 0 for no cell, else the number of its class from 1 on.
 * @param mostCells per class: the side of its largest square, a power of two.
 */
export function blockMeshes(
  { sizeU, sizeV, pointAt }: CellGrid,
  classOf: (cell: number) => number,
  mostCells: readonly number[],
): CellMesh[] {
  const width = sizeU + 1;
  const leaves: { i: number; k: number; side: number; own: number }[] = [];
  const isCorner = new Uint8Array(width * (sizeV + 1));
  const divide = (i: number, k: number, side: number): void => {
    if (i >= sizeU || k >= sizeV) return;
    const own = classOf(k * sizeU + i);
    let isWhole = side === 1 || (side <= (mostCells[own - 1] ?? 1) && i + side <= sizeU && k + side <= sizeV);
    for (let b = 0; isWhole && b < side; b++)
      for (let a = 0; isWhole && a < side; a++) isWhole = classOf((k + b) * sizeU + i + a) === own;
    if (isWhole) {
      if (own === 0) return;
      leaves.push({ i, k, side, own });
      for (const [a, b] of SQUARE) isCorner[(k + b * side) * width + i + a * side] = 1;
      return;
    }
    const half = side / 2;
    for (const [a, b] of SQUARE) divide(i + a * half, k + b * half, half);
  };
  const most = Math.max(...mostCells);
  for (let k = 0; k < sizeV; k += most) for (let i = 0; i < sizeU; i += most) divide(i, k, most);

  const meshes = mostCells.map(() => ({
    ids: new Map<number, number>(),
    positions: [] as number[],
    indices: [] as number[],
  }));
  for (const { i, k, side, own } of leaves) {
    const { ids, positions, indices } = meshes[own - 1];
    const vertex = (key: number) => {
      let id = ids.get(key);
      if (id === undefined) {
        id = ids.size;
        ids.set(key, id);
        positions.push(...pointAt(key % width, Math.floor(key / width)));
      }
      return id;
    };
    const rim: number[] = [];
    for (const [corner, [a, b]] of SQUARE.entries()) {
      const [toA, toB] = SQUARE[(corner + 1) % 4];
      for (let step = 0; step < side; step++) {
        const key = (k + b * side + (toB - b) * step) * width + i + a * side + (toA - a) * step;
        if (step === 0 || isCorner[key]) rim.push(vertex(key));
      }
    }
    if (side === 1) indices.push(rim[0], rim[1], rim[2], rim[0], rim[2], rim[3]);
    else {
      const hub = vertex((k + side / 2) * width + i + side / 2);
      for (const [at, v] of rim.entries()) indices.push(v, rim[(at + 1) % rim.length], hub);
    }
  }
  return meshes.map(({ ids, positions, indices }) => ({
    positions: Float32Array.from(positions),
    indices: Uint32Array.from(indices),
    keys: Int32Array.from(ids.keys()),
  }));
}

/** Corners of a square in order, i × k turning towards the front. */
const SQUARE = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as const;

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
