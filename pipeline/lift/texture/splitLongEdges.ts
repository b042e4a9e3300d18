import type { SurfaceMesh } from '../surface/extractSurface.ts';
import { removeSlivers } from '../surface/removeSlivers.ts';

/** Well over the tenth of a millimetre from which a triangle of a world is told of as a sliver. */
const SLIVER_METERS = 0.0005;

/**
 * Halves edges until none is longer: simplification leaves triangles of metres on a flat wall, of which no single
 * view sees the whole. Both triangles at an edge get the same new vertex, so no crack opens. Halving makes lines of what
 * was long and thin; these are taken out.
 */
export function splitLongEdges(mesh: SurfaceMesh, maxMeters: number): SurfaceMesh {
  const positions = Array.from(mesh.positions);
  let triangles = Array.from(mesh.indices);
  for (;;) {
    const middles = new Map<number, number>();
    const count = positions.length / 3;
    const middleOf = (a: number, b: number): number => {
      const dx = positions[3 * a] - positions[3 * b];
      const dy = positions[3 * a + 1] - positions[3 * b + 1];
      const dz = positions[3 * a + 2] - positions[3 * b + 2];
      if (dx * dx + dy * dy + dz * dz <= maxMeters * maxMeters) return -1;
      const key = Math.min(a, b) * count + Math.max(a, b);
      let middle = middles.get(key);
      if (middle === undefined) {
        middle = positions.length / 3;
        middles.set(key, middle);
        for (let k = 0; k < 3; k++) positions.push((positions[3 * a + k] + positions[3 * b + k]) / 2);
      }
      return middle;
    };
    const next: number[] = [];
    let split = false;
    for (let i = 0; i < triangles.length; i += 3) {
      let [a, b, c] = [triangles[i], triangles[i + 1], triangles[i + 2]];
      let [ab, bc, ca] = [middleOf(a, b), middleOf(b, c), middleOf(c, a)];
      const long = (ab >= 0 ? 1 : 0) + (bc >= 0 ? 1 : 0) + (ca >= 0 ? 1 : 0);
      if (long === 0) {
        next.push(a, b, c);
        continue;
      }
      split = true;
      if (long === 3) {
        next.push(a, ab, ca, b, bc, ab, c, ca, bc, ab, bc, ca);
        continue;
      }
      // Turned so that with one long edge it is ab, with two the short one is ca.
      while (long === 1 ? ab < 0 : ca >= 0) {
        [a, b, c] = [b, c, a];
        [ab, bc, ca] = [bc, ca, ab];
      }
      if (long === 1) next.push(a, ab, c, ab, b, c);
      else next.push(ab, b, bc, a, ab, bc, a, bc, c);
    }
    triangles = next;
    if (!split)
      return removeSlivers(
        { positions: Float32Array.from(positions), indices: Uint32Array.from(triangles) },
        SLIVER_METERS,
      );
  }
}
