import { corners } from './triangleDistance.ts';
import type { WorldTriangles } from './worldTriangles.ts';

/** More along one edge than this and a world of one huge triangle would take for ever. */
const MOST_STEPS = 400;

/**
 * Calls visit with points spread evenly over a triangle, none on its rim, each standing for an equal share of its area.
 * @param spacingMeters distance between neighbours, at most.
 */
export function sampleTriangle(
  soup: WorldTriangles,
  triangle: number,
  spacingMeters: number,
  visit: (point: [number, number, number], areaSquareMeters: number) => void,
): void {
  const [a, b, c] = corners(soup, triangle);
  const length = (p: readonly number[], q: readonly number[]) =>
    Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
  const longest = Math.max(length(a, b), length(b, c), length(c, a));
  const steps = Math.min(MOST_STEPS, Math.max(1, Math.ceil(longest / spacingMeters)));
  const area = soup.areas[triangle] / (steps * steps);
  // The middles of the steps² small triangles, those that point the other way included.
  for (let i = 0; i < steps; i++)
    for (let j = 0; i + j < steps; j++)
      for (const third of i + j + 1 < steps ? [1 / 3, 2 / 3] : [1 / 3]) {
        const u = (i + third) / steps;
        const v = (j + third) / steps;
        visit(
          [
            a[0] + u * (b[0] - a[0]) + v * (c[0] - a[0]),
            a[1] + u * (b[1] - a[1]) + v * (c[1] - a[1]),
            a[2] + u * (b[2] - a[2]) + v * (c[2] - a[2]),
          ],
          area,
        );
      }
}
