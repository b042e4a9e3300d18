/**
 * Motion of 8×8 blocks between two 8-bit images, by the zero-mean sum of absolute differences, so that a change of
 * the light does not pass for motion. Predictive search (Tourapis, EPZS, VCIP 2002): the best of a few likely
 * vectors, then ever smaller steps around it; some 25 places a block where a full search visits 225.
 */

/** Sums of absolute differences over 64 pixels above which the predictions are taken to have missed. */
const MISSED: u32 = 256;
/** What a vector pays per pixel away from the picture's own motion: it decides where a block is flat. */
const PULL: u32 = 3;
/** Single pixels that a search goes at the end. */
const MOST_STEPS: i32 = 24;
/** Floats a block: x, y, residual, change, texture. */
const FLOATS: i32 = 5;

@inline
function row(p: usize): v128 {
  return v128.load8x8_u(p);
}

@inline
function sumSigned(v: v128): i32 {
  const pairs = i32x4.extadd_pairwise_i16x8_s(v);
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1) + i32x4.extract_lane(pairs, 2) + i32x4.extract_lane(pairs, 3);
}

@inline
function away(v: v128, mean: v128): v128 {
  return i16x8.abs(i16x8.sub(v, mean));
}

let lastSum: i32 = 0;

/** Sum over 64 pixels of |a − b − mean(a − b)|; leaves the sum of a − b in `lastSum`. */
function cost(a: usize, b: usize, stride: usize): u32 {
  const d0 = i16x8.sub(row(a), row(b));
  const d1 = i16x8.sub(row(a + stride), row(b + stride));
  const d2 = i16x8.sub(row(a + 2 * stride), row(b + 2 * stride));
  const d3 = i16x8.sub(row(a + 3 * stride), row(b + 3 * stride));
  const d4 = i16x8.sub(row(a + 4 * stride), row(b + 4 * stride));
  const d5 = i16x8.sub(row(a + 5 * stride), row(b + 5 * stride));
  const d6 = i16x8.sub(row(a + 6 * stride), row(b + 6 * stride));
  const d7 = i16x8.sub(row(a + 7 * stride), row(b + 7 * stride));
  const low = i16x8.add(i16x8.add(d0, d1), i16x8.add(d2, d3));
  const high = i16x8.add(i16x8.add(d4, d5), i16x8.add(d6, d7));
  const sum = sumSigned(i16x8.add(low, high));
  lastSum = sum;
  const mean = i16x8.splat(<i16>((sum + 32) >> 6));
  const first = i16x8.add(i16x8.add(away(d0, mean), away(d1, mean)), i16x8.add(away(d2, mean), away(d3, mean)));
  const second = i16x8.add(i16x8.add(away(d4, mean), away(d5, mean)), i16x8.add(away(d6, mean), away(d7, mean)));
  return <u32>sumSigned(i16x8.add(first, second));
}

/** Sum over 64 pixels of |a − mean(a)|. */
function texture(a: usize, stride: usize): u32 {
  let sum = i16x8.splat(0);
  for (let r: usize = 0; r < 8; r++) sum = i16x8.add(sum, row(a + r * stride));
  const mean = i16x8.splat(<i16>((sumSigned(sum) + 32) >> 6));
  let total = i16x8.splat(0);
  for (let r: usize = 0; r < 8; r++) total = i16x8.add(total, away(row(a + r * stride), mean));
  return <u32>sumSigned(total);
}

let imageA: usize = 0;
let imageB: usize = 0;
let sideX: i32 = 0;
let sideY: i32 = 0;
let blockX: i32 = 0;
let blockY: i32 = 0;
let pullX: i32 = 0;
let pullY: i32 = 0;
let bestX: i32 = 0;
let bestY: i32 = 0;
let bestCost: u32 = 0;
/** Of the best vector: its cost without the pull, and the sum of its differences. */
let bestPlain: u32 = 0;
let bestSum: i32 = 0;

/** @returns the cost without the pull; u32.MAX_VALUE where the vector leads out of the picture. */
function consider(x: i32, y: i32): u32 {
  const px = blockX + x;
  const py = blockY + y;
  if (px < 0 || py < 0 || px + 8 > sideX || py + 8 > sideY) return u32.MAX_VALUE;
  const stride = <usize>sideX;
  const plain = cost(imageA + <usize>(blockY * sideX + blockX), imageB + <usize>(py * sideX + px), stride);
  const found = plain + PULL * <u32>(abs(x - pullX) + abs(y - pullY));
  if (found >= bestCost) return plain;
  bestCost = found;
  bestPlain = plain;
  bestSum = lastSum;
  bestX = x;
  bestY = y;
  return plain;
}

/** The predictions tried so far, x, y pairs: most are the same, and the second time says nothing new. */
const tried = memory.data(6 * 8);
let triedCount: usize = 0;

function predict(x: i32, y: i32): void {
  for (let i: usize = 0; i < triedCount; i++)
    if (load<i32>(tried + i * 8) == x && load<i32>(tried + i * 8 + 4) == y) return;
  store<i32>(tried + triedCount * 8, x);
  store<i32>(tried + triedCount * 8 + 4, y);
  triedCount++;
  consider(x, y);
}

/** Vertex of the parabola through three costs, within half a pixel of the middle. */
@inline
function vertex(before: u32, here: u32, after: u32): f32 {
  if (before == u32.MAX_VALUE || after == u32.MAX_VALUE) return 0;
  const bend = <f32>before + <f32>after - 2 * <f32>here;
  if (bend <= 0) return 0;
  return max<f32>(-0.5, min<f32>(0.5, (<f32>before - <f32>after) / (2 * bend)));
}

/**
 * For every 8×8 block of `a` where it is in `b`.
 * @param guessX, guessY the picture's own motion, whole pixels. @param vectors i32 pairs, in: those of the frame
 *   before, out: these. @param margin a block that the guess takes nearer to the border than this is not judged.
 * @param out five f32 a block: motion x, y (pixels); residual, the mean |difference| that motion and light leave,
 *   −1 where not judged; change, the mean of b − a; texture, the mean |difference| of the block from its mean.
 */
export function blockFlow(a: usize, b: usize, width: i32, height: i32, guessX: i32, guessY: i32, margin: i32, vectors: usize, out: usize): void {
  const columns = width >> 3;
  const rows = height >> 3;
  imageA = a;
  imageB = b;
  sideX = width;
  sideY = height;
  pullX = guessX;
  pullY = guessY;
  for (let by = 0; by < rows; by++) {
    for (let bx = 0; bx < columns; bx++) {
      const index = by * columns + bx;
      const vector = vectors + <usize>index * 8;
      const result = out + <usize>(index * FLOATS) * 4;
      blockX = bx << 3;
      blockY = by << 3;
      bestCost = u32.MAX_VALUE;
      bestX = guessX;
      bestY = guessY;
      store<f32>(result + 16, <f32>texture(a + <usize>(blockY * width + blockX), <usize>width) / 64);
      const gx = blockX + guessX;
      const gy = blockY + guessY;
      if (gx - margin < 0 || gy - margin < 0 || gx + margin + 8 > width || gy + margin + 8 > height) {
        store<f32>(result, <f32>guessX);
        store<f32>(result + 4, <f32>guessY);
        store<f32>(result + 8, -1);
        store<f32>(result + 12, 0);
        store<i32>(vector, guessX);
        store<i32>(vector + 4, guessY);
        continue;
      }
      triedCount = 0;
      predict(guessX, guessY);
      predict(0, 0);
      predict(load<i32>(vector), load<i32>(vector + 4));
      if (bx > 0) predict(load<i32>(vector - 8), load<i32>(vector - 4));
      if (by > 0) {
        const above = vector - <usize>columns * 8;
        predict(load<i32>(above), load<i32>(above + 4));
        if (bx + 1 < columns) predict(load<i32>(above + 8), load<i32>(above + 12));
      }
      if (bestCost > MISSED)
        for (let reach = 8; reach >= 2; reach >>= 1) {
          const cx = bestX;
          const cy = bestY;
          for (let dy = -reach; dy <= reach; dy += reach)
            for (let dx = -reach; dx <= reach; dx += reach) if (dx != 0 || dy != 0) consider(cx + dx, cy + dy);
        }
      let right: u32 = 0;
      let left: u32 = 0;
      let down: u32 = 0;
      let up: u32 = 0;
      for (let step = 0; step <= MOST_STEPS; step++) {
        const cx = bestX;
        const cy = bestY;
        // After the last step nothing is taken any more: the neighbours' costs are for the fraction of a pixel.
        if (step == MOST_STEPS) bestCost = 0;
        right = consider(cx + 1, cy);
        left = consider(cx - 1, cy);
        down = consider(cx, cy + 1);
        up = consider(cx, cy - 1);
        if (bestX == cx && bestY == cy) break;
      }
      store<f32>(result, <f32>bestX + vertex(left, bestPlain, right));
      store<f32>(result + 4, <f32>bestY + vertex(up, bestPlain, down));
      store<f32>(result + 8, <f32>bestPlain / 64);
      store<f32>(result + 12, <f32>-bestSum / 64);
      store<i32>(vector, bestX);
      store<i32>(vector + 4, bestY);
    }
  }
}

/** Sum over 64 pixels of |a − b + light|. */
function plainDifference(a: usize, b: usize, stride: usize, light: i32): u32 {
  const shift = i16x8.splat(<i16>light);
  let total = i16x8.splat(0);
  for (let r: usize = 0; r < 8; r++) {
    const d = i16x8.sub(row(a + r * stride), row(b + r * stride));
    total = i16x8.add(total, i16x8.abs(i16x8.add(d, shift)));
  }
  return <u32>sumSigned(total);
}

/**
 * How unlike the blocks are where given ways lead them: the least mean |difference| over the nine whole pixels around
 * each, after the change of light. @param given three f32 a block: way x, y (pixels) and light, the change of b from a;
 * a block whose x is NaN is left out. @param out f32 a block; −1 where left out, or where the way leads out of the picture.
 */
export function differencesAt(a: usize, b: usize, width: i32, height: i32, given: usize, out: usize): void {
  const columns = width >> 3;
  const rows = height >> 3;
  const stride = <usize>width;
  for (let by = 0; by < rows; by++) {
    for (let bx = 0; bx < columns; bx++) {
      const index = <usize>(by * columns + bx);
      const result = out + index * 4;
      const way = load<f32>(given + index * 12);
      store<f32>(result, -1);
      if (isNaN(way)) continue;
      const x = (bx << 3) + <i32>Math.round(<f64>way);
      const y = (by << 3) + <i32>Math.round(<f64>load<f32>(given + index * 12 + 4));
      const light = <i32>Math.round(<f64>load<f32>(given + index * 12 + 8));
      const from = a + <usize>((by << 3) * width + (bx << 3));
      let least: u32 = u32.MAX_VALUE;
      for (let py = max(0, y - 1); py <= min(height - 8, y + 1); py++)
        for (let px = max(0, x - 1); px <= min(width - 8, x + 1); px++)
          least = min(least, plainDifference(from, b + <usize>(py * width + px), stride, light));
      if (least != u32.MAX_VALUE) store<f32>(result, <f32>least / 64);
    }
  }
}

/** Of 25 numbers fourteen are held at a time: of any fourteen neither the least nor the most is the median. */
const held = memory.data(14 * 16, 16);
const HELD: i32 = 14;

/** Drops the least and the most of the first `many` held; the first place becomes free, and the last. */
@inline
function dropEnds(many: i32): void {
  let least = v128.load(held);
  for (let k = 1; k < many; k++) {
    const p = held + ((<usize>k) << 4);
    const here = v128.load(p);
    v128.store(p, f32x4.pmax(here, least));
    least = f32x4.pmin(least, here);
  }
  let most = v128.load(held + ((<usize>(many - 1)) << 4));
  for (let k = 1; k < many - 1; k++) {
    const p = held + ((<usize>k) << 4);
    const here = v128.load(p);
    v128.store(p, f32x4.pmin(here, most));
    most = f32x4.pmax(most, here);
  }
}

/** The medians of the 5×5 numbers around each of four blocks. @param first the number of the block up and to the left. */
function mediansOf(first: usize, columns: i32): v128 {
  let many = HELD;
  for (let i = 0; i < 25; i++) {
    const number = v128.load(first + ((<usize>((i / 5) * columns + (i % 5))) << 2));
    v128.store(held + ((<usize>(i < HELD ? i : 0)) << 4), number);
    if (i >= HELD - 1) dropEnds(many--);
  }
  return v128.load(held + 16);
}

/**
 * For each block that is two blocks or more away from the border the median of the motions of the 5×5 blocks around it.
 * @param motions x of all blocks, then y, f32. Of a row there
 * are eight at least. @param out the same; other blocks are left as they are.
 */
export function mediansAround(motions: usize, columns: i32, rows: i32, out: usize): void {
  const plane = (<usize>(columns * rows)) << 2;
  for (let y = 2; y < rows - 2; y++)
    for (let x = 2; x < columns - 2; x += 4) {
      // The last four of a row overlap with those before.
      const column = max(2, min(x, columns - 6));
      const first = (<usize>((y - 2) * columns + column - 2)) << 2;
      const at = (<usize>(y * columns + column)) << 2;
      v128.store(out + at, mediansOf(motions + first, columns));
      v128.store(out + plane + at, mediansOf(motions + plane + first, columns));
    }
}

/** Sum of |a − b| over `count` bytes. */
export function absoluteDifference(a: usize, b: usize, count: i32): f64 {
  let total: f64 = 0;
  let i = 0;
  while (i + 16 <= count) {
    const end = min(i + 16 * 120, count & ~15);
    let sum: v128 = i32x4.splat(0);
    for (; i < end; i += 16) {
      const p = v128.load(a + <usize>i);
      const q = v128.load(b + <usize>i);
      const difference = v128.sub<u8>(v128.max<u8>(p, q), v128.min<u8>(p, q));
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(difference)));
    }
    total += <f64>(i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3));
  }
  for (; i < count; i++) total += Math.abs(<f64>load<u8>(a + <usize>i) - <f64>load<u8>(b + <usize>i));
  return total;
}

/** Video range, 16 to 235, to 0 to 255, in place and as swscale does it. May write up to 15 bytes past the end. */
export function stretch(image: usize, count: i32): void {
  const black = i16x8.splat(16);
  const half = i16x8.splat(64);
  // 255/219 − 1, of 32768.
  const more = i16x8.splat(5385);
  for (let i: usize = 0; i < <usize>count; i += 16) {
    const levels = v128.load(image + i);
    const low = i16x8.shl(i16x8.sub(i16x8.extend_low_i8x16_u(levels), black), 7);
    const high = i16x8.shl(i16x8.sub(i16x8.extend_high_i8x16_u(levels), black), 7);
    const a = i16x8.add_sat_s(i16x8.add_sat_s(low, i16x8.q15mulr_sat_s(low, more)), half);
    const b = i16x8.add_sat_s(i16x8.add_sat_s(high, i16x8.q15mulr_sat_s(high, more)), half);
    v128.store(image + i, i8x16.narrow_i16x8_u(i16x8.shr_s(a, 7), i16x8.shr_s(b, 7)));
  }
}

/** Means of 2×2 pixels, rounded; output sides are width >> 1 and height >> 1. */
export function halve(src: usize, dst: usize, width: i32, height: i32): void {
  const outWidth = width >> 1;
  const two = i16x8.splat(2);
  for (let y = 0; y < height >> 1; y++) {
    const top = src + <usize>(2 * y * width);
    const bottom = top + <usize>width;
    const target = dst + <usize>(y * outWidth);
    let x = 0;
    for (; x + 8 <= outWidth; x += 8) {
      const a = i16x8.extadd_pairwise_i8x16_u(v128.load(top + <usize>(2 * x)));
      const b = i16x8.extadd_pairwise_i8x16_u(v128.load(bottom + <usize>(2 * x)));
      const mean = i16x8.shr_u(i16x8.add(i16x8.add(a, b), two), 2);
      v128.store_lane<u64>(target + <usize>x, i8x16.narrow_i16x8_u(mean, mean), 0);
    }
    for (; x < outWidth; x++) {
      const p = top + <usize>(2 * x);
      const q = bottom + <usize>(2 * x);
      store<u8>(target + <usize>x, <u8>((<u32>load<u8>(p) + <u32>load<u8>(p + 1) + <u32>load<u8>(q) + <u32>load<u8>(q + 1) + 2) >> 2));
    }
  }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
