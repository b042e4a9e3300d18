/** First half of shading: a sample's albedo, normal, emission and depth from its triangle's record. */

import { colors, nextShade, records, uvs, worldNormals, worldPositions } from './geometry.as';
import { LANES, PART_COLORS, PART_MASKED, PART_NORMALS, RECORD_BYTES, SUN } from './layout.as';
import { planeAt } from './record.as';
import {
  anyEmissive, lodBias, sampleB, sampleEmissiveB, sampleEmissiveG, sampleEmissiveR, sampleG, sampleGradX,
  sampleGradY, sampleId, sampleNormalX, sampleNormalY, sampleNormalZ, sampleR, sampleW, sampleX, sampleY, shadowMap,
} from './samples.as';
import { sampleFour, TEXEL_UNIT } from './texture.as';
import { dot3, mix3, normalize3, splatAt } from './vectors.as';

/** Fills in what shading needs of a record that turned out to be seen, and returns where it is. */
function prepareShade(record: usize): usize {
  const shade = nextShade();
  store<u32>(record, <u32>shade, 100);
  const part = <usize>load<u32>(record, 84);
  const flags = load<u32>(part, 4);
  const v0 = <usize>load<u32>(record, 72);
  const v1 = <usize>load<u32>(record, 76);
  const v2 = <usize>load<u32>(record, 80);
  const corner = v128.load(worldPositions + v0 * 16);
  const edge1 = f32x4.sub(v128.load(worldPositions + v1 * 16), corner);
  const edge2 = f32x4.sub(v128.load(worldPositions + v2 * 16), corner);
  const cross = f32x4.sub(
    f32x4.mul(v128.shuffle<f32>(edge1, edge1, 1, 2, 0, 3), v128.shuffle<f32>(edge2, edge2, 2, 0, 1, 3)),
    f32x4.mul(v128.shuffle<f32>(edge1, edge1, 2, 0, 1, 3), v128.shuffle<f32>(edge2, edge2, 1, 2, 0, 3)),
  );
  let gradX: f32 = 0;
  let gradY: f32 = 0;
  if (shadowMap) {
    // Rows of SUN hold unit axes over metres per texel; the height's slope per texel along them.
    const texelMeters = load<f32>(SUN, 48);
    const alongL = dot3(cross, v128.load(SUN, 32));
    const scale = alongL != 0 ? -(texelMeters * texelMeters) / alongL : 0;
    const steepest: f32 = texelMeters * <f32>8;
    gradX = min(max(dot3(cross, v128.load(SUN)) * scale, -steepest), steepest);
    gradY = min(max(dot3(cross, v128.load(SUN, 16)) * scale, -steepest), steepest);
  }
  store<f32>(shade, gradX, 136);
  store<f32>(shade, gradY, 140);

  const facing = f32x4.splat(load<u16>(record, 88) ? -1 : 1);
  if (flags & PART_NORMALS) {
    const n0 = v128.load(worldNormals + v0 * 16);
    v128.store(shade, f32x4.mul(n0, facing));
    v128.store(shade, f32x4.mul(f32x4.sub(v128.load(worldNormals + v1 * 16), n0), facing), 16);
    v128.store(shade, f32x4.mul(f32x4.sub(v128.load(worldNormals + v2 * 16), n0), facing), 32);
  } else {
    const mirrored = f32x4.splat(load<u16>(record, 90) ? -1 : 1);
    v128.store(shade, f32x4.mul(f32x4.mul(normalize3(cross), facing), mirrored));
  }
  if (flags & PART_COLORS) {
    const base = v128.load(part, 16);
    const c0 = v128.load(colors + v0 * 16);
    v128.store(shade, f32x4.mul(c0, base), 48);
    v128.store(shade, f32x4.mul(f32x4.sub(v128.load(colors + v1 * 16), c0), base), 64);
    v128.store(shade, f32x4.mul(f32x4.sub(v128.load(colors + v2 * 16), c0), base), 80);
  }
  const texture = <usize>load<u32>(part);
  if (texture) {
    const u0 = load<f32>(uvs + v0 * 8);
    const t0 = load<f32>(uvs + v0 * 8, 4);
    const du1 = load<f32>(uvs + v1 * 8) - u0;
    const dv1 = load<f32>(uvs + v1 * 8, 4) - t0;
    const du2 = load<f32>(uvs + v2 * 8) - u0;
    const dv2 = load<f32>(uvs + v2 * 8, 4) - t0;
    const p1a = <f32>load<f64>(record, 24);
    const p1b = <f32>load<f64>(record, 32);
    const p2a = <f32>load<f64>(record, 48);
    const p2b = <f32>load<f64>(record, 56);
    store<f32>(shade, u0, 96);
    store<f32>(shade, t0, 100);
    store<f32>(shade, du1, 104);
    store<f32>(shade, dv1, 108);
    store<f32>(shade, du2, 112);
    store<f32>(shade, dv2, 116);
    store<f32>(shade, p1a * du1 + p2a * du2, 120);
    store<f32>(shade, p1a * dv1 + p2a * dv2, 124);
    store<f32>(shade, p1b * du1 + p2b * du2, 128);
    store<f32>(shade, p1b * dv1 + p2b * dv2, 132);
  }
  return shade;
}

/** As mix3, of one component of a shade's vector, its change with b1 and with b2. */
@inline function mixAt(at: usize, b1: v128, b2: v128): v128 {
  return mix3(splatAt(at), splatAt(at + 16), splatAt(at + 32), b1, b2);
}

/** Sets albedo, normal, emissive, 1/z and the shadow plane's slope of samples [from, to) from their records. */
export function interpolateSamples(from: i32, to: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  let i = from;
  while (i < to) {
    const id = load<u32>(sampleId + (<usize>i << 2));
    // 32 at most: single-precision steps from a double-precision start stay exact enough for textures.
    const limit = min(to, i + 32);
    let end = i + 1;
    while (end < limit && load<u32>(sampleId + (<usize>end << 2)) == id) end++;
    if (id == 0) {
      for (let k = i; k < end; k += 4) v128.store(sampleW + (<usize>k << 2), zero);
      i = end;
      continue;
    }
    const record = records + <usize>(id - 1) * RECORD_BYTES;
    const part = <usize>load<u32>(record, 84);
    const flags = load<u32>(part, 4);
    let shade = <usize>load<u32>(record, 100);
    if (!shade) shade = prepareShade(record);

    const startX = load<f32>(sampleX + (<usize>i << 2));
    const startY = load<f32>(sampleY + (<usize>i << 2));
    const wStart = f32x4.splat(planeAt(record, <f64>startX, <f64>startY));
    const p1Start = f32x4.splat(planeAt(record + 24, <f64>startX, <f64>startY));
    const p2Start = f32x4.splat(planeAt(record + 48, <f64>startX, <f64>startY));
    // A sample may lie a snapping step outside its triangle; nearly edge-on, the plane runs away there.
    const lowW = splatAt(record + 92);
    const highW = splatAt(record + 96);
    const wa = f32x4.splat(<f32>load<f64>(record));
    const wb = f32x4.splat(<f32>load<f64>(record, 8));
    const p1a = f32x4.splat(<f32>load<f64>(record, 24));
    const p1b = f32x4.splat(<f32>load<f64>(record, 32));
    const p2a = f32x4.splat(<f32>load<f64>(record, 48));
    const p2b = f32x4.splat(<f32>load<f64>(record, 56));
    const smooth = (flags & PART_NORMALS) != 0;
    const colored = (flags & PART_COLORS) != 0;
    const texture = <usize>load<u32>(part);
    const masked = (flags & PART_MASKED) != 0 && texture != 0;

    for (let k = i; k < end; k += 4) {
      const o = <usize>k << 2;
      const dx = f32x4.sub(v128.load(sampleX + o), f32x4.splat(startX));
      const dy = f32x4.sub(v128.load(sampleY + o), f32x4.splat(startY));
      const w = f32x4.pmin(highW, f32x4.pmax(lowW, mix3(wStart, wa, wb, dx, dy)));
      const z = f32x4.div(one, w);
      const b1 = f32x4.pmin(one, f32x4.pmax(zero, f32x4.mul(mix3(p1Start, p1a, p1b, dx, dy), z)));
      const b2 = f32x4.pmin(f32x4.sub(one, b1), f32x4.pmax(zero, f32x4.mul(mix3(p2Start, p2a, p2b, dx, dy), z)));
      v128.store(sampleW + o, w);
      v128.store(sampleGradX + o, splatAt(shade + 136));
      v128.store(sampleGradY + o, splatAt(shade + 140));

      if (smooth) {
        v128.store(sampleNormalX + o, mixAt(shade, b1, b2));
        v128.store(sampleNormalY + o, mixAt(shade + 4, b1, b2));
        v128.store(sampleNormalZ + o, mixAt(shade + 8, b1, b2));
      } else {
        v128.store(sampleNormalX + o, splatAt(shade));
        v128.store(sampleNormalY + o, splatAt(shade + 4));
        v128.store(sampleNormalZ + o, splatAt(shade + 8));
      }
      if (anyEmissive) {
        v128.store(sampleEmissiveR + o, splatAt(part + 32));
        v128.store(sampleEmissiveG + o, splatAt(part + 36));
        v128.store(sampleEmissiveB + o, splatAt(part + 40));
      }
      let red = one;
      let green = one;
      let blue = one;
      if (colored) {
        red = mixAt(shade + 48, b1, b2);
        green = mixAt(shade + 52, b1, b2);
        blue = mixAt(shade + 56, b1, b2);
      } else {
        red = splatAt(part + 16);
        green = splatAt(part + 20);
        blue = splatAt(part + 24);
      }
      if (texture) {
        // d(u)/dx = (dU/dx − u·dw/dx)·z with U = u·w linear over the picture; u relative to u0 keeps the digits.
        const ru = f32x4.add(f32x4.mul(b1, splatAt(shade + 104)), f32x4.mul(b2, splatAt(shade + 112)));
        const rv = f32x4.add(f32x4.mul(b1, splatAt(shade + 108)), f32x4.mul(b2, splatAt(shade + 116)));
        const u = f32x4.add(splatAt(shade + 96), ru);
        const v = f32x4.add(splatAt(shade + 100), rv);
        const zw = f32x4.mul(z, splatAt(texture + 4));
        const zh = f32x4.mul(z, splatAt(texture + 8));
        const ux = f32x4.mul(zw, f32x4.sub(splatAt(shade + 120), f32x4.mul(ru, wa)));
        const vx = f32x4.mul(zh, f32x4.sub(splatAt(shade + 124), f32x4.mul(rv, wa)));
        const uy = f32x4.mul(zw, f32x4.sub(splatAt(shade + 128), f32x4.mul(ru, wb)));
        const vy = f32x4.mul(zh, f32x4.sub(splatAt(shade + 132), f32x4.mul(rv, wb)));
        const rho2 = f32x4.pmax(
          f32x4.add(f32x4.mul(ux, ux), f32x4.mul(vx, vx)),
          f32x4.add(f32x4.mul(uy, uy), f32x4.mul(vy, vy)),
        );
        // log2(√rho2): exponent and mantissa of the float, the mantissa's bow as a parabola (error below 0.01).
        const straight = f32x4.mul(f32x4.convert_i32x4_s(rho2), f32x4.splat(1.1920928955078125e-7));
        const mantissa = f32x4.sub(straight, f32x4.floor(straight));
        const bow = f32x4.mul(f32x4.mul(mantissa, f32x4.sub(one, mantissa)), f32x4.splat(0.346));
        const lod = f32x4.add(f32x4.mul(f32x4.sub(f32x4.add(straight, bow), f32x4.splat(127)), f32x4.splat(0.5)), f32x4.splat(lodBias));
        sampleFour(texture, f32x4.sub(u, f32x4.floor(u)), f32x4.sub(v, f32x4.floor(v)), lod, end - k);
        const ab = v128.load(LANES);
        const cd = v128.load(LANES, 16);
        const rg = v128.shuffle<i16>(ab, cd, 0, 4, 8, 12, 1, 5, 9, 13);
        const ba = v128.shuffle<i16>(ab, cd, 2, 6, 10, 14, 3, 7, 11, 15);
        let unit = f32x4.splat(TEXEL_UNIT);
        if (masked) {
          const alpha = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(ba));
          unit = f32x4.div(one, f32x4.pmax(one, alpha));
        }
        red = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(rg)), f32x4.mul(red, unit));
        green = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(rg)), f32x4.mul(green, unit));
        blue = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(ba)), f32x4.mul(blue, unit));
      }
      v128.store(sampleR + o, red);
      v128.store(sampleG + o, green);
      v128.store(sampleB + o, blue);
    }
    i = end;
  }
}
