import type { WorldTriangles } from './worldTriangles.ts';

/** The faces that meet in an edge: triangles, each with whether it runs the edge from the lower to the higher corner. */
export interface MeshEdge {
  /** Welded corners, the lower number first. */
  from: number;
  to: number;
  /** Triangle, and +1 or −1 for the way it runs the edge, in turn. */
  faces: number[];
}

/**
 * The edges of some triangles, group by group, each group's in the order in which they are met; corners at one place are
 * one. Edges are looked for among the few that leave the same corner: keys of two corners are too large for a fast map.
 */
export function meshEdges(
  { indices }: WorldTriangles,
  welded: Uint32Array,
  groups: readonly Uint32Array[],
): MeshEdge[][] {
  /** The last edge of the group that leaves a corner, −1 for none, and for each edge the one before it. */
  const last = new Int32Array(welded.length).fill(-1);
  return groups.map(triangles => edgesOf(indices, welded, triangles, last));
}

/** @param last is −1 for every corner, before and after. */
function edgesOf(
  indices: Uint32Array,
  welded: Uint32Array,
  triangles: Uint32Array,
  last: Int32Array,
): MeshEdge[] {
  const edges: MeshEdge[] = [];
  const before: number[] = [];
  for (const triangle of triangles)
    for (let corner = 0; corner < 3; corner++) {
      const a = welded[indices[3 * triangle + corner]];
      const b = welded[indices[3 * triangle + ((corner + 1) % 3)]];
      if (a === b) continue;
      const from = Math.min(a, b);
      const to = Math.max(a, b);
      const way = a < b ? 1 : -1;
      let edge = last[from];
      while (edge >= 0 && edges[edge].to !== to) edge = before[edge];
      if (edge >= 0) {
        edges[edge].faces.push(triangle, way);
        continue;
      }
      before.push(last[from]);
      last[from] = edges.push({ from, to, faces: [triangle, way] }) - 1;
    }
  for (const { from } of edges) last[from] = -1;
  return edges;
}
