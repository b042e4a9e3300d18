import type { SurfaceMesh } from './extractSurface.ts';
import { filterTriangles } from './meshTools.ts';

/** Smaller pieces of surface, by their longest side, are not known well enough to say that they hang free. */
const SMALL_METERS = 0.5;
/** Nearer than this to something else they are held: two voxels. */
const GAP_METERS = 0.08;

/**
 * Removes small pieces of surface that nothing holds: noise that a few views agreed on by chance, the tip of a twig
 * whose stem was too thin to be matched.
 * @param mesh metric frame, floor at y = 0.
 */
export function removeFloaters(mesh: SurfaceMesh): SurfaceMesh {
  const { positions: p, indices } = mesh;
  const pieceOf = connectedPieces(mesh);
  const bounds = new Map<number, { min: number[]; max: number[] }>();
  for (const v of indices) {
    const own = bounds.get(pieceOf[v]) ?? {
      min: [Infinity, Infinity, Infinity],
      max: [-Infinity, -Infinity, -Infinity],
    };
    bounds.set(pieceOf[v], own);
    for (let axis = 0; axis < 3; axis++) {
      own.min[axis] = Math.min(own.min[axis], p[3 * v + axis]);
      own.max[axis] = Math.max(own.max[axis], p[3 * v + axis]);
    }
  }
  const floaters = new Set<number>();
  for (const [piece, { min, max }] of bounds)
    if (min[1] > GAP_METERS && Math.max(...max.map((value, axis) => value - min[axis])) < SMALL_METERS)
      floaters.add(piece);
  if (floaters.size === 0) return mesh;
  // By cell as wide as the gap: the pieces that have a vertex there.
  const inCell = new Map<number, Set<number>>();
  const cellOf = (v: number, axis: number) => Math.floor(p[3 * v + axis] / GAP_METERS) + 4096;
  const keyOf = (x: number, y: number, z: number) => (x * 8192 + y) * 8192 + z;
  for (const v of new Set(indices)) {
    const key = keyOf(cellOf(v, 0), cellOf(v, 1), cellOf(v, 2));
    const own = inCell.get(key) ?? new Set();
    inCell.set(key, own.add(pieceOf[v]));
  }
  // What a floater touches that is none holds it, and what it touches in turn.
  const touching = new Map<number, Set<number>>([...floaters].map(piece => [piece, new Set()]));
  for (const v of new Set(indices)) {
    const own = touching.get(pieceOf[v]);
    if (!own) continue;
    const [x, y, z] = [cellOf(v, 0), cellOf(v, 1), cellOf(v, 2)];
    for (let dx = -1; dx <= 1; dx++)
      for (let dy = -1; dy <= 1; dy++)
        for (let dz = -1; dz <= 1; dz++)
          for (const other of inCell.get(keyOf(x + dx, y + dy, z + dz)) ?? []) own.add(other);
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const [piece, others] of touching)
      if (floaters.has(piece) && [...others].some(other => other !== piece && !floaters.has(other))) {
        floaters.delete(piece);
        changed = true;
      }
  }
  return filterTriangles(mesh, a => !floaters.has(pieceOf[a]));
}

/** Per vertex the lowest vertex that it hangs together with. */
function connectedPieces({ positions, indices }: SurfaceMesh): Int32Array {
  const parent = new Int32Array(positions.length / 3).map((_, v) => v);
  const find = (v: number) => {
    let root = v;
    while (parent[root] !== root) root = parent[root];
    while (parent[v] !== root) [v, parent[v]] = [parent[v], root];
    return root;
  };
  for (let i = 0; i < indices.length; i += 3)
    for (const other of [indices[i + 1], indices[i + 2]]) {
      const [a, b] = [find(indices[i]), find(other)];
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  return parent.map((_, v) => find(v));
}
