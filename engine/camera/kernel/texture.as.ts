/** Texture look-up. */

import { LANES } from './layout.as';
import { clamp01 } from './vectors.as';

/** a + (b − a)·t in 16-bit fixed point, t in [0, 32767] standing for 0–1. */
@inline function lerpFixed(a: v128, b: v128, t: i32): v128 {
  return i16x8.add(a, i16x8.q15mulr_sat_s(i16x8.sub(b, a), i16x8.splat(<i16>t)));
}

export const TEXEL_UNIT: f32 = 1 / <f32>32767;

/** Bilinear texel of one level in the low four 16-bit lanes, rgba 0–32767; u and v in [0, 1]. */
@inline export function sampleLevel(level: usize, u: f32, v: f32): v128 {
  // Texel (0, 0) has its centre at a half, and the border shifts all by one: +0.5 in 1/32768 texel.
  const x = <i32>(u * load<f32>(level, 4) + 16384);
  const y = <i32>(v * load<f32>(level, 8) + 16384);
  const rowBytes = <usize>load<u32>(level, 12);
  const p = <usize>load<u32>(level) + <usize>(y >> 15) * rowBytes + (<usize>(x >> 15) << 3);
  const both = lerpFixed(v128.load(p), v128.load(p + rowBytes), y & 0x7fff);
  return lerpFixed(both, v128.shuffle<i64>(both, both, 1, 1), x & 0x7fff);
}

/**
 * Texel at a level of detail (0 is the full size), as sampleLevel gives it. Two levels are blended only in the
 * middle half between them ("brilinear"): half the fetches of trilinear filtering, and still no seam.
 */
function sampleTexture(texture: usize, u: f32, v: f32, lod: f32): v128 {
  const last = load<i32>(texture) - 1;
  const level = lod > 0 ? <i32>lod : 0;
  if (level >= last) return sampleLevel(texture + 16 + (<usize>last << 4), u, v);
  const at = texture + 16 + (<usize>level << 4);
  const blend = (lod - <f32>level) * 2 - 0.5;
  if (blend <= 0) return sampleLevel(at, u, v);
  if (blend >= 1) return sampleLevel(at + 16, u, v);
  return lerpFixed(sampleLevel(at, u, v), sampleLevel(at + 16, u, v), <i32>(blend * 32767));
}

@inline function lerpFixedLanes(a: v128, b: v128, t: v128): v128 {
  return i16x8.add(a, i16x8.q15mulr_sat_s(i16x8.sub(b, a), t));
}

/** As sampleLevel, for `count` of four places: two texels each into 16 bytes at `to`. */
@inline function fetchFour(level: usize, u: v128, v: v128, count: i32, to: usize): void {
  const half = f32x4.splat(16384);
  const x = i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.mul(u, v128.load32_splat(level, 4)), half));
  const y = i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.mul(v, v128.load32_splat(level, 8)), half));
  const rowBytes = <usize>load<u32>(level, 12);
  const texels = <usize>load<u32>(level);
  const offset = i32x4.add(i32x4.mul(i32x4.shr_s(y, 15), i32x4.splat(<i32>rowBytes)), i32x4.shl(i32x4.shr_s(x, 15), 3));
  const tx = v128.and(x, i32x4.splat(0x7fff));
  const ty = v128.and(y, i32x4.splat(0x7fff));
  const p0 = texels + <usize>i32x4.extract_lane(offset, 0);
  const p1 = texels + <usize>i32x4.extract_lane(offset, 1);
  const a = lerpFixedLanes(v128.load(p0), v128.load(p0 + rowBytes), v128.shuffle<i16>(ty, ty, 0, 0, 0, 0, 0, 0, 0, 0));
  const b = lerpFixedLanes(v128.load(p1), v128.load(p1 + rowBytes), v128.shuffle<i16>(ty, ty, 2, 2, 2, 2, 2, 2, 2, 2));
  v128.store(to, lerpFixedLanes(
    v128.shuffle<i64>(a, b, 0, 2), v128.shuffle<i64>(a, b, 1, 3), v128.shuffle<i16>(tx, tx, 0, 0, 0, 0, 2, 2, 2, 2),
  ));
  if (count <= 2) return;
  const p2 = texels + <usize>i32x4.extract_lane(offset, 2);
  const p3 = texels + <usize>i32x4.extract_lane(offset, 3);
  const c = lerpFixedLanes(v128.load(p2), v128.load(p2 + rowBytes), v128.shuffle<i16>(ty, ty, 4, 4, 4, 4, 4, 4, 4, 4));
  const d = lerpFixedLanes(v128.load(p3), v128.load(p3 + rowBytes), v128.shuffle<i16>(ty, ty, 6, 6, 6, 6, 6, 6, 6, 6));
  v128.store(to, lerpFixedLanes(
    v128.shuffle<i64>(c, d, 0, 2), v128.shuffle<i64>(c, d, 1, 3), v128.shuffle<i16>(tx, tx, 4, 4, 4, 4, 6, 6, 6, 6),
  ), 16);
}

/**
 * Texels of `count` of four neighbours, as sampleTexture gives them, into LANES at 8 bytes each. Neighbours nearly
 * always lie between the same two levels, and then share their levels' look-up and arithmetic.
 */
export function sampleFour(texture: usize, u: v128, v: v128, lod: v128, count: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const held = f32x4.pmin(f32x4.splat(<f32>(load<i32>(texture) - 1)), f32x4.pmax(zero, lod));
  const level = <i32>f32x4.extract_lane(held, 0);
  const above = f32x4.sub(held, f32x4.splat(<f32>level));
  // A quarter level beyond either end the blend below still holds, because there is nothing blended yet.
  if (v128.all_true<i32>(f32x4.le(f32x4.abs(f32x4.sub(above, f32x4.splat(0.5))), f32x4.splat(0.75)))) {
    const at = texture + 16 + (<usize>level << 4);
    const blend = clamp01(f32x4.sub(f32x4.add(above, above), f32x4.splat(0.5)));
    if (!v128.any_true(blend)) {
      fetchFour(at, u, v, count, LANES);
    } else if (v128.all_true<i32>(f32x4.eq(blend, one))) {
      fetchFour(at + 16, u, v, count, LANES);
    } else {
      fetchFour(at, u, v, count, LANES);
      fetchFour(at + 16, u, v, count, LANES + 32);
      const t = i32x4.trunc_sat_f32x4_s(f32x4.mul(blend, f32x4.splat(32767)));
      v128.store(LANES, lerpFixedLanes(
        v128.load(LANES), v128.load(LANES, 32), v128.shuffle<i16>(t, t, 0, 0, 0, 0, 2, 2, 2, 2),
      ));
      v128.store(LANES, lerpFixedLanes(
        v128.load(LANES, 16), v128.load(LANES, 48), v128.shuffle<i16>(t, t, 4, 4, 4, 4, 6, 6, 6, 6),
      ), 16);
    }
    return;
  }
  v128.store(LANES, u, 64);
  v128.store(LANES, v, 80);
  v128.store(LANES, lod, 96);
  for (let k = 0; k < min(count, 4); k++) {
    const lane = LANES + (<usize>k << 2);
    v128.store64_lane(LANES + (<usize>k << 3), sampleTexture(texture, load<f32>(lane, 64), load<f32>(lane, 80), load<f32>(lane, 96)), 0);
  }
}
