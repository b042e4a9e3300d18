/** Shares of sun: looks up the shadow maps. */

import { LANES, SUN } from './layout.as';
import {
  moverMap, moverX0, moverX1, moverY0, moverY1, sampleGradX, sampleGradY, shadowMap, shadowSize,
} from './samples.as';
import { splatAt, toInteger } from './vectors.as';

/**
 * Shares of sun that reach four samples: a tent over 4×4 texels each, every texel compared with the height of
 * the receiver's own plane there, so that a plane does not shade itself. `height` is in the map's units.
 */
function sunlight(map: usize, u: v128, v: v128, height: v128, gradX: v128, gradY: v128): v128 {
  const one = f32x4.splat(1);
  const floorU = f32x4.floor(u);
  const floorV = f32x4.floor(v);
  const fx = f32x4.sub(u, floorU);
  const fy = f32x4.sub(v, floorV);
  // Held inside the map: its border is never drawn on, so what lies outside is lit.
  const inside = f32x4.splat(<f32>(shadowSize - 4));
  const x = f32x4.pmin(inside, f32x4.pmax(f32x4.splat(0), f32x4.sub(floorU, one)));
  const y = f32x4.pmin(inside, f32x4.pmax(f32x4.splat(0), f32x4.sub(floorV, one)));
  const texel = i32x4.add(i32x4.mul(toInteger(y), i32x4.splat(shadowSize)), toInteger(x));
  v128.store(LANES, i32x4.add(i32x4.shl(texel, 1), i32x4.splat(<i32>map)));
  // Weights in 1/256 of the first column and row; the last ones' are what is missing to 256.
  v128.store(LANES, toInteger(f32x4.mul(f32x4.sub(one, fx), f32x4.splat(256))), 16);
  v128.store(LANES, toInteger(f32x4.mul(f32x4.sub(one, fy), f32x4.splat(256))), 32);
  // Height of the receiver's plane at the first of the 4×4 texels, and its steps.
  const first = f32x4.sub(f32x4.sub(height, f32x4.mul(gradY, f32x4.add(fy, one))), f32x4.mul(gradX, f32x4.add(fx, one)));
  v128.store(LANES, toInteger(f32x4.pmin(f32x4.splat(32000), f32x4.pmax(f32x4.splat(-32000), first))), 48);
  v128.store(LANES, toInteger(gradX), 64);
  v128.store(LANES, toInteger(gradY), 80);
  const tapsA = shadedTaps(LANES);
  const tapsB = shadedTaps(LANES + 4);
  const tapsC = shadedTaps(LANES + 8);
  const tapsD = shadedTaps(LANES + 12);
  // Most groups lie wholly in the sun or wholly in the shade.
  if (!v128.any_true(v128.or(v128.or(tapsA, tapsB), v128.or(tapsC, tapsD)))) return one;
  if (v128.all_true<i8>(v128.and(v128.and(tapsA, tapsB), v128.and(tapsC, tapsD)))) return f32x4.splat(0);
  const a = sunOfTaps(LANES, tapsA);
  const b = sunOfTaps(LANES + 4, tapsB);
  const c = sunOfTaps(LANES + 8, tapsC);
  const d = sunOfTaps(LANES + 12, tapsD);
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  const sum = i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
  return f32x4.mul(f32x4.convert_i32x4_s(sum), f32x4.splat(1 / <f32>(9 * 65536)));
}

/** Which of the 4×4 texels of one sample, from its lane of the scratch, stand between it and the sun: −1 or 0 each. */
@inline function shadedTaps(lane: usize): v128 {
  const p = <usize>load<u32>(lane);
  const rowBytes = <usize>shadowSize << 1;
  const rows01 = v128.load64_lane(p + rowBytes, v128.load64_zero(p), 1);
  const rows23 = v128.load64_lane(p + rowBytes * 3, v128.load64_zero(p + rowBytes * 2), 1);
  const gradY = v128.load16_splat(lane + 80);
  const plane01 = i16x8.add(
    i16x8.add(v128.load16_splat(lane + 48), v128.and(gradY, i16x8(0, 0, 0, 0, -1, -1, -1, -1))),
    i16x8.mul(v128.load16_splat(lane + 64), i16x8(0, 1, 2, 3, 0, 1, 2, 3)),
  );
  const plane23 = i16x8.add(plane01, i16x8.add(gradY, gradY));
  return i8x16.narrow_i16x8_s(i16x8.gt_s(rows01, plane01), i16x8.gt_s(rows23, plane23));
}

/** Four sums whose total is 9 · 65536 times the share of sun of one sample. */
@inline function sunOfTaps(lane: usize, taps: v128): v128 {
  const lower = i16x8(0, 0, 0, 0, -1, -1, -1, -1);
  const full = i16x8.splat(256);
  const firstY = v128.load16_splat(lane + 32);
  const firstX = v128.load16_splat(lane + 16);
  const weights01 = v128.bitselect(full, firstY, lower);
  const weights23 = v128.bitselect(i16x8.sub(full, firstY), full, lower);
  const columns = i16x8.add(
    v128.andnot(weights01, i16x8.extend_low_i8x16_s(taps)),
    v128.andnot(weights23, i16x8.extend_high_i8x16_s(taps)),
  );
  const weightsX = v128.bitselect(
    v128.bitselect(i16x8.sub(full, firstX), full, i16x8(0, 0, 0, -1, 0, 0, 0, -1)),
    firstX,
    i16x8(0, -1, -1, -1, 0, -1, -1, -1),
  );
  return i32x4.dot_i16x8_s(columns, weightsX);
}

@inline function sunRow(row: usize, px: v128, py: v128, pz: v128): v128 {
  return f32x4.add(
    splatAt(row + 12),
    f32x4.add(f32x4.add(f32x4.mul(px, splatAt(row)), f32x4.mul(py, splatAt(row + 4))), f32x4.mul(pz, splatAt(row + 8))),
  );
}

/** Shares of sun at four world points: what stands still and what moves have a map each. */
@inline export function sunShare(o: usize, px: v128, py: v128, pz: v128): v128 {
  const u = sunRow(SUN, px, py, pz);
  const v = sunRow(SUN + 16, px, py, pz);
  const gradX = v128.load(sampleGradX + o);
  const gradY = v128.load(sampleGradY + o);
  const slope = f32x4.add(f32x4.abs(gradX), f32x4.abs(gradY));
  // Half a texel's width and a quarter of its slope: smaller shows acne on smooth shapes, larger lets light under walls.
  const bias = f32x4.add(f32x4.splat(load<f32>(SUN, 48) * 0.5), f32x4.mul(slope, f32x4.splat(0.25)));
  const perMeter = splatAt(SUN + 52);
  const height = f32x4.mul(f32x4.add(sunRow(SUN + 32, px, py, pz), bias), perMeter);
  const stepX = f32x4.mul(gradX, perMeter);
  const stepY = f32x4.mul(gradY, perMeter);
  let share = sunlight(shadowMap, u, v, height, stepX, stepY);
  if (moverMap) {
    const near = v128.and(
      v128.and(f32x4.gt(u, f32x4.splat(moverX0)), f32x4.lt(u, f32x4.splat(moverX1))),
      v128.and(f32x4.gt(v, f32x4.splat(moverY0)), f32x4.lt(v, f32x4.splat(moverY1))),
    );
    // Texels outside the rectangle are left over from earlier: only lanes inside may look.
    if (v128.any_true(near)) {
      share = v128.bitselect(f32x4.pmin(share, sunlight(moverMap, u, v, height, stepX, stepY)), share, near);
    }
  }
  return share;
}
