import { MeshoptSimplifier } from 'meshoptimizer';
import type { SurfaceMesh } from './extractSurface.ts';
import { filterTriangles } from './meshTools.ts';

/** A mesh that has more triangles than allowed may move farther, in steps of this. */
const COARSER = 1.5;

/**
 * Simplifies by quadric edge collapse (meshoptimizer; Garland and Heckbert 1997) as far as the surface moves no
 * farther than allowed; if that leaves too many triangles, a step farther at a time.
 * @param errorMeters how far the surface may move, by the quadrics' estimate.
 */
export async function simplifyMesh(
  mesh: SurfaceMesh,
  maxTriangles: number,
  errorMeters: number,
): Promise<SurfaceMesh> {
  if (mesh.indices.length === 0) return mesh;
  await MeshoptSimplifier.ready;
  let { indices } = mesh;
  for (let error = errorMeters; ; error *= COARSER) {
    const least = error === errorMeters ? 0 : 3 * maxTriangles;
    const before = indices.length;
    [indices] = MeshoptSimplifier.simplify(indices, mesh.positions, 3, least, error, ['ErrorAbsolute']);
    const isStuck = indices.length === before && error > errorMeters;
    if (indices.length <= 3 * maxTriangles || isStuck) break;
  }
  return filterTriangles({ positions: mesh.positions, indices }, () => true);
}
