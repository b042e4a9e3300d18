import type { SurfaceMesh } from './extractSurface.ts';
import { type Plane, planeCell, planeDistance } from './planes.ts';

/** What a thing that hangs clear of a wall has nearer to it than this is skin that the fusion drew between them … */
const THING_CLEAR_METERS = 0.07;
/** … and so is what the wall has further out than its frames and trim, up to where what belongs to a wall ends … */
const SKIN_METERS = [0.05, 0.12] as const;
/** … where it is joined to the thing and this near to what the thing spans: what is joined goes on into other walls. */
const BESIDE_METERS = 0.08;

/**
 * Where fusion has joined a thing to the wall that it hangs before: occlusion leaves the depth of a thing's edge
 * anywhere between the two.
 * @param isThing whether a vertex belongs to the thing. @param isPlace whether one belongs to walls and ceiling.
 * @returns the vertices whose triangles are to go, so that there is air between thing and wall.
 */
export function seamVertices(
  { positions: p, indices }: SurfaceMesh,
  isThing: (vertex: number) => boolean,
  isPlace: (vertex: number) => boolean,
  wall: Plane,
): Set<number> {
  const low = [0, 1, 2].map(() => Number.POSITIVE_INFINITY);
  const high = [0, 1, 2].map(() => Number.NEGATIVE_INFINITY);
  for (let v = 0; v < p.length / 3; v++) {
    if (!isThing(v)) continue;
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis], p[3 * v + axis] - BESIDE_METERS);
      high[axis] = Math.max(high[axis], p[3 * v + axis] + BESIDE_METERS);
    }
  }
  const isBeside = (v: number) =>
    [0, 1, 2].every(axis => p[3 * v + axis] >= low[axis] && p[3 * v + axis] <= high[axis]);
  /** Past the wall's end it is no wall. */
  const isWithin = (v: number, from: number, to: number) => {
    const [x, y, z] = [p[3 * v], p[3 * v + 1], p[3 * v + 2]];
    const distance = planeDistance(wall, x, y, z);
    return distance > from && distance < to && planeCell(wall, x, y, z) >= 0;
  };
  const isSkin = (v: number) => isPlace(v) && isBeside(v) && isWithin(v, ...SKIN_METERS);
  const seam = new Set<number>();
  const joined: [number, number, number][] = [];
  for (let i = 0; i < indices.length; i += 3) {
    const triangle: [number, number, number] = [indices[i], indices[i + 1], indices[i + 2]];
    for (const v of triangle)
      if (isThing(v) && isWithin(v, Number.NEGATIVE_INFINITY, THING_CLEAR_METERS)) seam.add(v);
    if (triangle.some(isSkin)) joined.push(triangle);
  }
  for (let before = -1; before < seam.size; ) {
    before = seam.size;
    for (const triangle of joined) {
      if (!triangle.some(v => isThing(v) || seam.has(v))) continue;
      for (const v of triangle) if (isSkin(v)) seam.add(v);
    }
  }
  return seam;
}
