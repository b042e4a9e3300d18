import type { SurfaceMesh } from './extractSurface.ts';
import { filterTriangles, vertexNormals } from './meshTools.ts';
import { growCells, type NoiseAt, type Plane, planeBand, planeCell } from './planes.ts';

/** Within this share of the band surface is laid into its plane wholly; from here on less and less: relief stays. */
const FLAT_SHARE = 0.45;
const BAND_METERS = 0.045;
/** Sheets that face the same way are farther apart than this: open space and something solid lie between them. */
const SHEETS_METERS = 0.05;
const FACING_COSINE = Math.cos((40 * Math.PI) / 180);

/**
 * Lays surface that lies in a dominant plane flat into it: what fusion leaves of noise there shades like crumpled
 * paper. Trim and pictures of a few centimetres are flattened with it; their colours stay.
 * Of two sheets that would come to lie in one place the one nearer to the plane stays.
 */
export function flattenPlanes(mesh: SurfaceMesh, planes: readonly Plane[], noiseAt: NoiseAt): SurfaceMesh {
  const from = mesh.positions;
  const positions = from.slice();
  const n = vertexNormals(mesh);
  /** Which plane a vertex was laid into, from 1 on; signed metres from it before. */
  const moved = new Uint16Array(positions.length / 3);
  const distances = new Float32Array(moved.length);
  for (const [index, plane] of planes.entries()) {
    // The floor is laid out on its own.
    if (plane.kind === 'floor') continue;
    const [nx, ny, nz] = plane.normal;
    const near = growCells(plane.grid.seen, plane.grid.sizeU, 1);
    for (let v = 0; v < moved.length; v++) {
      if (moved[v]) continue;
      const x = from[3 * v];
      const y = from[3 * v + 1];
      const z = from[3 * v + 2];
      const distance = nx * x + ny * y + nz * z - plane.offset[0];
      const noise = noiseAt(x, y, z);
      const band = planeBand(noise, BAND_METERS);
      if (Math.abs(distance) > band) continue;
      if (nx * n[3 * v] + ny * n[3 * v + 1] + nz * n[3 * v + 2] < FACING_COSINE && noise < BAND_METERS)
        continue;
      const cell = planeCell(plane, x, y, z);
      if (cell < 0 || !near[cell]) continue;
      moved[v] = index + 1;
      distances[v] = distance;
      const step = distance * Math.min(1, (band - Math.abs(distance)) / (band * (1 - FLAT_SHARE)));
      positions[3 * v] = x - step * nx;
      positions[3 * v + 1] = y - step * ny;
      positions[3 * v + 2] = z - step * nz;
    }
  }
  return withoutDoubles({ positions, indices: mesh.indices }, planes, moved, distances);
}

/** Drops the triangles of sheets that another sheet of their plane, nearer to it, covers. */
function withoutDoubles(
  mesh: SurfaceMesh,
  planes: readonly Plane[],
  moved: Uint16Array,
  distances: Float32Array,
): SurfaceMesh {
  const { positions: p, indices } = mesh;
  const cellOf = (a: number, b: number, c: number): number | undefined => {
    const own = moved[a];
    if (own === 0 || moved[b] !== own || moved[c] !== own) return undefined;
    const { u, v } = planes[own - 1];
    const cellAlong = (axis: readonly number[]) => {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += (axis[k] * (p[3 * a + k] + p[3 * b + k] + p[3 * c + k])) / 3;
      return Math.floor(sum / SHEETS_METERS) + 32768;
    };
    return (own * 65536 + cellAlong(u)) * 65536 + cellAlong(v);
  };
  const distanceOf = (a: number, b: number, c: number) => (distances[a] + distances[b] + distances[c]) / 3;
  const nearest = new Map<number, number>();
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [indices[i], indices[i + 1], indices[i + 2]];
    const cell = cellOf(a, b, c);
    if (cell === undefined) continue;
    const distance = distanceOf(a, b, c);
    const other = nearest.get(cell);
    if (other === undefined || Math.abs(distance) < Math.abs(other)) nearest.set(cell, distance);
  }
  const isDouble = (a: number, b: number, c: number) => {
    const cell = cellOf(a, b, c);
    const kept = cell === undefined ? undefined : nearest.get(cell);
    return kept !== undefined && Math.abs(distanceOf(a, b, c) - kept) >= SHEETS_METERS;
  };
  for (let i = 0; i < indices.length; i += 3)
    if (isDouble(indices[i], indices[i + 1], indices[i + 2]))
      return filterTriangles(mesh, (a, b, c) => !isDouble(a, b, c));
  return mesh;
}
