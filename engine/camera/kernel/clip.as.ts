/** Triangles that reach before the near plane or beyond the guard band. */

import { nextRecord, recordCount } from './geometry.as';
import { rasterTriangle } from './raster.as';
import { writeRecord } from './record.as';
import { centerX, centerY, focalX, focalY, height, near, width } from './target.as';

/** Samples; 256 times this stays within 2²¹, which the edge functions count on. */
export const GUARD: f64 = 8000;

@inline export function snap(value: f64): i32 {
  return <i32>nearest(value * 256);
}

@inline function snapX(x: f64, z: f64): i32 {
  return snap(focalX * x * (1 / z) + centerX);
}

@inline function snapY(y: f64, z: f64): i32 {
  return snap(focalY * y * (1 / z) + centerY);
}

/** Rasterises a piece of a record's triangle, given by snapped corners, where it is in the picture. */
function drawSnapped(
  record: usize, id: u32, masked: bool,
  x0: i32, y0: i32, x1: i32, y1: i32, x2: i32, y2: i32, low: f32, high: f32,
): void {
  const minX = max((min(min(x0, x1), x2) + 255) >> 8, 0);
  const maxX = min(max(max(x0, x1), x2) >> 8, width - 1);
  const minY = max((min(min(y0, y1), y2) + 255) >> 8, 0);
  const maxY = min(max(max(y0, y1), y2) >> 8, height - 1);
  if (minX > maxX || minY > maxY) return;
  rasterTriangle(
    x0, y0, x1, y1, x2, y2, minX, maxX, minY, maxY,
    load<f64>(record), load<f64>(record, 8), load<f64>(record, 16), low, high, id, masked ? record : 0,
  );
}

const CLIP_A: usize = memory.data(512, 16);
const CLIP_B: usize = memory.data(512, 16);

/** Sutherland–Hodgman against nx·x + ny·y + nz·z + offset ≥ 0; corners are 3 × f64. Returns the corner count. */
function clipPolygon(from: usize, to: usize, count: i32, nx: f64, ny: f64, nz: f64, offset: f64): i32 {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const p = from + <usize>i * 24;
    const q = from + <usize>(i + 1 == count ? 0 : i + 1) * 24;
    const dp = nx * load<f64>(p) + ny * load<f64>(p, 8) + nz * load<f64>(p, 16) + offset;
    const dq = nx * load<f64>(q) + ny * load<f64>(q, 8) + nz * load<f64>(q, 16) + offset;
    if (dp >= 0) {
      memory.copy(to + <usize>kept * 24, p, 24);
      kept++;
    }
    if ((dp >= 0) != (dq >= 0)) {
      // Always from the inner corner, so that both triangles of an edge get the same point.
      const inner = dp >= 0 ? p : q;
      const outer = dp >= 0 ? q : p;
      const t = dp >= 0 ? dp / (dp - dq) : dq / (dq - dp);
      const out = to + <usize>kept * 24;
      store<f64>(out, load<f64>(inner) + t * (load<f64>(outer) - load<f64>(inner)));
      store<f64>(out, load<f64>(inner, 8) + t * (load<f64>(outer, 8) - load<f64>(inner, 8)), 8);
      store<f64>(out, load<f64>(inner, 16) + t * (load<f64>(outer, 16) - load<f64>(inner, 16)), 16);
      kept++;
    }
  }
  return kept;
}

@inline function pushCorner(at: usize, s: usize): void {
  store<f64>(at, <f64>load<f32>(s));
  store<f64>(at, <f64>load<f32>(s, 4), 8);
  store<f64>(at, <f64>load<f32>(s, 8), 16);
}

/** A triangle that reaches before the near plane or beyond the guard band. */
export function drawClipped(s0: usize, s1: usize, s2: usize, first: u32, part: usize, flip: bool, doubleSided: bool, masked: bool): void {
  pushCorner(CLIP_A, s0);
  pushCorner(CLIP_A + 24, s1);
  pushCorner(CLIP_A + 48, s2);
  let count = clipPolygon(CLIP_A, CLIP_B, 3, 0, 0, 1, -near);
  if (count < 3) return;
  count = clipPolygon(CLIP_B, CLIP_A, count, focalX, 0, centerX + GUARD, 0);
  count = clipPolygon(CLIP_A, CLIP_B, count, -focalX, 0, GUARD - centerX, 0);
  count = clipPolygon(CLIP_B, CLIP_A, count, 0, focalY, centerY + GUARD, 0);
  count = clipPolygon(CLIP_A, CLIP_B, count, 0, -focalY, GUARD - centerY, 0);
  if (count < 3) return;
  let record: usize = 0;
  const x0 = snapX(load<f64>(CLIP_B), load<f64>(CLIP_B, 16));
  const y0 = snapY(load<f64>(CLIP_B, 8), load<f64>(CLIP_B, 16));
  for (let i = 1; i + 1 < count; i++) {
    const p = CLIP_B + <usize>i * 24;
    const x1 = snapX(load<f64>(p), load<f64>(p, 16));
    const y1 = snapY(load<f64>(p, 8), load<f64>(p, 16));
    const x2 = snapX(load<f64>(p, 24), load<f64>(p, 40));
    const y2 = snapY(load<f64>(p, 32), load<f64>(p, 40));
    const area = <i64>(x1 - x0) * (y2 - y0) - <i64>(x2 - x0) * (y1 - y0);
    if (area == 0) continue;
    const back = area > 0 != flip;
    if (back && !doubleSided) continue;
    if (!record) {
      record = nextRecord();
      writeRecord(record, s0, s1, s2, first, part, back, flip);
      store<f32>(record, Infinity, 92);
      store<f32>(record, 0, 96);
    }
    const za = load<f64>(CLIP_B, 16);
    const zb = load<f64>(p, 16);
    const zc = load<f64>(p, 40);
    const low = <f32>(1 / max(max(za, zb), zc));
    const high = <f32>(1 / min(min(za, zb), zc));
    store<f32>(record, min(low, load<f32>(record, 92)), 92);
    store<f32>(record, max(high, load<f32>(record, 96)), 96);
    drawSnapped(record, recordCount, masked, x0, y0, x1, y1, x2, y2, low, high);
  }
}
