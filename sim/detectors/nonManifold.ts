import { meshEdges } from '../geometry/edgeMap.ts';
import type { Finding } from '../types.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Bad geometry, non-manifold: edges in which an odd number of faces, three or more, meet on a thing that is closed
 * otherwise. Inside and outside cannot be told apart there: volumes, hulls and cuts go wrong. Four faces are two solids
 * that touch along an edge; on open sheets, walls that meet in a T, three faces are how things are built.
 */

/** A crumb on an edge shows nowhere. */
const MIN_EDGE_METERS = 0.02;
/** A fin hangs on by one edge and leaves two open; a triangle more or less is not looked at. */
const OPEN_PER_ODD = 2;

export function detectNonManifold({ bvh, objects, welded, model }: WorldContext): Finding[] {
  const soup = bvh.triangles;
  const p = soup.positions;
  return objects.flatMap(object => {
    const edges = meshEdges(soup, welded, object.triangles);
    const odd = edges.filter(({ from, to, faces }) => {
      const count = faces.length / 2;
      if (count < 3 || count % 2 === 0) return false;
      return Math.hypot(...[0, 1, 2].map(k => p[3 * to + k] - p[3 * from + k])) >= MIN_EDGE_METERS;
    });
    if (odd.length === 0) return [];
    const open = edges.filter(({ faces }) => faces.length === 2).length;
    if (open > OPEN_PER_ODD * odd.length) return [];
    const min = [Infinity, Infinity, Infinity];
    const max = [-Infinity, -Infinity, -Infinity];
    for (const { from, to } of odd)
      for (const corner of [from, to])
        for (let axis = 0; axis < 3; axis++) {
          min[axis] = Math.min(min[axis], p[3 * corner + axis]);
          max[axis] = Math.max(max[axis], p[3 * corner + axis]);
        }
    const { name } = model.nodes[object.node];
    return [
      {
        type: 'bad-geometry' as const,
        severity: 'warning' as const,
        confidence: 0.8,
        position: middleOf({ min, max }),
        extent: sizeOf({ min, max }),
        object: name,
        message: `${odd.length} ${odd.length === 1 ? 'edge' : 'edges'} of ${name} hold more than two faces: what is inside and what is outside cannot be told.`,
        evidence: { kind: 'non-manifold', edges: odd.length, openEdges: open },
      },
    ];
  });
}
