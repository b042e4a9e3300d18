import type { PosedDepth } from './checkConsistency.ts';
import type { SurfaceMesh } from './extractSurface.ts';
import { isSeenThrough } from './lineOfSight.ts';

/** Gaps of a longer rim are left to the planes, or are openings: this is one about as wide as a hand is long. */
const LONGEST_RIM_METERS = 0.6;
/** As many views that look through a gap leave it open: the back of a chair, a railing. */
const THROUGH_VIEWS = 2;

/**
 * Closes small gaps in a surface, which fusion leaves where few views agreed: a fan of triangles over each rim, to
 * its middle. What views look through stays open.
 * @param measured maps whose depth was matched.
 */
export function closeGaps(mesh: SurfaceMesh, measured: readonly PosedDepth[]): SurfaceMesh {
  const { positions: p, indices } = mesh;
  const positions = Array.from(p);
  const triangles = Array.from(indices);
  const openings = measured.map(({ depth }) => new Uint8Array(depth.inverseDepth.length));
  for (const rim of findRims(mesh)) {
    const middle: [number, number, number] = [0, 0, 0];
    for (const v of rim) for (let axis = 0; axis < 3; axis++) middle[axis] += p[3 * v + axis] / rim.length;
    if (isSeenThrough(measured, openings, middle, THROUGH_VIEWS)) continue;
    const hub = positions.length / 3;
    positions.push(...middle);
    for (const [i, v] of rim.entries()) triangles.push(rim[(i + 1) % rim.length], v, hub);
  }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(triangles) };
}

/** Closed rims that are short enough, each in the direction of the triangles along it. */
function findRims({ positions: p, indices }: SurfaceMesh): number[][] {
  const count = p.length / 3;
  // Half-edges by the vertex that they leave.
  const first = new Uint32Array(count + 1);
  for (const v of indices) first[v + 1]++;
  for (let v = 0; v < count; v++) first[v + 1] += first[v];
  const ends = new Uint32Array(indices.length);
  const fill = first.slice();
  for (let corner = 0; corner < indices.length; corner++)
    ends[fill[indices[corner]]++] = indices[corner % 3 === 2 ? corner - 2 : corner + 1];
  const leads = (from: number, to: number): boolean => {
    for (let e = first[from]; e < first[from + 1]; e++) if (ends[e] === to) return true;
    return false;
  };
  const next = new Map<number, number>();
  // Where two rims meet in a vertex it is not clear which way each goes on.
  const isCrossing = new Set<number>();
  for (let a = 0; a < count; a++)
    for (let e = first[a]; e < first[a + 1]; e++) {
      if (leads(ends[e], a)) continue;
      if (next.has(a)) isCrossing.add(a);
      next.set(a, ends[e]);
    }
  const rims: number[][] = [];
  const visited = new Set<number>();
  for (const start of next.keys()) {
    if (visited.has(start)) continue;
    const rim: number[] = [];
    let length = 0;
    let at: number | undefined = start;
    while (at !== undefined && !visited.has(at)) {
      visited.add(at);
      rim.push(at);
      const to: number | undefined = isCrossing.has(at) ? undefined : next.get(at);
      if (to !== undefined)
        length += Math.hypot(
          p[3 * to] - p[3 * at],
          p[3 * to + 1] - p[3 * at + 1],
          p[3 * to + 2] - p[3 * at + 2],
        );
      at = to;
    }
    if (at === start && rim.length > 2 && length < LONGEST_RIM_METERS) rims.push(rim);
  }
  return rims;
}
