import type { BodyGeometry } from './shapes.ts';

/**
 * Cuts triangles into compact tiles of at most `maxTriangles`, halving the box of their centroids along its
 * longest side. Every triangle is in exactly one tile, in its old order; vertices are copied per tile.
 */
export function splitTiles(geometry: BodyGeometry, maxTriangles: number): BodyGeometry[] {
  const { positions, indices } = geometry;
  const triangleCount = indices.length / 3;
  if (triangleCount <= maxTriangles) return [geometry];
  const centroids = new Float32Array(indices.length);
  for (let i = 0; i < indices.length; i += 3)
    for (let k = 0; k < 3; k++)
      centroids[i + k] =
        (positions[indices[i] * 3 + k] +
          positions[indices[i + 1] * 3 + k] +
          positions[indices[i + 2] * 3 + k]) /
        3;
  const tiles: BodyGeometry[] = [];
  const localOf = new Int32Array(positions.length / 3).fill(-1);
  const pending: Uint32Array[] = [Uint32Array.from({ length: triangleCount }, (_, i) => i)];
  for (let triangles = pending.pop(); triangles; triangles = pending.pop()) {
    if (triangles.length <= maxTriangles) tiles.push(extractTile(geometry, triangles, localOf));
    else pending.push(...halve(triangles, centroids));
  }
  return tiles;
}

function halve(triangles: Uint32Array, centroids: Float32Array): [Uint32Array, Uint32Array] {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (const triangle of triangles)
    for (let k = 0; k < 3; k++) {
      const value = centroids[triangle * 3 + k];
      if (value < min[k]) min[k] = value;
      if (value > max[k]) max[k] = value;
    }
  const extents = max.map((value, k) => value - min[k]);
  const axis = extents.indexOf(Math.max(...extents));
  const middle = (min[axis] + max[axis]) / 2;
  const below = triangles.filter(triangle => centroids[triangle * 3 + axis] < middle);
  const above = triangles.filter(triangle => !(centroids[triangle * 3 + axis] < middle));
  if (below.length > 0 && above.length > 0) return [above, below];
  // All centroids in one place: no plane parts them, so the order does.
  const half = triangles.length >> 1;
  return [triangles.slice(half), triangles.slice(0, half)];
}

/** `localOf` is scratch: −1 for every vertex before and after. */
function extractTile(
  { positions, indices }: BodyGeometry,
  triangles: Uint32Array,
  localOf: Int32Array,
): BodyGeometry {
  const tileIndices = new Uint32Array(triangles.length * 3);
  const vertices: number[] = [];
  for (const [t, triangle] of triangles.entries())
    for (let k = 0; k < 3; k++) {
      const vertex = indices[triangle * 3 + k];
      if (localOf[vertex] < 0) localOf[vertex] = vertices.push(vertex) - 1;
      tileIndices[t * 3 + k] = localOf[vertex];
    }
  const tilePositions = new Float32Array(vertices.length * 3);
  for (const [local, vertex] of vertices.entries()) {
    for (let k = 0; k < 3; k++) tilePositions[local * 3 + k] = positions[vertex * 3 + k];
    localOf[vertex] = -1;
  }
  return { positions: tilePositions, indices: tileIndices };
}
