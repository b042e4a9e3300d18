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
 * The edges of some triangles, corners at one place taken as one; triangles without area left out. In the order in
 * which they are met. Open addressing: a Map of such keys takes three times as long.
 */
export function meshEdges(soup: WorldTriangles, welded: Uint32Array, triangles: Uint32Array): MeshEdge[] {
  const { indices } = soup;
  const edges: MeshEdge[] = [];
  const size = 2 ** Math.ceil(Math.log2(6 * triangles.length + 16));
  const table = new Int32Array(size).fill(-1);
  for (const triangle of triangles)
    for (let corner = 0; corner < 3; corner++) {
      const a = welded[indices[3 * triangle + corner]];
      const b = welded[indices[3 * triangle + ((corner + 1) % 3)]];
      if (a === b) continue;
      const from = a < b ? a : b;
      const to = a < b ? b : a;
      let hash = Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b);
      hash ^= hash >>> 15;
      let slot = hash & (size - 1);
      let edge: MeshEdge | undefined;
      while (table[slot] >= 0) {
        const met = edges[table[slot]];
        if (met.from === from && met.to === to) {
          edge = met;
          break;
        }
        slot = (slot + 1) & (size - 1);
      }
      if (edge) edge.faces.push(triangle, a < b ? 1 : -1);
      else {
        table[slot] = edges.length;
        edges.push({ from, to, faces: [triangle, a < b ? 1 : -1] });
      }
    }
  return edges;
}
