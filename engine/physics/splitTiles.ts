import type { BodyGeometry } from './shapes.ts';

/**
 * Cuts triangles into compact tiles of at most `maxTriangles`, halving the box of their centroids along its
 * longest side. Every triangle is in exactly one tile, in its old order; vertices are copied per tile.
 */
export function splitTiles(geometry: BodyGeometry, maxTriangles: number): BodyGeometry[] {
  const triangleCount = geometry.indices.length / 3;
  if (triangleCount <= maxTriangles) return [geometry];
  const centroids = centroidsOf(geometry);
  const order = new Uint32Array(triangleCount);
  for (let triangle = 0; triangle < triangleCount; triangle++) order[triangle] = triangle;
  const scratch = new Uint32Array(triangleCount);
  const tiles: BodyGeometry[] = [];
  const localOf = new Int32Array(geometry.positions.length / 3).fill(-1);
  // Ranges of `order`: a range that is still too large is parted in place, and what is below comes first.
  const pending: [from: number, to: number][] = [[0, triangleCount]];
  for (let range = pending.pop(); range; range = pending.pop()) {
    const [from, to] = range;
    if (to - from <= maxTriangles) {
      tiles.push(extractTile(geometry, order.subarray(from, to), localOf));
      continue;
    }
    const middle = halve(order, from, to, centroids, scratch);
    pending.push([middle, to], [from, middle]);
  }
  return tiles;
}

/** xyz per triangle. */
function centroidsOf({ positions, indices }: BodyGeometry): Float32Array {
  const centroids = new Float32Array(indices.length);
  for (let i = 0; i < indices.length; i += 3) {
    const a = 3 * indices[i];
    const b = 3 * indices[i + 1];
    const c = 3 * indices[i + 2];
    centroids[i] = (positions[a] + positions[b] + positions[c]) / 3;
    centroids[i + 1] = (positions[a + 1] + positions[b + 1] + positions[c + 1]) / 3;
    centroids[i + 2] = (positions[a + 2] + positions[b + 2] + positions[c + 2]) / 3;
  }
  return centroids;
}

/**
 * Puts the triangles of a range that are below the middle of their box before the others, both in their old order.
 * @param scratch holds as many triangles as the range.
 * @returns where the others begin.
 */
function halve(
  order: Uint32Array,
  from: number,
  to: number,
  centroids: Float32Array,
  scratch: Uint32Array,
): number {
  const { axis, middle } = longestSide(order, from, to, centroids);
  let below = from;
  let above = 0;
  for (let i = from; i < to; i++) {
    const triangle = order[i];
    if (centroids[3 * triangle + axis] < middle) order[below++] = triangle;
    else scratch[above++] = triangle;
  }
  for (let i = 0; i < above; i++) order[below + i] = scratch[i];
  // All centroids in one place: no plane parts them, so the order does.
  return below > from && above > 0 ? below : from + ((to - from) >> 1);
}

/** The longest side of the box of some centroids, and the middle of that side. */
function longestSide(
  order: Uint32Array,
  from: number,
  to: number,
  centroids: Float32Array,
): { axis: 0 | 1 | 2; middle: number } {
  let minX = Infinity;
  let minY = Infinity;
  let minZ = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  let maxZ = -Infinity;
  for (let i = from; i < to; i++) {
    const at = 3 * order[i];
    const x = centroids[at];
    const y = centroids[at + 1];
    const z = centroids[at + 2];
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
    if (z < minZ) minZ = z;
    if (z > maxZ) maxZ = z;
  }
  const sideX = maxX - minX;
  const sideY = maxY - minY;
  const sideZ = maxZ - minZ;
  if (sideX >= sideY && sideX >= sideZ) return { axis: 0, middle: (minX + maxX) / 2 };
  if (sideY >= sideZ) return { axis: 1, middle: (minY + maxY) / 2 };
  return { axis: 2, middle: (minZ + maxZ) / 2 };
}

/** `localOf` is scratch: −1 for every vertex before and after. */
function extractTile(
  { positions, indices }: BodyGeometry,
  triangles: Uint32Array,
  localOf: Int32Array,
): BodyGeometry {
  const tileIndices = new Uint32Array(triangles.length * 3);
  const vertices = new Uint32Array(triangles.length * 3);
  let count = 0;
  for (let t = 0; t < triangles.length; t++)
    for (let k = 0; k < 3; k++) {
      const vertex = indices[3 * triangles[t] + k];
      if (localOf[vertex] < 0) {
        localOf[vertex] = count;
        vertices[count++] = vertex;
      }
      tileIndices[3 * t + k] = localOf[vertex];
    }
  const tilePositions = new Float32Array(count * 3);
  for (let local = 0; local < count; local++) {
    const vertex = vertices[local];
    for (let k = 0; k < 3; k++) tilePositions[3 * local + k] = positions[3 * vertex + k];
    localOf[vertex] = -1;
  }
  return { positions: tilePositions, indices: tileIndices };
}
