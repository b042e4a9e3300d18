import { faceCount, type MeshEdges } from '../geometry/edgeMap.ts';
import { corners } from '../geometry/triangleDistance.ts';
import type { Finding } from '../types.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Bad geometry, non-manifold: faces that a surface does not go on to. A fin, one or two triangles, hangs on an edge where
 * two faces meet already and ends in the open; an inner face shares each of its edges with two others. Inside and
 * outside cannot be told apart there: volumes, hulls and cuts go wrong. Larger sheets that meet in a T are how walls are
 * built, and four faces at an edge are two solids that touch.
 */

/** A crumb on an edge shows nowhere: 3 × 6 cm, m². */
const MIN_AREA_SQUARE_METERS = 1e-3;
/** A stray quad; of more triangles one makes boards. */
const MOST_FIN_TRIANGLES = 2;

/** @param edgesOf by object, from meshEdges. */
export function detectNonManifold(
  { bvh, objects, model, ground }: WorldContext,
  edgesOf: readonly MeshEdges[],
): Finding[] {
  const soup = bvh.triangles;
  return objects.flatMap((object, index): Finding[] => {
    const edges = edgesOf[index];
    if (!hasOdd(edges)) return [];
    const around = new Map<number, { odd: number; open: number; next: number[] }>();
    for (let edge = 0; edge < edges.count; edge++) {
      const faces = edges.faces.subarray(edges.starts[edge], edges.starts[edge + 1]);
      for (const [i, face] of faces.entries()) {
        let entry = around.get(face);
        if (!entry) {
          entry = { odd: 0, open: 0, next: [] };
          around.set(face, entry);
        }
        if (faces.length === 1) entry.open++;
        else if (isOdd(faces.length)) entry.odd++;
        else for (let k = 0; k < faces.length; k++) if (k !== i) entry.next.push(faces[k]);
      }
    }
    const stray: number[] = [];
    for (const [triangle, { odd, open, next }] of around) {
      if (odd === 0 || soup.areas[triangle] < MIN_AREA_SQUARE_METERS) continue;
      if (odd === 3 || odd + open === 3) stray.push(triangle);
      else if (next.length === MOST_FIN_TRIANGLES - 1) {
        const other = around.get(next[0]);
        // A sheet that reaches from one thing to another is held on both sides.
        if (other && odd + other.odd === 1 && open + other.open === 3) stray.push(triangle, next[0]);
      }
    }
    if (stray.length === 0) return [];
    const count = new Set(stray).size;
    const min = [Infinity, Infinity, Infinity];
    const max = [-Infinity, -Infinity, -Infinity];
    for (const triangle of stray)
      for (const point of corners(soup, triangle))
        for (let axis = 0; axis < 3; axis++) {
          min[axis] = Math.min(min[axis], point[axis]);
          max[axis] = Math.max(max[axis], point[axis]);
        }
    const { name } = model.nodes[object.node];
    return [
      {
        type: 'bad-geometry',
        // A whole place in one mesh always has some, and nobody simulates it.
        severity: ground.has(object.index) ? 'info' : 'warning',
        confidence: 0.8,
        position: middleOf({ min, max }),
        extent: sizeOf({ min, max }),
        object: name,
        message: `${count} stray ${count === 1 ? 'face stands' : 'faces stand'} on edges of ${name} where two meet already: what is inside and what is outside cannot be told.`,
        evidence: { kind: 'non-manifold', faces: count },
      },
    ];
  });
}

function hasOdd(edges: MeshEdges): boolean {
  for (let edge = 0; edge < edges.count; edge++) if (isOdd(faceCount(edges, edge))) return true;
  return false;
}

/** Three, five … faces at an edge. */
function isOdd(faces: number): boolean {
  return faces >= 3 && faces % 2 === 1;
}
