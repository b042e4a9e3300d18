import { distanceToTriangle } from './distanceToTriangle.ts';
import type { SurfaceMesh } from './extractSurface.ts';
import { connectedPieces, filterTriangles } from './meshTools.ts';

/** Smaller pieces of surface, by their longest side, are not known well enough to say that they hang free. */
const SMALL_METERS = 0.5;
/** Nearer than this to something else they are held. */
const GAP_METERS = 0.05;

interface Piece {
  triangles: number[];
  min: number[];
  max: number[];
}

/**
 * Removes small pieces of surface that nothing holds: noise that a few views agreed on by chance, the tip of a twig
 * whose stem was too thin to be matched.
 * @param mesh metric frame, floor at y = 0; simplified: the pieces are held against every triangle near them.
 */
export function removeFloaters(mesh: SurfaceMesh): SurfaceMesh {
  const { indices } = mesh;
  const pieceOf = connectedPieces(mesh);
  const pieces = new Map<number, Piece>();
  for (let i = 0; i < indices.length; i += 3) {
    const piece = pieces.get(pieceOf[indices[i]]) ?? emptyPiece();
    pieces.set(pieceOf[indices[i]], piece);
    piece.triangles.push(i);
    include(piece, mesh, i);
  }
  const small = [...pieces].filter(
    ([, { min, max }]) =>
      min[1] > GAP_METERS && Math.max(...max.map((value, axis) => value - min[axis])) < SMALL_METERS,
  );
  const holders = new Map(small.map(([id, piece]) => [id, piecesNear(piece, id, mesh, pieceOf)]));
  // What a large piece holds, and what that holds in turn, stays.
  const floaters = new Set(holders.keys());
  for (let changed = true; changed; ) {
    changed = false;
    for (const [id, others] of holders)
      if (floaters.has(id) && [...others].some(other => !floaters.has(other))) {
        floaters.delete(id);
        changed = true;
      }
  }
  return floaters.size === 0 ? mesh : filterTriangles(mesh, a => !floaters.has(pieceOf[a]));
}

/** Pieces that come within the gap of this one. */
function piecesNear(piece: Piece, id: number, mesh: SurfaceMesh, pieceOf: Int32Array): Set<number> {
  const { positions: p, indices } = mesh;
  const near = new Set<number>();
  for (let i = 0; i < indices.length; i += 3) {
    const other = pieceOf[indices[i]];
    if (other === id || near.has(other)) continue;
    const own = emptyPiece();
    include(own, mesh, i);
    if (own.min.some((low, axis) => low > piece.max[axis] + GAP_METERS)) continue;
    if (own.max.some((high, axis) => high < piece.min[axis] - GAP_METERS)) continue;
    const isNear = piece.triangles.some(k => touches(p, indices, i, k) || touches(p, indices, k, i));
    if (isNear) near.add(other);
  }
  return near;
}

/** Whether a corner or the middle of one triangle lies within the gap of the other. */
function touches(p: Float32Array, indices: Uint32Array, of: number, at: number): boolean {
  const corners = [0, 1, 2].map(k => {
    const v = 3 * indices[of + k];
    return [p[v], p[v + 1], p[v + 2]] as const;
  });
  const middle = [0, 1, 2].map(axis => (corners[0][axis] + corners[1][axis] + corners[2][axis]) / 3);
  return [...corners, [middle[0], middle[1], middle[2]] as const].some(
    point => distanceToTriangle(point, p, indices[at], indices[at + 1], indices[at + 2]) < GAP_METERS,
  );
}

function emptyPiece(): Piece {
  return { triangles: [], min: [Infinity, Infinity, Infinity], max: [-Infinity, -Infinity, -Infinity] };
}

function include({ min, max }: Piece, { positions, indices }: SurfaceMesh, triangle: number): void {
  for (let k = 0; k < 3; k++)
    for (let axis = 0; axis < 3; axis++) {
      const value = positions[3 * indices[triangle + k] + axis];
      min[axis] = Math.min(min[axis], value);
      max[axis] = Math.max(max[axis], value);
    }
}
