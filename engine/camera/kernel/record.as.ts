/** A seen triangle's record: the planes from which depth and barycentric coordinates come. */

import { SCRATCH } from './layout.as';
import { centerX, centerY, focalX, focalY, near } from './target.as';

@inline export function planeAt(record: usize, x: f64, y: f64): f32 {
  return <f32>(load<f64>(record) * x + load<f64>(record, 8) * y + load<f64>(record, 16));
}

/** Writes the record's planes and vertices from three scratch vertices. */
export function writeRecord(record: usize, s0: usize, s1: usize, s2: usize, first: u32, part: usize, back: bool, flip: bool): void {
  const x0 = <f64>load<f32>(s0);
  const y0 = <f64>load<f32>(s0, 4);
  const z0 = <f64>load<f32>(s0, 8);
  const x1 = <f64>load<f32>(s1);
  const y1 = <f64>load<f32>(s1, 4);
  const z1 = <f64>load<f32>(s1, 8);
  const x2 = <f64>load<f32>(s2);
  const y2 = <f64>load<f32>(s2, 4);
  const z2 = <f64>load<f32>(s2, 8);
  const m0x = y1 * z2 - z1 * y2;
  const m0y = z1 * x2 - x1 * z2;
  const m0z = x1 * y2 - y1 * x2;
  const m1x = y2 * z0 - z2 * y0;
  const m1y = z2 * x0 - x2 * z0;
  const m1z = x2 * y0 - y2 * x0;
  const m2x = y0 * z1 - z0 * y1;
  const m2y = z0 * x1 - x0 * z1;
  const m2z = x0 * y1 - y0 * x1;
  const det = x0 * m0x + y0 * m0y + z0 * m0z;
  if (abs(det) < 1e-30) {
    // The eye lies in the triangle's plane: only snapping makes a sliver of it visible.
    const w = 1 / max(max(max(z0, z1), z2), near);
    store<f64>(record, 0);
    store<f64>(record, 0, 8);
    store<f64>(record, w, 16);
    store<f64>(record, 0, 24);
    store<f64>(record, 0, 32);
    store<f64>(record, w / 3, 40);
    store<f64>(record, 0, 48);
    store<f64>(record, 0, 56);
    store<f64>(record, w / 3, 64);
  } else {
    const inverse = 1 / det;
    writePlane(record, (m0x + m1x + m2x) * inverse, (m0y + m1y + m2y) * inverse, (m0z + m1z + m2z) * inverse);
    writePlane(record + 24, m1x * inverse, m1y * inverse, m1z * inverse);
    writePlane(record + 48, m2x * inverse, m2y * inverse, m2z * inverse);
  }
  store<u32>(record, first + <u32>((s0 - SCRATCH) >> 5), 72);
  store<u32>(record, first + <u32>((s1 - SCRATCH) >> 5), 76);
  store<u32>(record, first + <u32>((s2 - SCRATCH) >> 5), 80);
  store<u32>(record, <u32>part, 84);
  store<u16>(record, back ? 1 : 0, 88);
  store<u16>(record, flip ? 1 : 0, 90);
  store<u32>(record, 0, 100);
}

/** The linear form m·d over camera rays d = ((x − cx)/fx, (y − cy)/fy, 1), as a·x + b·y + c over samples. */
@inline function writePlane(at: usize, mx: f64, my: f64, mz: f64): void {
  const a = mx / focalX;
  const b = my / focalY;
  store<f64>(at, a);
  store<f64>(at, b, 8);
  store<f64>(at, mz - a * centerX - b * centerY, 16);
}
