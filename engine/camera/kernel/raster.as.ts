/** The rasteriser: one triangle into the target's depths and record numbers. */

import { maskByAlpha } from './alphaMask.as';
import { depths, ids, stride } from './target.as';

@inline function clampEdge(e: i64): i32 {
  return <i32>min<i64>(max<i64>(e, -0x20000000), 0x20000000);
}

/**
 * Draws one triangle into the target: where it covers a sample and its value is greater than what is there.
 * @param x0 snapped corners, 1/256 sample, within ±2²¹; either winding, no zero area.
 * @param minX range of samples to look at, inside the target.
 * @param a the value's plane: a·x + b·y + c, clamped to [low, high].
 * @param masked record of a masked triangle, or 0.
 */
export function rasterTriangle(
  x0: i32, y0: i32, x1: i32, y1: i32, x2: i32, y2: i32,
  minX: i32, maxX: i32, minY: i32, maxY: i32,
  a: f64, b: f64, c: f64, low: f32, high: f32, id: u32, masked: usize,
): void {
  if (<i64>(x1 - x0) * <i64>(y2 - y0) < <i64>(x2 - x0) * <i64>(y1 - y0)) {
    let t = x1;
    x1 = x2;
    x2 = t;
    t = y1;
    y1 = y2;
    y2 = t;
  }
  // Edge k is positive inside: A·x + B·y + C over whole samples; the −1 keeps ties for top and left edges only.
  const a0 = y0 - y1;
  const b0 = x1 - x0;
  const a1 = y1 - y2;
  const b1 = x2 - x1;
  const a2 = y2 - y0;
  const b2 = x0 - x2;
  const c0 = (-<i64>a0 * x0 - <i64>b0 * y0 + (a0 > 0 || (a0 == 0 && b0 > 0) ? 0 : -1)) >> 8;
  const c1 = (-<i64>a1 * x1 - <i64>b1 * y1 + (a1 > 0 || (a1 == 0 && b1 > 0) ? 0 : -1)) >> 8;
  const c2 = (-<i64>a2 * x2 - <i64>b2 * y2 + (a2 > 0 || (a2 == 0 && b2 > 0) ? 0 : -1)) >> 8;

  const startX = minX & ~3;
  // Small triangles are one block; large ones go over 8×8 blocks, so that empty ones cost one test.
  const small = maxX - startX < 16 && maxY - minY < 16;
  const blockWidth = small ? 16 : 8;
  const blockHeight = small ? 16 : 8;
  const reach = small ? 0 : 7;

  const up0 = (max(a0, 0) + max(b0, 0)) * reach;
  const up1 = (max(a1, 0) + max(b1, 0)) * reach;
  const up2 = (max(a2, 0) + max(b2, 0)) * reach;
  const down0 = (min(a0, 0) + min(b0, 0)) * reach;
  const down1 = (min(a1, 0) + min(b1, 0)) * reach;
  const down2 = (min(a2, 0) + min(b2, 0)) * reach;

  const lanes = i32x4(0, 1, 2, 3);
  const lanes0 = i32x4.mul(lanes, i32x4.splat(a0));
  const lanes1 = i32x4.mul(lanes, i32x4.splat(a1));
  const lanes2 = i32x4.mul(lanes, i32x4.splat(a2));
  const lanesV = f32x4.mul(f32x4(0, 1, 2, 3), f32x4.splat(<f32>a));
  const stepX0 = i32x4.splat(a0 * 4);
  const stepX1 = i32x4.splat(a1 * 4);
  const stepX2 = i32x4.splat(a2 * 4);
  const stepY0 = i32x4.splat(b0);
  const stepY1 = i32x4.splat(b1);
  const stepY2 = i32x4.splat(b2);
  const stepXV = f32x4.splat(<f32>a * 4);
  const stepYV = f32x4.splat(<f32>b);
  const lowV = f32x4.splat(low);
  const highV = f32x4.splat(high);
  const idV = i32x4.splat(id);
  const zero = i32x4.splat(0);

  for (let by = minY; by <= maxY; by += blockHeight) {
    const endY = min(by + blockHeight - 1, maxY);
    for (let bx = startX; bx <= maxX; bx += blockWidth) {
      const e0 = <i64>a0 * bx + <i64>b0 * by + c0;
      const e1 = <i64>a1 * bx + <i64>b1 * by + c1;
      const e2 = <i64>a2 * bx + <i64>b2 * by + c2;
      let inside = false;
      if (!small) {
        if ((e0 + up0) < 0 || (e1 + up1) < 0 || (e2 + up2) < 0) continue;
        inside = (e0 + down0) >= 0 && (e1 + down1) >= 0 && (e2 + down2) >= 0;
      }
      let rowV = f32x4.add(f32x4.splat(<f32>(a * <f64>bx + b * <f64>by + c)), lanesV);
      let at = <usize>(by * stride + bx) << 2;
      const groups = (min(bx + blockWidth - 1, maxX) - bx) >> 2;
      if (inside && !masked) {
        for (let y = by; y <= endY; y++) {
          let value = rowV;
          let p = at;
          for (let g = 0; g <= groups; g++) {
            const clamped = f32x4.pmin(f32x4.pmax(value, lowV), highV);
            const old = v128.load(depths + p);
            const mask = f32x4.gt(clamped, old);
            if (v128.any_true(mask)) {
              v128.store(depths + p, v128.bitselect(clamped, old, mask));
              if (ids) v128.store(ids + p, v128.bitselect(idV, v128.load(ids + p), mask));
            }
            value = f32x4.add(value, stepXV);
            p += 16;
          }
          rowV = f32x4.add(rowV, stepYV);
          at += <usize>stride << 2;
        }
        continue;
      }
      let row0 = i32x4.add(i32x4.splat(clampEdge(e0)), lanes0);
      let row1 = i32x4.add(i32x4.splat(clampEdge(e1)), lanes1);
      let row2 = i32x4.add(i32x4.splat(clampEdge(e2)), lanes2);
      for (let y = by; y <= endY; y++) {
        let v0 = row0;
        let v1 = row1;
        let v2 = row2;
        let value = rowV;
        let p = at;
        for (let g = 0; g <= groups; g++) {
          let mask = i32x4.ge_s(v128.or(v128.or(v0, v1), v2), zero);
          if (v128.any_true(mask)) {
            const clamped = f32x4.pmin(f32x4.pmax(value, lowV), highV);
            const old = v128.load(depths + p);
            mask = v128.and(mask, f32x4.gt(clamped, old));
            if (masked && v128.any_true(mask)) mask = maskByAlpha(mask, masked, bx + (g << 2), y);
            if (v128.any_true(mask)) {
              v128.store(depths + p, v128.bitselect(clamped, old, mask));
              if (ids) v128.store(ids + p, v128.bitselect(idV, v128.load(ids + p), mask));
            }
          }
          v0 = i32x4.add(v0, stepX0);
          v1 = i32x4.add(v1, stepX1);
          v2 = i32x4.add(v2, stepX2);
          value = f32x4.add(value, stepXV);
          p += 16;
        }
        row0 = i32x4.add(row0, stepY0);
        row1 = i32x4.add(row1, stepY1);
        row2 = i32x4.add(row2, stepY2);
        rowV = f32x4.add(rowV, stepYV);
        at += <usize>stride << 2;
      }
    }
  }
}
