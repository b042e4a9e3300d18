/** Texture look-up. */

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
@inline export function sampleTexture(texture: usize, u: f32, v: f32, lod: f32): v128 {
  const last = load<i32>(texture) - 1;
  const level = lod > 0 ? <i32>lod : 0;
  if (level >= last) return sampleLevel(texture + 16 + (<usize>last << 4), u, v);
  const at = texture + 16 + (<usize>level << 4);
  const blend = (lod - <f32>level) * 2 - 0.5;
  if (blend <= 0) return sampleLevel(at, u, v);
  if (blend >= 1) return sampleLevel(at + 16, u, v);
  return lerpFixed(sampleLevel(at, u, v), sampleLevel(at + 16, u, v), <i32>(blend * 32767));
}
