import type { WorldTriangles } from './worldTriangles.ts';

/**
 * Edges and the faces that meet in them, in the order in which they are met. Lists of numbers: an object and an array for
 * each edge took three times as long and a hundred megabytes for 500k triangles.
 */
export interface MeshEdges {
  count: number;
  /** Welded corners of each edge, the lower number first. */
  from: Uint32Array;
  to: Uint32Array;
  /** Index into faces of each edge's first one, one more than there are edges. */
  starts: Uint32Array;
  /** Triangles, edge by edge. */
  faces: Uint32Array;
  /** For each of faces: +1 where it runs its edge from the lower to the higher corner, −1 the other way. */
  ways: Int8Array;
}

/**
 * The edges of some triangles, group by group; corners at one place are one. Edges are looked for among the few that
 * leave the same corner: keys of two corners are too large for a fast map.
 */
export function meshEdges(
  { indices }: WorldTriangles,
  welded: Uint32Array,
  groups: readonly Uint32Array[],
): MeshEdges[] {
  /** The last edge of the group that leaves a corner, −1 for none. */
  const last = new Int32Array(welded.length).fill(-1);
  return groups.map(triangles => edgesOf(indices, welded, triangles, last));
}

/** How many faces meet in an edge. */
export function faceCount({ starts }: MeshEdges, edge: number): number {
  return starts[edge + 1] - starts[edge];
}

/** @param last is −1 for every corner, before and after. */
function edgesOf(
  indices: Uint32Array,
  welded: Uint32Array,
  triangles: Uint32Array,
  last: Int32Array,
): MeshEdges {
  const sides = 3 * triangles.length;
  const from = new Uint32Array(sides);
  const to = new Uint32Array(sides);
  /** By edge: the one before it that leaves the same corner, −1 for none. */
  const before = new Int32Array(sides);
  /** By side of the triangles in turn; −1 for a side without length. */
  const edgeOf = new Int32Array(sides);
  const waysOf = new Int8Array(sides);
  const starts = new Uint32Array(sides + 1);
  let count = 0;
  for (let side = 0; side < sides; side++) {
    const corner = side % 3;
    const at = 3 * triangles[(side - corner) / 3];
    const a = welded[indices[at + corner]];
    const b = welded[indices[at + (corner === 2 ? 0 : corner + 1)]];
    edgeOf[side] = -1;
    if (a === b) continue;
    const lower = Math.min(a, b);
    const upper = Math.max(a, b);
    let edge = last[lower];
    while (edge >= 0 && to[edge] !== upper) edge = before[edge];
    if (edge < 0) {
      edge = count++;
      from[edge] = lower;
      to[edge] = upper;
      before[edge] = last[lower];
      last[lower] = edge;
    }
    edgeOf[side] = edge;
    waysOf[side] = a < b ? 1 : -1;
    starts[edge + 1]++;
  }
  for (let edge = 0; edge < count; edge++) {
    last[from[edge]] = -1;
    starts[edge + 1] += starts[edge];
  }
  const faces = new Uint32Array(starts[count]);
  const ways = new Int8Array(starts[count]);
  const filled = starts.slice(0, count);
  for (let side = 0; side < sides; side++) {
    if (edgeOf[side] < 0) continue;
    const at = filled[edgeOf[side]]++;
    faces[at] = triangles[(side - (side % 3)) / 3];
    ways[at] = waysOf[side];
  }
  return { count, from, to, starts, faces, ways };
}
