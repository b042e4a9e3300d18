/** Draws the sun's shadow maps: heights towards the sun, in texels of a plane across it. */

import { GUARD, snap } from './clip.as';
import { triangles, worldPositions } from './geometry.as';
import { MESHLET_BYTES, PART_MASKED, SCRATCH, SUN } from './layout.as';
import { rasterTriangle } from './raster.as';
import { height, width } from './target.as';

const SHADOW_RECORD: usize = memory.data(112, 16);

@inline function dotRow(row: usize, x: f32, y: f32, z: f32): f32 {
  return load<f32>(row) * x + load<f32>(row, 4) * y + load<f32>(row, 8) * z + load<f32>(row, 12);
}

/** Draws meshlets whose node has all of `want` and none of `avoid` among its flags into the target, which has no record numbers, as heights towards the sun (SUN). */
export function drawShadows(at: usize, count: i32, want: u32, avoid: u32): void {
  for (let i = 0; i < count; i++, at += MESHLET_BYTES) {
    const nodeFlags = load<u32>(<usize>load<u32>(at, 52));
    if ((nodeFlags & want) != want || nodeFlags & avoid) continue;
    const part = <usize>load<u32>(at, 48);
    const masked = (load<u32>(part, 4) & PART_MASKED) != 0;
    const first = load<u32>(at, 32);
    const vertexCount = load<u32>(at, 36);
    for (let v: u32 = 0; v < vertexCount; v++) {
      const p = worldPositions + <usize>(first + v) * 16;
      const x = load<f32>(p);
      const y = load<f32>(p, 4);
      const z = load<f32>(p, 8);
      const s = SCRATCH + (<usize>v << 5);
      store<f32>(s, dotRow(SUN, x, y, z));
      store<f32>(s, dotRow(SUN + 16, x, y, z), 4);
      store<f32>(s, dotRow(SUN + 32, x, y, z), 8);
    }
    let t = triangles + <usize>load<u32>(at, 40) * 4;
    const end = t + <usize>load<u32>(at, 44) * 4;
    for (; t < end; t += 4) {
      drawShadowTriangle(
        SCRATCH + (<usize>load<u8>(t) << 5), SCRATCH + (<usize>load<u8>(t, 1) << 5), SCRATCH + (<usize>load<u8>(t, 2) << 5),
        first, part, masked,
      );
    }
  }
}

function drawShadowTriangle(s0: usize, s1: usize, s2: usize, first: u32, part: usize, masked: bool): void {
  const x0 = <f64>load<f32>(s0);
  const y0 = <f64>load<f32>(s0, 4);
  const z0 = <f64>load<f32>(s0, 8);
  const x1 = <f64>load<f32>(s1);
  const y1 = <f64>load<f32>(s1, 4);
  const z1 = <f64>load<f32>(s1, 8);
  const x2 = <f64>load<f32>(s2);
  const y2 = <f64>load<f32>(s2, 4);
  const z2 = <f64>load<f32>(s2, 8);
  // The map covers the world; what a mover carries far out of it casts no shadow. NaN fails here too.
  if (!(abs(x0) < GUARD && abs(y0) < GUARD && abs(x1) < GUARD && abs(y1) < GUARD && abs(x2) < GUARD && abs(y2) < GUARD)) return;
  const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  const ix0 = snap(x0);
  const iy0 = snap(y0);
  const ix1 = snap(x1);
  const iy1 = snap(y1);
  const ix2 = snap(x2);
  const iy2 = snap(y2);
  if (<i64>(ix1 - ix0) * (iy2 - iy0) == <i64>(ix2 - ix0) * (iy1 - iy0) || abs(area) < 1e-12) return;
  const inverse = 1 / area;
  const a1 = (y2 - y0) * inverse;
  const b1 = (x0 - x2) * inverse;
  const c1 = -a1 * x0 - b1 * y0;
  const a2 = (y0 - y1) * inverse;
  const b2 = (x1 - x0) * inverse;
  const c2 = -a2 * x0 - b2 * y0;
  // A border of four texels stays empty: receivers outside the map read it, and are lit.
  const minX = max((min(min(ix0, ix1), ix2) + 255) >> 8, 4);
  const maxX = min(max(max(ix0, ix1), ix2) >> 8, width - 5);
  const minY = max((min(min(iy0, iy1), iy2) + 255) >> 8, 4);
  const maxY = min(max(max(iy0, iy1), iy2) >> 8, height - 5);
  if (minX > maxX || minY > maxY) return;
  if (masked) {
    store<f64>(SHADOW_RECORD, 0);
    store<f64>(SHADOW_RECORD, 0, 8);
    store<f64>(SHADOW_RECORD, 1, 16);
    store<f64>(SHADOW_RECORD, a1, 24);
    store<f64>(SHADOW_RECORD, b1, 32);
    store<f64>(SHADOW_RECORD, c1, 40);
    store<f64>(SHADOW_RECORD, a2, 48);
    store<f64>(SHADOW_RECORD, b2, 56);
    store<f64>(SHADOW_RECORD, c2, 64);
    store<u32>(SHADOW_RECORD, first + <u32>((s0 - SCRATCH) >> 5), 72);
    store<u32>(SHADOW_RECORD, first + <u32>((s1 - SCRATCH) >> 5), 76);
    store<u32>(SHADOW_RECORD, first + <u32>((s2 - SCRATCH) >> 5), 80);
    store<u32>(SHADOW_RECORD, <u32>part, 84);
  }
  rasterTriangle(
    ix0, iy0, ix1, iy1, ix2, iy2, minX, maxX, minY, maxY,
    a1 * (z1 - z0) + a2 * (z2 - z0), b1 * (z1 - z0) + b2 * (z2 - z0), z0 + c1 * (z1 - z0) + c2 * (z2 - z0),
    <f32>min(min(z0, z1), z2), <f32>max(max(z0, z1), z2), 0, masked ? SHADOW_RECORD : 0,
  );
}

/**
 * Turns a rectangle of a target of heights into 16-bit map texels, `perMeter` of them a metre: half the memory
 * of floats, which is what a look-up waits for. x and w in multiples of 8; nothing becomes −32768.
 */
export function quantizeHeights(from: usize, to: usize, mapStride: i32, x: i32, y: i32, w: i32, h: i32, perMeter: f32): void {
  const scale = f32x4.splat(perMeter);
  for (let row = y; row < y + h; row++) {
    const at = <usize>(row * mapStride + x);
    for (let k: usize = 0; k < <usize>w; k += 8) {
      const a = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(from + ((at + k) << 2)), scale)));
      const b = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(from + ((at + k) << 2), 16), scale)));
      v128.store(to + ((at + k) << 1), i16x8.narrow_i32x4_s(a, b));
    }
  }
}
