/** Second half of shading: sun, sky, point lights, fog and background. */

import { interpolateSamples } from './interpolate.as';
import { LIGHT, POINTS, RAYS } from './layout.as';
import {
  anyEmissive, pointCount, sampleB, sampleEmissiveB, sampleEmissiveG, sampleEmissiveR, sampleG, sampleNormalX,
  sampleNormalY, sampleNormalZ, sampleR, sampleW, sampleX, sampleY, shadowMap,
} from './samples.as';
import { sunShare } from './sunlight.as';
import { clamp01, expNegative, lerp, splatAt } from './vectors.as';

/** Lights interpolated samples [from, to) into linear sampleR, G, B, exposed and held to 0–1. */
function lightSamples(from: i32, to: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const eyeX = splatAt(RAYS);
  const eyeY = splatAt(RAYS + 4);
  const eyeZ = splatAt(RAYS + 8);
  const exposure = splatAt(LIGHT + 116);
  const density = f32x4.neg(splatAt(LIGHT + 112));
  for (let i = from; i < to; i += 4) {
    const o = <usize>i << 2;
    const x = v128.load(sampleX + o);
    const y = v128.load(sampleY + o);
    const rayX = f32x4.add(splatAt(RAYS + 48), f32x4.add(f32x4.mul(x, splatAt(RAYS + 16)), f32x4.mul(y, splatAt(RAYS + 32))));
    const rayY = f32x4.add(splatAt(RAYS + 52), f32x4.add(f32x4.mul(x, splatAt(RAYS + 20)), f32x4.mul(y, splatAt(RAYS + 36))));
    const rayZ = f32x4.add(splatAt(RAYS + 56), f32x4.add(f32x4.mul(x, splatAt(RAYS + 24)), f32x4.mul(y, splatAt(RAYS + 40))));
    const rayLength = f32x4.sqrt(f32x4.add(f32x4.add(f32x4.mul(rayX, rayX), f32x4.mul(rayY, rayY)), f32x4.mul(rayZ, rayZ)));
    const w = v128.load(sampleW + o);
    const surface = f32x4.gt(w, zero);
    let red = zero;
    let green = zero;
    let blue = zero;
    if (v128.any_true(surface)) {
      const z = f32x4.div(one, v128.bitselect(w, one, surface));
      const px = f32x4.add(eyeX, f32x4.mul(rayX, z));
      const py = f32x4.add(eyeY, f32x4.mul(rayY, z));
      const pz = f32x4.add(eyeZ, f32x4.mul(rayZ, z));

      let nx = v128.load(sampleNormalX + o);
      let ny = v128.load(sampleNormalY + o);
      let nz = v128.load(sampleNormalZ + o);
      const length2 = f32x4.add(f32x4.add(f32x4.mul(nx, nx), f32x4.mul(ny, ny)), f32x4.mul(nz, nz));
      const inverse = f32x4.div(one, f32x4.sqrt(f32x4.pmax(length2, f32x4.splat(1e-20))));
      nx = f32x4.mul(nx, inverse);
      ny = f32x4.mul(ny, inverse);
      nz = f32x4.mul(nz, inverse);

      const up = f32x4.add(f32x4.mul(ny, f32x4.splat(0.5)), f32x4.splat(0.5));
      red = f32x4.add(splatAt(LIGHT + 48), f32x4.mul(up, f32x4.sub(splatAt(LIGHT + 32), splatAt(LIGHT + 48))));
      green = f32x4.add(splatAt(LIGHT + 52), f32x4.mul(up, f32x4.sub(splatAt(LIGHT + 36), splatAt(LIGHT + 52))));
      blue = f32x4.add(splatAt(LIGHT + 56), f32x4.mul(up, f32x4.sub(splatAt(LIGHT + 40), splatAt(LIGHT + 56))));

      let sun = f32x4.pmax(zero, f32x4.add(
        f32x4.add(f32x4.mul(nx, splatAt(LIGHT)), f32x4.mul(ny, splatAt(LIGHT + 4))), f32x4.mul(nz, splatAt(LIGHT + 8)),
      ));
      if (shadowMap) {
        const lit = v128.and(f32x4.gt(sun, zero), surface);
        if (v128.any_true(lit)) sun = f32x4.mul(sun, sunShare(o, px, py, pz));
      }
      red = f32x4.add(red, f32x4.mul(sun, splatAt(LIGHT + 16)));
      green = f32x4.add(green, f32x4.mul(sun, splatAt(LIGHT + 20)));
      blue = f32x4.add(blue, f32x4.mul(sun, splatAt(LIGHT + 24)));

      for (let k = 0; k < pointCount; k++) {
        const light = POINTS + (<usize>k << 5);
        const lx = f32x4.sub(splatAt(light), px);
        const ly = f32x4.sub(splatAt(light + 4), py);
        const lz = f32x4.sub(splatAt(light + 8), pz);
        const d2 = f32x4.add(f32x4.add(f32x4.mul(lx, lx), f32x4.mul(ly, ly)), f32x4.mul(lz, lz));
        const t = f32x4.pmax(zero, f32x4.sub(one, f32x4.mul(d2, splatAt(light + 12))));
        if (!v128.any_true(t)) continue;
        const facing = f32x4.pmax(zero, f32x4.add(f32x4.add(f32x4.mul(nx, lx), f32x4.mul(ny, ly)), f32x4.mul(nz, lz)));
        const amount = f32x4.mul(f32x4.mul(t, t), f32x4.div(facing, f32x4.sqrt(f32x4.pmax(d2, f32x4.splat(1e-12)))));
        red = f32x4.add(red, f32x4.mul(amount, splatAt(light + 16)));
        green = f32x4.add(green, f32x4.mul(amount, splatAt(light + 20)));
        blue = f32x4.add(blue, f32x4.mul(amount, splatAt(light + 24)));
      }

      red = f32x4.mul(red, v128.load(sampleR + o));
      green = f32x4.mul(green, v128.load(sampleG + o));
      blue = f32x4.mul(blue, v128.load(sampleB + o));
      if (anyEmissive) {
        red = f32x4.add(red, v128.load(sampleEmissiveR + o));
        green = f32x4.add(green, v128.load(sampleEmissiveG + o));
        blue = f32x4.add(blue, v128.load(sampleEmissiveB + o));
      }
      const clear = expNegative(f32x4.mul(density, f32x4.mul(z, rayLength)));
      red = lerp(splatAt(LIGHT + 96), red, clear);
      green = lerp(splatAt(LIGHT + 100), green, clear);
      blue = lerp(splatAt(LIGHT + 104), blue, clear);
    }
    if (!v128.all_true<i32>(surface)) {
      // Elevation through a square root, so that the horizon's colour stays near the horizon.
      const high = f32x4.sqrt(clamp01(f32x4.div(rayY, rayLength)));
      red = v128.bitselect(red, lerp(splatAt(LIGHT + 80), splatAt(LIGHT + 64), high), surface);
      green = v128.bitselect(green, lerp(splatAt(LIGHT + 84), splatAt(LIGHT + 68), high), surface);
      blue = v128.bitselect(blue, lerp(splatAt(LIGHT + 88), splatAt(LIGHT + 72), high), surface);
    }
    v128.store(sampleR + o, clamp01(f32x4.mul(red, exposure)));
    v128.store(sampleG + o, clamp01(f32x4.mul(green, exposure)));
    v128.store(sampleB + o, clamp01(f32x4.mul(blue, exposure)));
  }
}

/** Samples shaded at a time: their buffers then stay in the first-level cache. A multiple of 4. */
const CHUNK: i32 = 128;

export function shadeSamples(count: i32): void {
  for (let from = 0; from < count; from += CHUNK) {
    const to = min(from + CHUNK, count);
    interpolateSamples(from, to);
    lightSamples(from, to);
  }
}
