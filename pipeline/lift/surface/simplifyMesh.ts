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

/** As simplifyMesh, but colour differences cost too: `colorWeightMeters` is what a step from black to white costs. */
export async function simplifyColored(
  mesh: SurfaceMesh,
  colors: Float32Array,
  maxTriangles: number,
  maxErrorMeters: number,
  colorWeightMeters: number,
): Promise<{ mesh: SurfaceMesh; colors: Float32Array }> {
  if (mesh.indices.length === 0) return { mesh, colors };
  await MeshoptSimplifier.ready;
  const [simplified] = MeshoptSimplifier.simplifyWithAttributes(
    mesh.indices,
    mesh.positions,
    3,
    colors,
    4,
    [colorWeightMeters, colorWeightMeters, colorWeightMeters],
    null,
    Math.min(mesh.indices.length, 3 * maxTriangles),
    maxErrorMeters,
    ['ErrorAbsolute'],
  );
  const kept: number[] = [];
  const remap = new Int32Array(mesh.positions.length / 3).fill(-1);
  const order: number[] = [];
  for (const v of simplified) {
    if (remap[v] < 0) {
      remap[v] = order.length;
      order.push(v);
    }
    kept.push(remap[v]);
  }
  const positions = new Float32Array(3 * order.length);
  const compact = new Float32Array(4 * order.length);
  for (const [i, v] of order.entries()) {
    positions.set(mesh.positions.subarray(3 * v, 3 * v + 3), 3 * i);
    compact.set(colors.subarray(4 * v, 4 * v + 4), 4 * i);
  }
  return { mesh: { positions, indices: Uint32Array.from(kept) }, colors: compact };
}
