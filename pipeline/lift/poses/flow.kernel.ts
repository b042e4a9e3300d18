/**
 * Pyramidal Lucas–Kanade tracking of 12×12 windows (Bouguet 2001; Baker and Matthews, IJCV 2004: the forward
 * additive form with the template's gradients), solving for shift and brightness offset together.
 * Images are f32 in 0–255, row-major.
 */
const SIZE: i32 = 12;
const HALF: f32 = 5.5;

/** Binomial 5×5 blur and decimation by 2: (2x, 2y) lands on (x, y). Output sides (width+1)>>1 and (height+1)>>1. */
export function halve(src: usize, dst: usize, temporary: usize, width: i32, height: i32): void {
  const outWidth = (width + 1) >> 1;
  const outHeight = (height + 1) >> 1;
  for (let y = 0; y < height; y++) {
    const line = src + <usize>(y * width) * 4;
    const out = temporary + <usize>(y * outWidth) * 4;
    for (let x = 0; x < outWidth; x++) {
      const c = 2 * x;
      const a = load<f32>(line + <usize>max(c - 2, 0) * 4);
      const b = load<f32>(line + <usize>max(c - 1, 0) * 4);
      const d = load<f32>(line + <usize>min(c + 1, width - 1) * 4);
      const e = load<f32>(line + <usize>min(c + 2, width - 1) * 4);
      store<f32>(out + <usize>x * 4, (a + e + 4 * (b + d) + 6 * load<f32>(line + <usize>c * 4)) * <f32>0.0625);
    }
  }
  for (let y = 0; y < outHeight; y++) {
    const c = 2 * y;
    const ra = temporary + <usize>(max(c - 2, 0) * outWidth) * 4;
    const rb = temporary + <usize>(max(c - 1, 0) * outWidth) * 4;
    const rc = temporary + <usize>(c * outWidth) * 4;
    const rd = temporary + <usize>(min(c + 1, height - 1) * outWidth) * 4;
    const re = temporary + <usize>(min(c + 2, height - 1) * outWidth) * 4;
    for (let x = 0; x < outWidth; x++) {
      const o = <usize>x * 4;
      const sum = load<f32>(ra + o) + load<f32>(re + o) + 4 * (load<f32>(rb + o) + load<f32>(rd + o)) + 6 * load<f32>(rc + o);
      store<f32>(dst + <usize>(y * outWidth + x) * 4, sum * <f32>0.0625);
    }
  }
}

/** 8-bit gray to f32, unscaled. */
export function widen(src: usize, dst: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<f32>(dst + <usize>i * 4, <f32>load<u8>(src + <usize>i));
}

/** Bilinear samples of a `columns`×`rows` block whose first sample is at (x, y); false when it leaves the image. */
function sample(image: usize, width: i32, height: i32, x: f32, y: f32, columns: i32, rows: i32, out: usize): bool {
  const ix = <i32>floor(x);
  const iy = <i32>floor(y);
  if (ix < 0 || iy < 0 || ix + columns + 4 >= width || iy + rows + 1 >= height) return false;
  const fx = x - <f32>ix;
  const fy = y - <f32>iy;
  const w00 = f32x4.splat((1 - fx) * (1 - fy));
  const w01 = f32x4.splat(fx * (1 - fy));
  const w10 = f32x4.splat((1 - fx) * fy);
  const w11 = f32x4.splat(fx * fy);
  const stride = <usize>width * 4;
  for (let r = 0; r < rows; r++) {
    const line = image + <usize>((iy + r) * width + ix) * 4;
    for (let c: usize = 0; c < <usize>columns; c += 4) {
      const p = line + c * 4;
      const top = f32x4.add(f32x4.mul(v128.load(p), w00), f32x4.mul(v128.load(p, 4), w01));
      const bottom = f32x4.add(f32x4.mul(v128.load(p + stride), w10), f32x4.mul(v128.load(p + stride, 4), w11));
      v128.store(out + (<usize>(r * columns) + c) * 4, f32x4.add(top, bottom));
    }
  }
  return true;
}

@inline
function total(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3);
}

/**
 * Follows one point through one pyramid level.
 * `state` holds x, y in the second image (f32), in and out; then, on success, the RMS residual per pixel and the
 * smaller eigenvalue of the gradient matrix per pixel.
 * `scratch` needs 4 KiB. @returns 1 on success, 0 when the window leaves an image or has no texture.
 */
export function trackLevel(
  imageA: usize,
  imageB: usize,
  width: i32,
  height: i32,
  x: f32,
  y: f32,
  state: usize,
  iterations: i32,
  scratch: usize,
): i32 {
  const padded = scratch; // 14 rows of 16 samples, one sample of margin on each side
  const template = scratch + 1024; // 144 f32
  const gradientX = template + 576;
  const gradientY = gradientX + 576;
  const stride = <usize>width * 4;
  if (!sample(imageA, width, height, x - HALF - 1, y - HALF - 1, 16, SIZE + 2, padded)) return 0;
  let gxx: v128 = f32x4.splat(0);
  let gxy: v128 = f32x4.splat(0);
  let gyy: v128 = f32x4.splat(0);
  let sx: v128 = f32x4.splat(0);
  let sy: v128 = f32x4.splat(0);
  const half = f32x4.splat(0.5);
  for (let r: usize = 0; r < <usize>SIZE; r++) {
    for (let c: usize = 0; c < <usize>SIZE; c += 4) {
      const p = padded + ((r + 1) * 16 + c + 1) * 4;
      const o = (r * <usize>SIZE + c) * 4;
      const dx = f32x4.mul(f32x4.sub(v128.load(p, 4), v128.load(p - 4)), half);
      const dy = f32x4.mul(f32x4.sub(v128.load(p, 64), v128.load(p - 64)), half);
      v128.store(template + o, v128.load(p));
      v128.store(gradientX + o, dx);
      v128.store(gradientY + o, dy);
      gxx = f32x4.add(gxx, f32x4.mul(dx, dx));
      gxy = f32x4.add(gxy, f32x4.mul(dx, dy));
      gyy = f32x4.add(gyy, f32x4.mul(dy, dy));
      sx = f32x4.add(sx, dx);
      sy = f32x4.add(sy, dy);
    }
  }
  const inverseCount: f32 = 1.0 / 144.0;
  const meanX = total(sx) * inverseCount;
  const meanY = total(sy) * inverseCount;
  // Eliminating the brightness offset centres the gradients.
  const a = total(gxx) - meanX * meanX * 144;
  const b = total(gxy) - meanX * meanY * 144;
  const d = total(gyy) - meanY * meanY * 144;
  const determinant = a * d - b * b;
  const smaller = ((a + d - sqrt((a - d) * (a - d) + 4 * b * b)) * <f32>0.5) * inverseCount;
  if (smaller < <f32>0.3 || determinant <= 0) return 0;

  let px = load<f32>(state);
  let py = load<f32>(state + 4);
  let residual: f32 = 0;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const left = px - HALF;
    const top = py - HALF;
    const ix = <i32>floor(left);
    const iy = <i32>floor(top);
    if (ix < 0 || iy < 0 || ix + SIZE + 4 >= width || iy + SIZE + 1 >= height) return 0;
    const fx = left - <f32>ix;
    const fy = top - <f32>iy;
    const w00 = f32x4.splat((1 - fx) * (1 - fy));
    const w01 = f32x4.splat(fx * (1 - fy));
    const w10 = f32x4.splat((1 - fx) * fy);
    const w11 = f32x4.splat(fx * fy);
    let sum: v128 = f32x4.splat(0);
    let sumX: v128 = f32x4.splat(0);
    let sumY: v128 = f32x4.splat(0);
    let square: v128 = f32x4.splat(0);
    let line = imageB + <usize>(iy * width + ix) * 4;
    let o = template;
    // Sampled and compared in one go: a window that is stored first costs as much again to fetch.
    for (let r = 0; r < SIZE; r++) {
      for (let c: usize = 0; c < 48; c += 16) {
        const p = line + c;
        const above = f32x4.add(f32x4.mul(v128.load(p), w00), f32x4.mul(v128.load(p, 4), w01));
        const below = f32x4.add(f32x4.mul(v128.load(p + stride), w10), f32x4.mul(v128.load(p + stride, 4), w11));
        const difference = f32x4.sub(v128.load(o), f32x4.add(above, below));
        sum = f32x4.add(sum, difference);
        square = f32x4.add(square, f32x4.mul(difference, difference));
        sumX = f32x4.add(sumX, f32x4.mul(difference, v128.load(o, 576)));
        sumY = f32x4.add(sumY, f32x4.mul(difference, v128.load(o, 1152)));
        o += 16;
      }
      line += stride;
    }
    const offset = total(sum);
    residual = total(square) * inverseCount - offset * offset * inverseCount * inverseCount;
    const ex = total(sumX) - meanX * offset;
    const ey = total(sumY) - meanY * offset;
    const stepX = (d * ex - b * ey) / determinant;
    const stepY = (a * ey - b * ex) / determinant;
    px += stepX;
    py += stepY;
    if (abs(stepX) < <f32>0.005 && abs(stepY) < <f32>0.005) break;
  }
  store<f32>(state, px);
  store<f32>(state + 4, py);
  store<f32>(state + 8, sqrt(max(residual, <f32>0)));
  store<f32>(state + 12, smaller);
  return 1;
}

/**
 * Tracks `count` points from pyramid A to pyramid B, coarse to fine. Level l of each pyramid lies at the offset
 * stored in `levels` as (offset, width, height) i32 triples relative to the pyramid's base.
 * points: f32 pairs; guesses: f32 pairs, overwritten by the result; quality: f32 pairs (residual, texture), residual −1 where lost.
 */
export function trackAll(
  pyramidA: usize,
  pyramidB: usize,
  levels: usize,
  levelCount: i32,
  points: usize,
  guesses: usize,
  quality: usize,
  count: i32,
  iterations: i32,
  scratch: usize,
): void {
  const state = scratch + 3840;
  for (let i = 0; i < count; i++) {
    const x = load<f32>(points + <usize>i * 8);
    const y = load<f32>(points + <usize>i * 8 + 4);
    let gx = load<f32>(guesses + <usize>i * 8);
    let gy = load<f32>(guesses + <usize>i * 8 + 4);
    let ok = 0;
    for (let level = levelCount - 1; level >= 0; level--) {
      const entry = levels + <usize>level * 12;
      const offset = <usize>load<i32>(entry);
      const scale: f32 = 1 / <f32>(1 << level);
      store<f32>(state, gx * scale);
      store<f32>(state + 4, gy * scale);
      ok = trackLevel(pyramidA + offset, pyramidB + offset, load<i32>(entry + 4), load<i32>(entry + 8), x * scale, y * scale, state, iterations, scratch);
      // A coarse level without texture, or cut by the border, leaves the guess to the next finer one.
      if (ok) {
        gx = load<f32>(state) / scale;
        gy = load<f32>(state + 4) / scale;
      }
    }
    store<f32>(guesses + <usize>i * 8, gx);
    store<f32>(guesses + <usize>i * 8 + 4, gy);
    store<f32>(quality + <usize>i * 8, ok ? load<f32>(state + 8) : -1);
    store<f32>(quality + <usize>i * 8 + 4, ok ? load<f32>(state + 12) : 0);
  }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
