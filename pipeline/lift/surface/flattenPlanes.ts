import type { SurfaceMesh } from './extractSurface.ts';
import { vertexNormals } from './meshTools.ts';
import { growCells, type Plane, planeCell } from './planes.ts';

/** Within this of its plane surface is laid into it wholly; from here to the band's edge less and less: relief stays. */
const FLAT_METERS = 0.02;
const BAND_METERS = 0.045;
const FACING_COSINE = Math.cos((40 * Math.PI) / 180);

/**
 * Lays surface that lies in a dominant plane flat into it: what fusion leaves of noise there shades like crumpled
 * paper. Trim and pictures of a few centimetres are flattened with it; their colours stay.
 * @returns a mesh with the same triangles.
 */
export function flattenPlanes(mesh: SurfaceMesh, planes: readonly Plane[]): SurfaceMesh {
  const from = mesh.positions;
  const positions = from.slice();
  const n = vertexNormals(mesh);
  const moved = new Uint8Array(positions.length / 3);
  for (const plane of planes) {
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
      if (Math.abs(distance) > BAND_METERS) continue;
      if (nx * n[3 * v] + ny * n[3 * v + 1] + nz * n[3 * v + 2] < FACING_COSINE) continue;
      const cell = planeCell(plane, x, y, z);
      if (cell < 0 || !near[cell]) continue;
      moved[v] = 1;
      const step = distance * Math.min(1, (BAND_METERS - Math.abs(distance)) / (BAND_METERS - FLAT_METERS));
      positions[3 * v] = x - step * nx;
      positions[3 * v + 1] = y - step * ny;
      positions[3 * v + 2] = z - step * nz;
    }
  }
  return { positions, indices: mesh.indices };
}
