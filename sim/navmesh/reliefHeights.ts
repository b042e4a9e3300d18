import type { Relief } from './navmeshJob.ts';

/** First two barycentric coordinates and height of a triangle, each as factors of x and z and what is added. */
const NUMBERS = 9;

/**
 * Heights of the ground inside polygons that are not level. Bodies ask for them all the time and a hill has a hundred
 * triangles, so what is the same for every place is worked out once.
 */
export class ReliefHeights {
  private readonly starts: Uint32Array;
  private readonly planes: Float64Array;

  constructor({ vertices, triangles, starts }: Relief) {
    this.starts = starts;
    this.planes = new Float64Array((triangles.length / 3) * NUMBERS);
    for (let t = 0; t < triangles.length; t += 3) {
      const corner = (k: number) => vertices.subarray(3 * triangles[t + k], 3 * triangles[t + k] + 3);
      const [x, y, z] = corner(2);
      const [ax, ay, az] = corner(0).map((value, axis) => value - corner(2)[axis]);
      const [bx, by, bz] = corner(1).map((value, axis) => value - corner(2)[axis]);
      // Upright or a line: 0 as determinant makes all of it NaN or infinite, and no place is in it.
      const det = ax * bz - bx * az;
      const [ux, uz, vx, vz] = [bz / det, -bx / det, -az / det, ax / det];
      const [hx, hz] = [ux * ay + vx * by, uz * ay + vz * by];
      this.planes.set(
        [ux, uz, -ux * x - uz * z, vx, vz, -vx * x - vz * z, hx, hz, y - hx * x - hz * z],
        (t / 3) * NUMBERS,
      );
    }
  }

  /** Whether a polygon has triangles of its own; a level one has none. */
  has(polygon: number): boolean {
    return this.starts[polygon] < this.starts[polygon + 1];
  }

  /** Metres, from the triangle of the polygon that a place is in seen from above, or is the least outside of. */
  at(polygon: number, x: number, z: number): number {
    const { planes } = this;
    const end = this.starts[polygon + 1] * NUMBERS;
    let best = this.starts[polygon] * NUMBERS;
    let least = Infinity;
    for (let at = best; at < end; at += NUMBERS) {
      const u = planes[at] * x + planes[at + 1] * z + planes[at + 2];
      const v = planes[at + 3] * x + planes[at + 4] * z + planes[at + 5];
      const outside = Math.max(0, -u, -v, u + v - 1);
      if (!(outside < least)) continue;
      best = at;
      least = outside;
      if (outside === 0) break;
    }
    return planes[best + 6] * x + planes[best + 7] * z + planes[best + 8];
  }
}
