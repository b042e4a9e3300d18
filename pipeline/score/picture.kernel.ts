/** Sums over an 8-bit picture that the looks at single frames are read off; all of them whole numbers. */

@inline
function row(p: usize): v128 {
  return v128.load8x8_u(p);
}

@inline
function sumSigned(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}

/** The variation of the last call to blurSums, and what of it is more than is left of it after a blur. */
export let variation: f64 = 0;
export let kept: f64 = 0;

const REACH: usize = 4;
const NINE: i16 = 9;

/**
 * Sums over lines `every` rows apart of what steps between neighbours, `step` bytes apart, exceed `least` by, in ninths of a
 * gray level; see sharpness.ts.
 */
export function blurSums(image: usize, width: i32, top: i32, bottom: i32, left: i32, right: i32, step: usize, every: i32, least: i32): void {
  variation = 0;
  kept = 0;
  const nine = i16x8.splat(NINE);
  const threshold = i16x8.splat(<i16>least);
  const zero = i16x8.splat(0);
  for (let y = top; y < bottom; y += every) {
    let sums = i32x4.splat(0);
    let keeps = i32x4.splat(0);
    const line = image + <usize>(y * width);
    let x = left;
    for (; x + 8 <= right; x += 8) {
      const p = line + <usize>x;
      const steps = i16x8.mul(i16x8.abs(i16x8.sub(row(p), row(p - step))), nine);
      const exceeding = i16x8.max_s(i16x8.sub(steps, threshold), zero);
      const blurred = i16x8.abs(i16x8.sub(row(p + REACH * step), row(p - (REACH + 1) * step)));
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(exceeding));
      keeps = i32x4.add(keeps, i32x4.extadd_pairwise_i16x8_s(i16x8.max_s(i16x8.sub(exceeding, blurred), zero)));
    }
    let sum = sumSigned(sums);
    let keep = sumSigned(keeps);
    for (; x < right; x++) {
      const p = line + <usize>x;
      const exceeding = 9 * abs(<i32>load<u8>(p) - <i32>load<u8>(p - step)) - least;
      if (exceeding <= 0) continue;
      sum += exceeding;
      keep += max(0, exceeding - abs(<i32>load<u8>(p + REACH * step) - <i32>load<u8>(p - (REACH + 1) * step)));
    }
    variation += <f64>sum;
    kept += <f64>keep;
  }
}

/**
 * Sums over blocks of 8×8 pixels, `every` blocks apart, of the absolute response of Immerkær's mask. Blocks that hold one
 * level, or any darker or brighter than given, are left out. @param out i32. @returns how many.
 */
export function noiseOfBlocks(image: usize, width: i32, height: i32, every: i32, dark: i32, bright: i32, out: usize): i32 {
  const stride = <usize>width;
  let count = 0;
  for (let by = 8; by + 8 < height; by += 8 * every)
    for (let bx = 8; bx + 8 < width; bx += 8 * every) {
      let least = i16x8.splat(255);
      let most = i16x8.splat(0);
      let total = i32x4.splat(0);
      for (let y = by; y < by + 8; y++) {
        const p = image + <usize>(y * width + bx);
        const here = row(p);
        least = i16x8.min_s(least, here);
        most = i16x8.max_s(most, here);
        const sides = i16x8.add(i16x8.add(row(p - 1), row(p + 1)), i16x8.add(row(p - stride), row(p + stride)));
        const corners = i16x8.add(i16x8.add(row(p - stride - 1), row(p - stride + 1)), i16x8.add(row(p + stride - 1), row(p + stride + 1)));
        const response = i16x8.add(i16x8.sub(i16x8.shl(here, 2), i16x8.shl(sides, 1)), corners);
        total = i32x4.add(total, i32x4.extadd_pairwise_i16x8_s(i16x8.abs(response)));
      }
      const lowest = leastOf(least);
      const highest = 255 - leastOf(i16x8.sub(i16x8.splat(255), most));
      if (highest == lowest || lowest < dark || highest > bright) continue;
      store<i32>(out + ((<usize>count) << 2), sumSigned(total));
      count++;
    }
  return count;
}

@inline
function leastOf(v: v128): i32 {
  let least = i16x8.min_s(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  least = i16x8.min_s(least, i8x16.shuffle(least, least, 4, 5, 6, 7, 0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15));
  return min(<i32>i16x8.extract_lane_s(least, 0), <i32>i16x8.extract_lane_s(least, 1));
}

/**
 * Adds to each of `length` i32 the steps, `most` at most, from its pixel to the one before, over every so many lines from the
 * second on. Along rows a line is a row, and else a column.
 */
export function stepSums(image: usize, width: i32, height: i32, alongRows: bool, every: i32, most: i32, out: usize): void {
  if (alongRows) {
    const cap = i16x8.splat(<i16>most);
    for (let y = 1; y < height; y += every) {
      const line = image + <usize>(y * width);
      let x = 1;
      for (; x + 8 <= width; x += 8) {
        const p = line + <usize>x;
        const steps = i16x8.min_s(i16x8.abs(i16x8.sub(row(p), row(p - 1))), cap);
        const target = out + ((<usize>x) << 2);
        v128.store(target, i32x4.add(v128.load(target), i32x4.extend_low_i16x8_s(steps)));
        v128.store(target, i32x4.add(v128.load(target, 16), i32x4.extend_high_i16x8_s(steps)), 16);
      }
      for (; x < width; x++) addStep(line + <usize>x, 1, most, out + ((<usize>x) << 2));
    }
  } else {
    for (let y = 1; y < height; y++)
      for (let x = 1; x < width; x += every) addStep(image + <usize>(y * width + x), <usize>width, most, out + ((<usize>y) << 2));
  }
}

@inline
function addStep(p: usize, back: usize, most: i32, target: usize): void {
  store<i32>(target, load<i32>(target) + min(most, abs(<i32>load<u8>(p) - <i32>load<u8>(p - back))));
}

@inline
function addHalves(target: usize, v: v128): void {
  v128.store(target, i32x4.add(v128.load(target), i32x4.extend_low_i16x8_s(v)));
  v128.store(target, i32x4.add(v128.load(target, 16), i32x4.extend_high_i16x8_s(v)), 16);
}

/**
 * Takes one look into what is kept of the pixels of every second row: their lowest and highest levels, a byte each, and the
 * sums of their steps to the right, downwards, and of both without their signs, i32. The last column is to be ignored.
 */
export function addLook(image: usize, width: i32, height: i32, lowest: usize, highest: usize, sumX: usize, sumY: usize, lengths: usize): void {
  for (let y = 0; y < height - 1; y += 2) {
    const line = image + <usize>(y * width);
    const kept = <usize>((y >> 1) * width);
    let x: usize = 0;
    for (; x + 9 <= <usize>width; x += 8) {
      const p = line + x;
      const here = row(p);
      const low = lowest + kept + x;
      const high = highest + kept + x;
      const least = i16x8.min_s(row(low), here);
      const most = i16x8.max_s(row(high), here);
      v128.store64_lane(low, i8x16.narrow_i16x8_u(least, least), 0);
      v128.store64_lane(high, i8x16.narrow_i16x8_u(most, most), 0);
      const dx = i16x8.sub(row(p + 1), here);
      const dy = i16x8.sub(row(p + <usize>width), here);
      const o = (kept + x) << 2;
      addHalves(sumX + o, dx);
      addHalves(sumY + o, dy);
      addHalves(lengths + o, i16x8.add(i16x8.abs(dx), i16x8.abs(dy)));
    }
    for (; x + 1 < <usize>width; x++) {
      const level = <i32>load<u8>(line + x);
      const i = kept + x;
      store<u8>(lowest + i, <u8>min(<i32>load<u8>(lowest + i), level));
      store<u8>(highest + i, <u8>max(<i32>load<u8>(highest + i), level));
      const dx = <i32>load<u8>(line + x + 1) - level;
      const dy = <i32>load<u8>(line + x + <usize>width) - level;
      const o = i << 2;
      store<i32>(sumX + o, load<i32>(sumX + o) + dx);
      store<i32>(sumY + o, load<i32>(sumY + o) + dy);
      store<i32>(lengths + o, load<i32>(lengths + o) + abs(dx) + abs(dy));
    }
  }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
