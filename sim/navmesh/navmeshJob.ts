/** What crosses the thread border when a navmesh is built. All lengths in metres, +Y up. */
export interface NavmeshJob {
  /** xyz per vertex. */
  positions: Float32Array;
  indices: Uint32Array;
  /** Of the triangles' box along x and z. */
  size: readonly [x: number, z: number];
  cellSize: number;
  cellHeight: number;
  bodyRadius: number;
  bodyHeight: number;
  stepHeight: number;
  maxSlopeRadians: number;
}

/** Convex polygons as Recast left them, before adjacency. */
export interface NavmeshPolygons {
  /** xyz per vertex, metres. */
  vertices: Float64Array;
  /** Vertex indices of all polygons one after the other, clockwise seen from above. */
  corners: Uint32Array;
  /** Index into corners of each polygon's first corner, one more than there are polygons. */
  starts: Uint32Array;
  relief: Relief;
}

/**
 * The ground inside polygons that it is not level in: their corners alone know nothing of a hill between them. Triangles
 * of Recast's detail mesh, within a cell's height of the ground, seen from above side by side.
 */
export interface Relief {
  /** xyz per vertex, metres. */
  vertices: Float64Array;
  /** Three vertices each. */
  triangles: Uint32Array;
  /** Index of each polygon's first triangle, one more than there are polygons; a level polygon has none. */
  starts: Uint32Array;
}

export type NavmeshReply =
  | { ok: true; results: (NavmeshPolygons | undefined)[] }
  | { ok: false; reason: string };
