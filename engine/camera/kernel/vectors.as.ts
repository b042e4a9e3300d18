/** Arithmetic on four lanes: points and normals as xyz·, or one value of four samples. */

@inline export function normalize3(v: v128): v128 {
  const s = f32x4.mul(v, v);
  const length2 = f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2);
  return length2 > 0 ? f32x4.mul(v, f32x4.splat(1 / sqrt<f32>(length2))) : v;
}

@inline export function dot3(a: v128, b: v128): f32 {
  const s = f32x4.mul(a, b);
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2);
}

@inline export function splatAt(at: usize): v128 {
  return v128.load32_splat(at);
}

@inline export function mix3(a: v128, da: v128, db: v128, t1: v128, t2: v128): v128 {
  return f32x4.add(a, f32x4.add(f32x4.mul(da, t1), f32x4.mul(db, t2)));
}

@inline export function lerp(a: v128, b: v128, t: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), t));
}

@inline export function clamp01(v: v128): v128 {
  return f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), v));
}

/** Nearest integers of four floats within ±2²²: adding 1.5·2²³ leaves them in the lowest bits. */
@inline export function toInteger(v: v128): v128 {
  return i32x4.sub(f32x4.add(v, f32x4.splat(12582912)), f32x4.splat(12582912));
}

/** exp(x) for x ≤ 0: 2^n by the exponent bits, 2^f by a minimax polynomial of degree 4 (relative error 4e-6). */
@inline export function expNegative(x: v128): v128 {
  const t = f32x4.pmax(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(-126));
  const n = f32x4.floor(t);
  const f = f32x4.sub(t, n);
  let r = f32x4.splat(0.013676);
  r = f32x4.add(f32x4.mul(r, f), f32x4.splat(0.0516905));
  r = f32x4.add(f32x4.mul(r, f), f32x4.splat(0.2416384));
  r = f32x4.add(f32x4.mul(r, f), f32x4.splat(0.6929662));
  r = f32x4.add(f32x4.mul(r, f), f32x4.splat(1.0000037));
  // 1.5·2²³ leaves n + 127 in the lowest bits, negative n included.
  const scale = i32x4.shl(f32x4.add(n, f32x4.splat(12582912 + 127)), 23);
  return f32x4.mul(r, scale);
}
