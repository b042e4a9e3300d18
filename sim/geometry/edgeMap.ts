import type { WorldTriangles } from './worldTriangles.ts';

/** The faces that meet in an edge: triangles, each with whether it runs the edge from the lower to the higher corner. */
export interface MeshEdge {
  /** Welded corners, the lower number first. */
  from: number;
  to: number;
  /** Triangle, and +1 or −1 for the way it runs the edge, in turn. */
  faces: number[];
}

/** The edges of some triangles, in the order in which they are met; corners at one place are one. */
export function meshEdges(soup: WorldTriangles, welded: Uint32Array, triangles: Uint32Array): MeshEdge[] {
  const edges = new Map<number, MeshEdge>();
  const { indices } = soup;
  for (const triangle of triangles)
    for (let corner = 0; corner < 3; corner++) {
      const a = welded[indices[3 * triangle + corner]];
      const b = welded[indices[3 * triangle + ((corner + 1) % 3)]];
      if (a === b) continue;
      const [from, to] = a < b ? [a, b] : [b, a];
      const key = from * welded.length + to;
      const edge = edges.get(key);
      if (edge) edge.faces.push(triangle, a < b ? 1 : -1);
      else edges.set(key, { from, to, faces: [triangle, a < b ? 1 : -1] });
    }
  return [...edges.values()];
}
