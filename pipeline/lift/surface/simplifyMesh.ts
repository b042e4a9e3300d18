import { MeshoptSimplifier } from 'meshoptimizer';
import type { SurfaceMesh } from './extractSurface.ts';
import { filterTriangles } from './meshTools.ts';

/**
 * Simplifies by quadric edge collapse (meshoptimizer; Garland and Heckbert 1997) until a triangle count is met or
 * the next collapse would move the surface farther than allowed, whichever is first.
 */
export async function simplifyMesh(
  mesh: SurfaceMesh,
  maxTriangles: number,
  maxErrorMeters: number,
): Promise<SurfaceMesh> {
  if (mesh.indices.length === 0) return mesh;
  await MeshoptSimplifier.ready;
  const [indices] = MeshoptSimplifier.simplify(
    mesh.indices,
    mesh.positions,
    3,
    Math.min(mesh.indices.length, 3 * maxTriangles),
    maxErrorMeters,
    ['ErrorAbsolute'],
  );
  return filterTriangles({ positions: mesh.positions, indices }, () => true);
}
