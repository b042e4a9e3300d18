import type { SurfaceMesh } from './extractSurface.ts';
import { type Plane, planeDistance } from './planes.ts';

/** Cells of the wall that are told apart, and how far from a thing's outline they still may be its edge's blur. */
const CELL_METERS = 0.02;
const MARGIN_CELLS = 2;
/** Surface this near a plane is the wall itself. */
const WALL_BAND_METERS = 0.04;
/** A smaller footprint says nothing. */
const LEAST_CELLS = 40;

/**
 * How much of the wall straight behind a thing was seen. What is mounted on a wall hides all of it, from wherever it
 * is looked at; past what hangs before one, views from the side reach behind.
 * @param isThing whether a vertex belongs to the thing.
 * @returns 0 to 1; 0 where the thing is too small to tell.
 */
export function wallSeenBehind(
  { positions: p, indices }: SurfaceMesh,
  isThing: (vertex: number) => boolean,
  plane: Plane,
): number {
  const { u, v } = plane;
  const along = (axis: readonly number[], x: number, y: number, z: number) =>
    Math.floor((axis[0] * x + axis[1] * y + axis[2] * z) / CELL_METERS);
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < p.length / 3; i++) {
    if (!isThing(i)) continue;
    [u, v].forEach((axis, k) => {
      const cell = along(axis, p[3 * i], p[3 * i + 1], p[3 * i + 2]);
      low[k] = Math.min(low[k], cell);
      high[k] = Math.max(high[k], cell);
    });
  }
  const [width, height] = [high[0] - low[0] + 1, high[1] - low[1] + 1];
  if (!(width > 0)) return 0;
  const footprint = new Uint8Array(width * height);
  const wall = new Uint8Array(width * height);
  const paint = (triangle: readonly number[], into: Uint8Array) => {
    const longest = Math.max(
      ...[0, 1, 2].map(k => {
        const [a, b] = [triangle[k], triangle[(k + 1) % 3]];
        return Math.hypot(p[3 * a] - p[3 * b], p[3 * a + 1] - p[3 * b + 1], p[3 * a + 2] - p[3 * b + 2]);
      }),
    );
    const steps = Math.max(1, Math.ceil((2 * longest) / CELL_METERS));
    for (let i = 0; i <= steps; i++)
      for (let j = 0; i + j <= steps; j++) {
        const [x, y, z] = [0, 1, 2].map(
          axis =>
            (i * p[3 * triangle[0] + axis] +
              j * p[3 * triangle[1] + axis] +
              (steps - i - j) * p[3 * triangle[2] + axis]) /
            steps,
        );
        const [column, row] = [along(u, x, y, z) - low[0], along(v, x, y, z) - low[1]];
        if (column >= 0 && row >= 0 && column < width && row < height) into[row * width + column] = 1;
      }
  };
  const isWall = (vertex: number) =>
    Math.abs(planeDistance(plane, p[3 * vertex], p[3 * vertex + 1], p[3 * vertex + 2])) < WALL_BAND_METERS;
  for (let i = 0; i < indices.length; i += 3) {
    const triangle = [indices[i], indices[i + 1], indices[i + 2]];
    if (triangle.every(isThing)) paint(triangle, footprint);
    else if (triangle.every(isWall)) paint(triangle, wall);
  }
  let inside = 0;
  let seen = 0;
  for (let row = MARGIN_CELLS; row < height - MARGIN_CELLS; row++)
    for (let column = MARGIN_CELLS; column < width - MARGIN_CELLS; column++) {
      let isInside = true;
      for (let dy = -MARGIN_CELLS; dy <= MARGIN_CELLS && isInside; dy++)
        for (let dx = -MARGIN_CELLS; dx <= MARGIN_CELLS && isInside; dx++)
          isInside = footprint[(row + dy) * width + column + dx] === 1;
      if (!isInside) continue;
      inside++;
      seen += wall[row * width + column];
    }
  return inside < LEAST_CELLS ? 0 : seen / inside;
}
