import type { SurfaceMesh } from './extractSurface.ts';
import { filterTriangles, triangleArea } from './meshTools.ts';

/** Taking one out makes neighbours of others; what is left after this often is dropped. */
const ROUNDS = 8;
/** An apex nearer than this many heights to an end of the longest side is drawn onto that end. */
const NEAR_HEIGHTS = 2;

/**
 * Takes out triangles lower than a height over their longest side, and leaves no crack: an apex near an end of that
 * side is merged with the end, any other side is turned to join the apex with the corner across it (Botsch and
 * Kobbelt, *A Robust Procedure to Eliminate Degenerate Faces*, 2001, without their slicing: nothing here moves farther
 * than two heights). On an open rim the triangle is dropped.
 */
export function removeSlivers(mesh: SurfaceMesh, heightMeters: number): SurfaceMesh {
  let current = mesh;
  for (let round = 0; round < ROUNDS; round++) {
    const slivers = findSlivers(current, heightMeters);
    if (slivers.length === 0) return current;
    current = takeOut(current, slivers, NEAR_HEIGHTS * heightMeters);
  }
  const p = current.positions;
  return filterTriangles(current, (a, b, c) => longestSide(p, [a, b, c], heightMeters) === undefined);
}

/** A sliver's corner: the first end of its longest side, in the triangle's order. */
function findSlivers({ positions, indices }: SurfaceMesh, heightMeters: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < indices.length; i += 3) {
    const side = longestSide(positions, [indices[i], indices[i + 1], indices[i + 2]], heightMeters);
    if (side !== undefined) found.push(i + side);
  }
  return found;
}

/** Which side of a sliver is the longest, counted from its first corner; undefined for a sound triangle. */
function longestSide(p: Float32Array, corners: readonly number[], heightMeters: number): number | undefined {
  let longest = 0;
  let at = 0;
  for (let k = 0; k < 3; k++) {
    const length = distance(p, corners[k], corners[(k + 1) % 3]);
    if (length > longest) [longest, at] = [length, k];
  }
  const isSliver = 2 * triangleArea(p, corners[0], corners[1], corners[2]) < heightMeters * longest;
  return isSliver ? at : undefined;
}

function takeOut(mesh: SurfaceMesh, slivers: readonly number[], nearMeters: number): SurfaceMesh {
  const { positions: p } = mesh;
  const indices = mesh.indices.slice();
  const count = p.length / 3;
  const nextCorner = (corner: number) => (corner % 3 === 2 ? corner - 2 : corner + 1);
  // The other faces at the slivers' longest sides, as the corner that such a side starts from.
  const across = new Map<number, number[]>();
  const keyOf = (a: number, b: number) => Math.min(a, b) * count + Math.max(a, b);
  for (const corner of slivers) across.set(keyOf(indices[corner], indices[nextCorner(corner)]), []);
  for (let corner = 0; corner < indices.length; corner++)
    across.get(keyOf(indices[corner], indices[nextCorner(corner)]))?.push(corner);

  const mergedInto = new Int32Array(count).fill(-1);
  const isTouched = new Uint8Array(count);
  const isDropped = new Uint8Array(indices.length / 3);
  for (const corner of slivers) {
    const triangle = Math.floor(corner / 3);
    const b = nextCorner(corner);
    const [from, to, apex] = [indices[corner], indices[b], indices[nextCorner(b)]];
    if (isTouched[from] || isTouched[to] || isTouched[apex]) continue;
    const end = distance(p, from, apex) < distance(p, to, apex) ? from : to;
    if (distance(p, end, apex) < nearMeters) {
      isTouched[from] = isTouched[to] = isTouched[apex] = 1;
      mergedInto[Math.max(end, apex)] = Math.min(end, apex);
      continue;
    }
    const others = (across.get(keyOf(from, to)) ?? []).filter(other => Math.floor(other / 3) !== triangle);
    const other = others.length === 1 && indices[others[0]] === to ? others[0] : undefined;
    const far = other === undefined ? undefined : indices[nextCorner(nextCorner(other))];
    if (other === undefined || far === undefined || far === apex) {
      isTouched[from] = isTouched[to] = isTouched[apex] = 1;
      isDropped[triangle] = 1;
      continue;
    }
    if (isTouched[far]) continue;
    isTouched[from] = isTouched[to] = isTouched[apex] = isTouched[far] = 1;
    indices.set([from, far, apex], 3 * triangle);
    indices.set([far, to, apex], 3 * Math.floor(other / 3));
  }
  const kept: number[] = [];
  for (let i = 0; i < indices.length; i += 3) {
    if (isDropped[i / 3]) continue;
    const [a, b, c] = [0, 1, 2].map(k => {
      const v = indices[i + k];
      return mergedInto[v] >= 0 ? mergedInto[v] : v;
    });
    if (a !== b && b !== c && c !== a) kept.push(a, b, c);
  }
  return filterTriangles({ positions: p, indices: Uint32Array.from(kept) }, () => true);
}

function distance(p: Float32Array, a: number, b: number): number {
  const [x, y, z] = [p[3 * a] - p[3 * b], p[3 * a + 1] - p[3 * b + 1], p[3 * a + 2] - p[3 * b + 2]];
  return Math.sqrt(x * x + y * y + z * z);
}
