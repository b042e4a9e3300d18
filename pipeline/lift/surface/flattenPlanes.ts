import type { SurfaceMesh } from './extractSurface.ts';
import { vertexNormals } from './meshTools.ts';
import { growCells, type NoiseAt, type Plane, planeBand, planeCell } from './planes.ts';

/** Within this share of the band surface is laid into its plane wholly; from here on less and less: relief stays. */
const FLAT_SHARE = 0.45;
const BAND_METERS = 0.045;
const FACING_COSINE = Math.cos((40 * Math.PI) / 180);

/**
 * Lays surface that lies in a dominant plane flat into it: what fusion leaves of noise there shades like crumpled
 * paper. Trim and pictures of a few centimetres are flattened with it; their colours stay.
 * @returns a mesh with the same triangles.
 */
export function flattenPlanes(mesh: SurfaceMesh, planes: readonly Plane[], noiseAt: NoiseAt): SurfaceMesh {
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
      const noise = noiseAt(x, y, z);
      const band = planeBand(noise, BAND_METERS);
      if (Math.abs(distance) > band) continue;
      if (nx * n[3 * v] + ny * n[3 * v + 1] + nz * n[3 * v + 2] < FACING_COSINE && noise < BAND_METERS)
        continue;
      const cell = planeCell(plane, x, y, z);
      if (cell < 0 || !near[cell]) continue;
      moved[v] = 1;
      const step = distance * Math.min(1, (band - Math.abs(distance)) / (band * (1 - FLAT_SHARE)));
      positions[3 * v] = x - step * nx;
      positions[3 * v + 1] = y - step * ny;
      positions[3 * v + 2] = z - step * nz;
    }
  }
  return { positions, indices: mesh.indices };
}
