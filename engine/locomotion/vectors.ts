import type { Vector3 } from '../physics/queries.ts';

// In place, so that a walker's step makes nothing for the collector.

export function set(target: Vector3, x: number, y: number, z: number): void {
  target[0] = x;
  target[1] = y;
  target[2] = z;
}

export function move(target: Vector3, x: number, y: number, z: number, share: number): void {
  target[0] += x * share;
  target[1] += y * share;
  target[2] += z * share;
}

export function dot(a: Readonly<Vector3>, b: Readonly<Vector3>): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Math.hypot guards against sums out of range, and takes ten times as long. */
export function lengthOf(x: number, y: number, z: number): number {
  return Math.sqrt(x * x + y * y + z * z);
}
