import type { Completion } from './completePlanes.ts';
import type { SurfaceMesh } from './extractSurface.ts';
import { PLANE_BAND_METERS, planeCell, planeDistance } from './planes.ts';

const OF_PLACE = 1;
const OF_THING = 2;

/**
 * The completions less what continues a thing: cells whose nearest surface in the plane is a thing's, such as a car's
 * door. A thing ends where it ends, and what is laid below it would hold it up.
 */
export function withoutThings(
  completions: readonly Completion[],
  things: readonly { mesh: SurfaceMesh }[],
): Completion[] {
  return completions.flatMap(({ plane, added }) => {
    const { seen, sizeU } = plane.grid;
    const nearest = seen.map(is => (is ? OF_PLACE : 0));
    for (const { mesh } of things) {
      const p = mesh.positions;
      for (let i = 0; i < p.length; i += 3) {
        if (Math.abs(planeDistance(plane, p[i], p[i + 1], p[i + 2])) > PLANE_BAND_METERS) continue;
        const cell = planeCell(plane, p[i], p[i + 1], p[i + 2]);
        if (cell >= 0) nearest[cell] = OF_THING;
      }
    }
    if (!nearest.includes(OF_THING)) return [{ plane, added }];
    // Breadth first from all surface at once.
    const queue = [...nearest.keys()].filter(cell => nearest[cell]);
    for (let at = 0; at < queue.length; at++) {
      const cell = queue[at];
      const u = cell % sizeU;
      const around = [u > 0 ? cell - 1 : -1, u < sizeU - 1 ? cell + 1 : -1, cell - sizeU, cell + sizeU];
      for (const next of around) {
        if (next < 0 || next >= nearest.length || nearest[next]) continue;
        nearest[next] = nearest[cell];
        queue.push(next);
      }
    }
    const left = added.map((kind, cell) => (nearest[cell] === OF_THING ? 0 : kind));
    return left.some(kind => kind > 0) ? [{ plane, added: left }] : [];
  });
}
