import type { Finish, Shade, Sketch } from '../geometry/sketch.ts';
import type { Vector3 } from '../scene.ts';

/**
 * A curved surface over a grid of `columns` × `rows` quads, smooth-shaded; its front is on the left of the first
 * parameter's direction seen along the second (∂second × ∂first). uvs follow the surface in metres.
 * @param point position by two parameters in 0–1.
 */
export function drawSurface(
  sketch: Sketch,
  finish: Finish,
  columns: number,
  rows: number,
  point: (first: number, second: number) => Vector3,
  shade: Shade,
): void {
  const positions: number[] = [];
  const normals: number[] = [];
  const uvs: number[] = [];
  const colors: number[] = [];
  const indices: number[] = [];
  const step = 0.002;
  const minus = (a: Vector3, b: Vector3): Vector3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  const gone: number[] = new Array(rows + 1).fill(0);
  let previous: Vector3[] = [];
  for (let c = 0; c <= columns; c++) {
    const ring: Vector3[] = [];
    let along = 0;
    for (let r = 0; r <= rows; r++) {
      const [s, t] = [c / columns, r / rows];
      const p = point(s, t);
      const a = minus(point(Math.min(1, s + step), t), point(Math.max(0, s - step), t));
      const b = minus(point(s, Math.min(1, t + step)), point(s, Math.max(0, t - step)));
      const n: Vector3 = [b[1] * a[2] - b[2] * a[1], b[2] * a[0] - b[0] * a[2], b[0] * a[1] - b[1] * a[0]];
      const size = Math.hypot(...n);
      ring.push(p);
      if (r > 0) along += Math.hypot(...minus(p, ring[r - 1]));
      if (c > 0) gone[r] += Math.hypot(...minus(p, previous[r]));
      positions.push(...p);
      normals.push(...(size > 0 ? [n[0] / size, n[1] / size, n[2] / size] : [0, -1, 0]));
      uvs.push(gone[Math.floor(rows / 2)], -along);
      const brightness = shade(...p);
      colors.push(brightness, brightness, brightness, 1);
    }
    previous = ring;
  }
  for (let c = 0; c < columns; c++)
    for (let r = 0; r < rows; r++) {
      const i = c * (rows + 1) + r;
      const j = i + rows + 1;
      indices.push(i, i + 1, j + 1, i, j + 1, j);
    }
  sketch.append(finish, { positions, normals, uvs, colors, indices });
}
