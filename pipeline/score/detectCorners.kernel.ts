/** Shi and Tomasi's corners, the strongest of each cell; see detectCorners.ts. All sums are whole numbers, and exact. */

/** Side of the window, pixels of half size. */
const WINDOW: i32 = 5;

/** Adds the products of a row's gradients to the sums down the columns, in place of those five rows before. */
@inline
function replace(ring: usize, sums: usize, o: usize, value: v128): void {
  v128.store(sums + o, i32x4.add(v128.load(sums + o), i32x4.sub(value, v128.load(ring + o))));
  v128.store(ring + o, value);
}

/** Sums of five neighbours, around each of four. */
@inline
function acrossFive(sums: usize, o: usize): v128 {
  const p = sums + o;
  const outer = i32x4.add(v128.load(p - 8), v128.load(p, 8));
  const inner = i32x4.add(v128.load(p - 4), v128.load(p, 4));
  return i32x4.add(i32x4.add(outer, inner), v128.load(p));
}

/** The smaller eigenvalues of two windows. */
@inline
function smaller(a: v128, b: v128, d: v128): v128 {
  const apart = f64x2.sub(a, d);
  const square = f64x2.add(f64x2.mul(apart, apart), f64x2.mul(f64x2.splat(4), f64x2.mul(b, b)));
  return f64x2.mul(f64x2.sub(f64x2.add(a, d), f64x2.sqrt(square)), f64x2.splat(0.5));
}

/** Sums of four pixels, i16; output sides are w and h. */
function sumsOfFour(gray: usize, half: usize, width: i32, w: i32, h: i32): void {
  for (let y = 0; y < h; y++) {
    const top = gray + <usize>(2 * y * width);
    const bottom = top + <usize>width;
    const target = half + <usize>(y * w) * 2;
    // Past the row's end the next one is written over, and after the last there is room.
    for (let x: usize = 0; x < <usize>w; x += 8)
      v128.store(target + 2 * x, i16x8.add(i16x8.extadd_pairwise_i8x16_u(v128.load(top + 2 * x)), i16x8.extadd_pairwise_i8x16_u(v128.load(bottom + 2 * x))));
  }
}

/**
 * @param gray w·2 or one more pixels wide. @param half i16 of w×h pixels. @param scratch zeros: i32, WINDOW + 1 rows for each
 *   of three products, of `pitch` bytes; then f64 of a row. After picture and buffers there are 32 bytes to spare.
 * @param columnOf, rowOf i32 of each pixel of half size: its cell's. @param columns of cells. @param best f64 a cell, in: what
 *   a corner has to exceed. @param where i32 a cell, out: the corner's place, untouched where there is none.
 */
export function detectCorners(
  gray: usize,
  half: usize,
  scratch: usize,
  pitch: usize,
  width: i32,
  w: i32,
  h: i32,
  border: i32,
  columnOf: usize,
  rowOf: usize,
  columns: i32,
  best: usize,
  where: usize,
): void {
  sumsOfFour(gray, half, width, w, h);
  const sumXX = scratch;
  const sumXY = sumXX + pitch;
  const sumYY = sumXY + pitch;
  const rings = sumYY + pitch;
  const values = rings + <usize>WINDOW * 3 * pitch;
  const line = <usize>w * 2;
  for (let last = 1; last < h - 1; last++) {
    const ring = rings + <usize>(last % WINDOW) * 3 * pitch;
    const row = half + <usize>last * line;
    for (let x: usize = 0; x < <usize>w; x += 8) {
      const p = row + 2 * x;
      const gx = i16x8.sub(v128.load(p, 2), v128.load(p - 2));
      const gy = i16x8.sub(v128.load(p + line), v128.load(p - line));
      const o = 4 * x;
      replace(ring, sumXX, o, i32x4.extmul_low_i16x8_s(gx, gx));
      replace(ring, sumXX, o + 16, i32x4.extmul_high_i16x8_s(gx, gx));
      replace(ring + pitch, sumXY, o, i32x4.extmul_low_i16x8_s(gx, gy));
      replace(ring + pitch, sumXY, o + 16, i32x4.extmul_high_i16x8_s(gx, gy));
      replace(ring + 2 * pitch, sumYY, o, i32x4.extmul_low_i16x8_s(gy, gy));
      replace(ring + 2 * pitch, sumYY, o + 16, i32x4.extmul_high_i16x8_s(gy, gy));
    }
    const y = last - (WINDOW >> 1);
    if (y < border || y >= h - border) continue;
    for (let x = border; x < w - border; x += 4) {
      const o = <usize>x * 4;
      const a = acrossFive(sumXX, o);
      const b = acrossFive(sumXY, o);
      const d = acrossFive(sumYY, o);
      const far = i8x16.shuffle(a, a, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
      const farB = i8x16.shuffle(b, b, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
      const farD = i8x16.shuffle(d, d, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
      const target = values + 2 * o;
      v128.store(target, smaller(f64x2.convert_low_i32x4_s(a), f64x2.convert_low_i32x4_s(b), f64x2.convert_low_i32x4_s(d)));
      v128.store(target, smaller(f64x2.convert_low_i32x4_s(far), f64x2.convert_low_i32x4_s(farB), f64x2.convert_low_i32x4_s(farD)), 16);
    }
    const firstCell = load<i32>(rowOf + <usize>y * 4) * columns;
    for (let x = border; x < w - border; x++) {
      const value = load<f64>(values + <usize>x * 8);
      const cell = <usize>(firstCell + load<i32>(columnOf + <usize>x * 4));
      if (value <= load<f64>(best + cell * 8)) continue;
      store<f64>(best + cell * 8, value);
      store<i32>(where + cell * 4, y * w + x);
    }
  }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
