/** Holes of masked triangles, looked up while they are rasterised. */

import { colors, uvs } from './geometry.as';
import { LANES, PART_COLORS } from './layout.as';
import { planeAt } from './record.as';
import { sampleLevel, TEXEL_UNIT } from './texture.as';
import { mix3, splatAt } from './vectors.as';

/** log2(√x), off by at most 0.05: the float's own exponent with a straight line for its mantissa. */
@inline function approximateHalfLog2(x: f32): f32 {
  return (<f32>reinterpret<i32>(x) * 1.1920928955078125e-7 - 126.9427) * 0.5;
}

/**
 * Keeps those of four samples from (x, y) on whose alpha reaches the record's cutoff. The level of detail is that
 * of the first sample and of its finer axis, so that thin leaves do not vanish in the distance.
 */
export function maskByAlpha(mask: v128, record: usize, x: i32, y: i32): v128 {
  const part = <usize>load<u32>(record, 84);
  const v0 = <usize>load<u32>(record, 72);
  const v1 = <usize>load<u32>(record, 76);
  const v2 = <usize>load<u32>(record, 80);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const lanes = f32x4(0, 1, 2, 3);
  const wa = <f32>load<f64>(record);
  const wb = <f32>load<f64>(record, 8);
  const p1a = <f32>load<f64>(record, 24);
  const p1b = <f32>load<f64>(record, 32);
  const p2a = <f32>load<f64>(record, 48);
  const p2b = <f32>load<f64>(record, 56);
  const w0 = planeAt(record, <f64>x, <f64>y);
  const z = f32x4.div(one, f32x4.add(f32x4.splat(w0), f32x4.mul(lanes, f32x4.splat(wa))));
  const p1 = f32x4.add(f32x4.splat(planeAt(record + 24, <f64>x, <f64>y)), f32x4.mul(lanes, f32x4.splat(p1a)));
  const p2 = f32x4.add(f32x4.splat(planeAt(record + 48, <f64>x, <f64>y)), f32x4.mul(lanes, f32x4.splat(p2a)));
  const b1 = f32x4.pmin(one, f32x4.pmax(zero, f32x4.mul(p1, z)));
  const b2 = f32x4.pmin(f32x4.sub(one, b1), f32x4.pmax(zero, f32x4.mul(p2, z)));
  let alpha = splatAt(part + 28);
  if (load<u32>(part, 4) & PART_COLORS) {
    const a0 = load<f32>(colors + v0 * 16, 12);
    alpha = f32x4.mul(alpha, mix3(
      f32x4.splat(a0),
      f32x4.splat(load<f32>(colors + v1 * 16, 12) - a0), f32x4.splat(load<f32>(colors + v2 * 16, 12) - a0), b1, b2,
    ));
  }
  const texture = <usize>load<u32>(part);
  if (texture) {
    const u0 = load<f32>(uvs + v0 * 8);
    const t0 = load<f32>(uvs + v0 * 8, 4);
    const du1 = load<f32>(uvs + v1 * 8) - u0;
    const dv1 = load<f32>(uvs + v1 * 8, 4) - t0;
    const du2 = load<f32>(uvs + v2 * 8) - u0;
    const dv2 = load<f32>(uvs + v2 * 8, 4) - t0;
    const u = mix3(f32x4.splat(u0), f32x4.splat(du1), f32x4.splat(du2), b1, b2);
    const v = mix3(f32x4.splat(t0), f32x4.splat(dv1), f32x4.splat(dv2), b1, b2);
    const z0 = f32x4.extract_lane(z, 0);
    const ru = f32x4.extract_lane(u, 0) - u0;
    const rv = f32x4.extract_lane(v, 0) - t0;
    const scaleU = load<f32>(texture, 4) * z0;
    const scaleV = load<f32>(texture, 8) * z0;
    const ux = (p1a * du1 + p2a * du2 - ru * wa) * scaleU;
    const vx = (p1a * dv1 + p2a * dv2 - rv * wa) * scaleV;
    const uy = (p1b * du1 + p2b * du2 - ru * wb) * scaleU;
    const vy = (p1b * dv1 + p2b * dv2 - rv * wb) * scaleV;
    const rhoX = ux * ux + vx * vx;
    const rhoY = uy * uy + vy * vy;
    const lod = approximateHalfLog2(rhoX < rhoY ? rhoX : rhoY);
    const level = lod > 0 ? min(<i32>(lod + 0.5), load<i32>(texture) - 1) : 0;
    const at = texture + 16 + (<usize>level << 4);
    v128.store(LANES, f32x4.sub(u, f32x4.floor(u)));
    v128.store(LANES, f32x4.sub(v, f32x4.floor(v)), 16);
    v128.store(LANES, zero, 32);
    const bits = i32x4.bitmask(mask);
    for (let k = 0; k < 4; k++) {
      if (!(bits & (1 << k))) continue;
      const lane = LANES + (<usize>k << 2);
      store<f32>(lane, <f32>i16x8.extract_lane_s(sampleLevel(at, load<f32>(lane), load<f32>(lane, 16)), 3) * TEXEL_UNIT, 32);
    }
    alpha = f32x4.mul(alpha, v128.load(LANES, 32));
  }
  return v128.and(mask, f32x4.ge(alpha, splatAt(part + 12)));
}
