/** Linear light to sRGB bytes. */

const SRGB0: f32 = -10.227465838891101;
const SRGB1: f32 = 387.0697712091994;
const SRGB2: f32 = -357.6606238417681;
const SRGB3: f32 = 517.9781443307176;
const SRGB4: f32 = -413.9710233273923;
const SRGB5: f32 = 131.89402021728878;

/** sRGB of linear 0–1, times 255: the curve's power part as a polynomial of √x fitted for x ≥ 0.0031308 (error below 0.1). */
@inline function encodeSrgb255(x: v128): v128 {
  const s = f32x4.sqrt(x);
  let r = f32x4.splat(SRGB5);
  r = f32x4.add(f32x4.mul(r, s), f32x4.splat(SRGB4));
  r = f32x4.add(f32x4.mul(r, s), f32x4.splat(SRGB3));
  r = f32x4.add(f32x4.mul(r, s), f32x4.splat(SRGB2));
  r = f32x4.add(f32x4.mul(r, s), f32x4.splat(SRGB1));
  r = f32x4.add(f32x4.mul(r, s), f32x4.splat(SRGB0));
  return v128.bitselect(r, f32x4.mul(x, f32x4.splat(12.92 * 255)), f32x4.gt(x, f32x4.splat(0.0031308)));
}

@inline export function encodePixels(at: usize, red: v128, green: v128, blue: v128): void {
  // Adding 2²³ rounds to an integer and leaves it in the float's lowest bits.
  const byte = i32x4.splat(0xff);
  const r = v128.and(f32x4.add(encodeSrgb255(red), f32x4.splat(8388608)), byte);
  const g = v128.and(f32x4.add(encodeSrgb255(green), f32x4.splat(8388608)), byte);
  const b = v128.and(f32x4.add(encodeSrgb255(blue), f32x4.splat(8388608)), byte);
  v128.store(at, v128.or(v128.or(r, i32x4.shl(g, 8)), v128.or(i32x4.shl(b, 16), i32x4.splat(0xff000000))));
}
