import type { SurfaceMesh } from './extractSurface.ts';

/** Drops the triangles that `keep` refuses, the degenerate ones, and the vertices nobody uses. */
export function filterTriangles(
  mesh: SurfaceMesh,
  keep: (a: number, b: number, c: number) => boolean,
): SurfaceMesh {
  const { positions, indices } = mesh;
  const remap = new Int32Array(positions.length / 3).fill(-1);
  const kept = new Uint32Array(indices.length);
  const vertices = new Float32Array(positions.length);
  let corners = 0;
  let used = 0;
  for (let i = 0; i < indices.length; i += 3) {
    const a = indices[i];
    const b = indices[i + 1];
    const c = indices[i + 2];
    if (triangleArea(positions, a, b, c) < 1e-8 || !keep(a, b, c)) continue;
    for (let k = 0; k < 3; k++) {
      const v = indices[i + k];
      if (remap[v] < 0) {
        remap[v] = used;
        for (let axis = 0; axis < 3; axis++) vertices[3 * used + axis] = positions[3 * v + axis];
        used++;
      }
      kept[corners++] = remap[v];
    }
  }
  return { positions: vertices.slice(0, 3 * used), indices: kept.slice(0, corners) };
}

/** Twice-the-area vector of a triangle: its direction is the front's normal. */
export function areaVector(p: Float32Array, a: number, b: number, c: number): [number, number, number] {
  const ux = p[3 * b] - p[3 * a];
  const uy = p[3 * b + 1] - p[3 * a + 1];
  const uz = p[3 * b + 2] - p[3 * a + 2];
  const vx = p[3 * c] - p[3 * a];
  const vy = p[3 * c + 1] - p[3 * a + 1];
  const vz = p[3 * c + 2] - p[3 * a + 2];
  return [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
}

/** Square metres. */
export function triangleArea(p: Float32Array, a: number, b: number, c: number): number {
  const [x, y, z] = areaVector(p, a, b, c);
  return Math.sqrt(x * x + y * y + z * z) / 2;
}

/** Square metres of the whole mesh. */
export function surfaceArea({ positions, indices }: SurfaceMesh): number {
  let area = 0;
  for (let i = 0; i < indices.length; i += 3)
    area += triangleArea(positions, indices[i], indices[i + 1], indices[i + 2]);
  return area;
}

/** Where the middle of the surface lies, as if it were a shell of even thickness. */
export function surfaceCentre({ positions: p, indices }: SurfaceMesh): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let area = 0;
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [indices[i], indices[i + 1], indices[i + 2]];
    const own = triangleArea(p, a, b, c);
    area += own;
    for (let axis = 0; axis < 3; axis++)
      sum[axis] += (own * (p[3 * a + axis] + p[3 * b + axis] + p[3 * c + axis])) / 3;
  }
  return area > 0 ? [sum[0] / area, sum[1] / area, sum[2] / area] : sum;
}

/** Unit normals per vertex, area-weighted over its triangles. */
export function vertexNormals({ positions, indices }: SurfaceMesh): Float32Array {
  const normals = new Float32Array(positions.length);
  for (let i = 0; i < indices.length; i += 3) {
    const n = areaVector(positions, indices[i], indices[i + 1], indices[i + 2]);
    for (let k = 0; k < 3; k++)
      for (let axis = 0; axis < 3; axis++) normals[3 * indices[i + k] + axis] += n[axis];
  }
  for (let v = 0; v < normals.length; v += 3) {
    const [x, y, z] = [normals[v], normals[v + 1], normals[v + 2]];
    const length = Math.sqrt(x * x + y * y + z * z);
    if (length > 0) for (let axis = 0; axis < 3; axis++) normals[v + axis] /= length;
    else normals[v + 1] = 1;
  }
  return normals;
}

/**
 * Removes floaters: connected pieces smaller than an area.
 * @returns the mesh without them and how many went.
 */
export function removeSmallPieces(
  mesh: SurfaceMesh,
  minimumSquareMeters: number,
): { mesh: SurfaceMesh; removed: number } {
  const { positions, indices } = mesh;
  const pieceOf = connectedPieces(mesh);
  // By the piece's lowest vertex; −1 for a vertex that is none.
  const area = new Float64Array(pieceOf.length).fill(-1);
  for (let i = 0; i < indices.length; i += 3) {
    const piece = pieceOf[indices[i]];
    const own = triangleArea(positions, indices[i], indices[i + 1], indices[i + 2]);
    area[piece] = Math.max(0, area[piece]) + own;
  }
  const removed = area.reduce(
    (count, value) => count + (value >= 0 && value < minimumSquareMeters ? 1 : 0),
    0,
  );
  return { mesh: filterTriangles(mesh, a => area[pieceOf[a]] >= minimumSquareMeters), removed };
}

/** Per vertex the lowest vertex that it hangs together with. */
export function connectedPieces({ positions, indices }: SurfaceMesh): Int32Array {
  const parent = new Int32Array(positions.length / 3).map((_, v) => v);
  for (let i = 0; i < indices.length; i += 3)
    for (const other of [indices[i + 1], indices[i + 2]]) joinSets(parent, indices[i], other);
  return parent.map((_, v) => rootOf(parent, v));
}

/** Disjoint sets, Tarjan 1975: the lowest member stands for its set, so that sets keep the order of the mesh. */
export function joinSets(parent: Int32Array, a: number, b: number): void {
  const [x, y] = [rootOf(parent, a), rootOf(parent, b)];
  parent[Math.max(x, y)] = Math.min(x, y);
}

/** The lowest member of a set; the way to it is shortened. */
export function rootOf(parent: Int32Array, member: number): number {
  let root = member;
  while (parent[root] !== root) root = parent[root];
  for (let at = member; parent[at] !== root; ) {
    const next = parent[at];
    parent[at] = root;
    at = next;
  }
  return root;
}

/** Per side of a triangle, by its two ends: the corners that it starts from. */
export function sidesOf({ positions, indices }: SurfaceMesh): Map<number, number[]> {
  const count = positions.length / 3;
  const sides = new Map<number, number[]>();
  for (let corner = 0; corner < indices.length; corner++) {
    const [a, b] = [indices[corner], indices[corner % 3 === 2 ? corner - 2 : corner + 1]];
    const key = Math.min(a, b) * count + Math.max(a, b);
    const own = sides.get(key);
    if (own) own.push(corner);
    else sides.set(key, [corner]);
  }
  return sides;
}

/** One mesh of several, in their order. */
export function joinMeshes(meshes: readonly SurfaceMesh[]): SurfaceMesh {
  let first = 0;
  const indices = meshes.map(({ positions, indices: own }) => {
    const moved = own.map(i => i + first);
    first += positions.length / 3;
    return moved;
  });
  const joined = new Uint32Array(indices.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const own of indices) {
    joined.set(own, at);
    at += own.length;
  }
  return { positions: joinArrays(meshes.map(({ positions }) => positions)), indices: joined };
}

export function joinArrays(arrays: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const own of arrays) {
    joined.set(own, at);
    at += own.length;
  }
  return joined;
}
