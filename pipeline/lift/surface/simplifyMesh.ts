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

/**
 * As simplifyMesh, for a flat mesh whose colours tell most: a step from black to white costs as much as moving the
 * surface by a metre.
 * @param colors linear rgba per vertex.
 */
export async function simplifyColored(
  mesh: SurfaceMesh,
  colors: Float32Array,
  errorMeters: number,
): Promise<{ mesh: SurfaceMesh; colors: Float32Array }> {
  if (mesh.indices.length === 0) return { mesh, colors };
  await MeshoptSimplifier.ready;
  const [simplified] = MeshoptSimplifier.simplifyWithAttributes(
    mesh.indices,
    mesh.positions,
    3,
    colors,
    4,
    [1, 1, 1],
    null,
    0,
    errorMeters,
    ['ErrorAbsolute'],
  );
  const copies = new Int32Array(mesh.positions.length / 3).fill(-1);
  const kept: number[] = [];
  const indices = simplified.map(v => {
    if (copies[v] < 0) copies[v] = kept.push(v) - 1;
    return copies[v];
  });
  const pick = (values: Float32Array, channels: number) =>
    Float32Array.from(
      { length: channels * kept.length },
      (_, i) => values[channels * kept[Math.floor(i / channels)] + (i % channels)],
    );
  return { mesh: { positions: pick(mesh.positions, 3), indices }, colors: pick(colors, 4) };
}
