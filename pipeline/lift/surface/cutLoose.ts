import type { SurfaceMesh } from './extractSurface.ts';
import { type Plane, planeDistance } from './planes.ts';

/** What a thing that hangs clear of a wall has nearer to it than this is skin that the fusion drew between them … */
const THING_CLEAR_METERS = 0.07;
/** … and so is what the wall has further out than its frames and trim, where it is joined to the thing. */
const WALL_CLEAR_METERS = 0.05;

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
  const distance = (v: number) => planeDistance(wall, p[3 * v], p[3 * v + 1], p[3 * v + 2]);
  const seam = new Set<number>();
  const joined: [number, number, number][] = [];
  for (let i = 0; i < indices.length; i += 3) {
    const triangle: [number, number, number] = [indices[i], indices[i + 1], indices[i + 2]];
    for (const v of triangle) if (isThing(v) && distance(v) < THING_CLEAR_METERS) seam.add(v);
    const isOut = (v: number) => isThing(v) || (isPlace(v) && distance(v) > WALL_CLEAR_METERS);
    if (triangle.filter(isOut).length > 1 && triangle.some(isPlace)) joined.push(triangle);
  }
  for (let before = -1; before < seam.size; ) {
    before = seam.size;
    for (const triangle of joined) {
      if (!triangle.some(v => isThing(v) || seam.has(v))) continue;
      for (const v of triangle) if (isPlace(v) && distance(v) > WALL_CLEAR_METERS) seam.add(v);
    }
  }
  return seam;
}
