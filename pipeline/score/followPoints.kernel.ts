/**
 * Pyramidal Lucas–Kanade following of 12×12 windows there and back (Bouguet 2001; Baker and Matthews, IJCV 2004: the forward
 * additive form with the template's gradients), solving for shift and brightness offset together. Pictures are 8-bit and
 * samples have five bits of fraction in 16-bit lanes, eight at a time: the lift's tracker, which wants the last hundredth of
 * a pixel, takes twice as long.
 */
const SIZE: i32 = 12;
const HALF: f64 = 5.5;
const PIXELS: f64 = 144;
/** Fractions of a gray level that a sample counts, and a difference of samples that was halved. */
const UNITS: f64 = 32;
/** Vectors of a window: of each two rows the first eight columns of both, and the last four of both together. */
const VECTORS: usize = 18;
const BYTES: usize = VECTORS * 16;
/** Squared gray levels per pixel; below it a window has nothing to hold on to. */
const LEAST_EIGENVALUE: f64 = 0.3;
const MOST_ITERATIONS: i32 = 12;
/** A step under this ends the search, pixels; on the coarse levels, which only say where to look, the second. */
const ENOUGH: f64 = 0.005;
const ENOUGH_COARSE: f64 = 0.03;

const template = memory.data(288, 16);
const gradientX = memory.data(288, 16);
const gradientY = memory.data(288, 16);
/** 14 rows of 16 samples: the template with a margin of one. */
const samples = memory.data(448, 16);

let foundX: f64 = 0;
let foundY: f64 = 0;
let foundResidual: f64 = 0;

/** Eight samples between neighbours of a row, seven bits of fraction. @param fx of 32768. */
@inline
function across(p: usize, fx: v128): v128 {
  const here = v128.load8x8_u(p);
  const step = i16x8.shl(i16x8.sub(v128.load8x8_u(p, 1), here), 7);
  return i16x8.add(i16x8.shl(here, 7), i16x8.q15mulr_sat_s(step, fx));
}

/** Eight samples between two rows of those, five bits of fraction. */
@inline
function between(above: v128, below: v128, fy: v128): v128 {
  return i16x8.shr_s(i16x8.add(above, i16x8.q15mulr_sat_s(i16x8.sub(below, above), fy)), 2);
}

/** The first four lanes of both. */
@inline
function lows(a: v128, b: v128): v128 {
  return i64x2.shuffle(a, b, 0, 2);
}

@inline
function total(v: v128): f64 {
  return <f64>i32x4.extract_lane(v, 0) + <f64>i32x4.extract_lane(v, 1) + <f64>i32x4.extract_lane(v, 2) + <f64>i32x4.extract_lane(v, 3);
}

@inline
function fraction(value: f64): v128 {
  return i16x8.splat(<i16>min(32767, <i32>(value * 32768)));
}

@inline
function gradient(after: v128, before: v128): v128 {
  return i16x8.shr_s(i16x8.sub(after, before), 1);
}

/** Fills the template around (x, y) and its gradients; false where it leaves the picture. */
function takeTemplate(image: usize, width: i32, height: i32, x: f64, y: f64): bool {
  const left = floor(x - HALF - 1);
  const top = floor(y - HALF - 1);
  const ix = <i32>left;
  const iy = <i32>top;
  if (ix < 0 || iy < 0 || ix + SIZE + 8 >= width || iy + SIZE + 3 >= height) return false;
  const fx = fraction(x - HALF - 1 - left);
  const fy = fraction(y - HALF - 1 - top);
  let p = image + <usize>(iy * width + ix);
  let first = across(p, fx);
  let second = across(p + 8, fx);
  for (let r: usize = 0; r < 14; r++) {
    p += <usize>width;
    const nextFirst = across(p, fx);
    const nextSecond = across(p + 8, fx);
    v128.store(samples + r * 32, between(first, nextFirst, fy));
    v128.store(samples + r * 32, between(second, nextSecond, fy), 16);
    first = nextFirst;
    second = nextSecond;
  }
  for (let r: usize = 0; r < 12; r += 2) {
    const o = r * 24;
    const s = samples + (r + 1) * 32 + 2;
    v128.store(template + o, v128.load(s));
    v128.store(template + o, v128.load(s, 32), 16);
    v128.store(template + o, lows(v128.load(s, 16), v128.load(s, 48)), 32);
    for (let k: usize = 0; k < 2; k++) {
      const q = s + k * 32;
      v128.store(gradientX + o + k * 16, gradient(v128.load(q, 2), v128.load(q - 2)));
      v128.store(gradientY + o + k * 16, gradient(v128.load(q, 32), v128.load(q - 32)));
    }
    v128.store(gradientX + o, gradient(lows(v128.load(s, 18), v128.load(s, 50)), lows(v128.load(s, 14), v128.load(s, 46))), 32);
    v128.store(gradientY + o, gradient(lows(v128.load(s, 48), v128.load(s, 80)), lows(v128.load(s - 16), v128.load(s, 16))), 32);
  }
  return true;
}

/** Follows the window around (x, y) of one level from (foundX, foundY) on; leaves the place and its RMS residual there. */
function followLevel(imageA: usize, imageB: usize, width: i32, height: i32, x: f64, y: f64, enough: f64): bool {
  if (!takeTemplate(imageA, width, height, x, y)) return false;
  const ones = i16x8.splat(1);
  let xx = i32x4.splat(0);
  let xy = i32x4.splat(0);
  let yy = i32x4.splat(0);
  let sx = i32x4.splat(0);
  let sy = i32x4.splat(0);
  for (let o: usize = 0; o < BYTES; o += 16) {
    const gx = v128.load(gradientX + o);
    const gy = v128.load(gradientY + o);
    xx = i32x4.add(xx, i32x4.dot_i16x8_s(gx, gx));
    xy = i32x4.add(xy, i32x4.dot_i16x8_s(gx, gy));
    yy = i32x4.add(yy, i32x4.dot_i16x8_s(gy, gy));
    sx = i32x4.add(sx, i32x4.dot_i16x8_s(gx, ones));
    sy = i32x4.add(sy, i32x4.dot_i16x8_s(gy, ones));
  }
  const meanX = total(sx) / PIXELS;
  const meanY = total(sy) / PIXELS;
  // Eliminating the brightness offset centres the gradients.
  const a = total(xx) - meanX * meanX * PIXELS;
  const b = total(xy) - meanX * meanY * PIXELS;
  const d = total(yy) - meanY * meanY * PIXELS;
  const determinant = a * d - b * b;
  const smaller = (a + d - sqrt((a - d) * (a - d) + 4 * b * b)) / (2 * PIXELS * UNITS * UNITS);
  if (smaller < LEAST_EIGENVALUE || determinant <= 0) return false;

  let px = foundX;
  let py = foundY;
  let residual: f64 = 0;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const left = floor(px - HALF);
    const top = floor(py - HALF);
    const ix = <i32>left;
    const iy = <i32>top;
    if (ix < 0 || iy < 0 || ix + SIZE + 4 >= width || iy + SIZE + 1 >= height) return false;
    const fx = fraction(px - HALF - left);
    const fy = fraction(py - HALF - top);
    let sum = i32x4.splat(0);
    let sumX = i32x4.splat(0);
    let sumY = i32x4.splat(0);
    let square = i32x4.splat(0);
    let p = imageB + <usize>(iy * width + ix);
    let first = across(p, fx);
    let second = across(p + 8, fx);
    for (let o: usize = 0; o < BYTES; o += 48) {
      p += <usize>width;
      const first1 = across(p, fx);
      const second1 = across(p + 8, fx);
      p += <usize>width;
      const first2 = across(p, fx);
      const second2 = across(p + 8, fx);
      const d0 = i16x8.sub(v128.load(template + o), between(first, first1, fy));
      const d1 = i16x8.sub(v128.load(template + o, 16), between(first1, first2, fy));
      const d2 = i16x8.sub(v128.load(template + o, 32), between(lows(second, second1), lows(second1, second2), fy));
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(i16x8.add(i16x8.add(d0, d1), d2), ones));
      sumX = i32x4.add(sumX, i32x4.dot_i16x8_s(d0, v128.load(gradientX + o)));
      sumX = i32x4.add(sumX, i32x4.dot_i16x8_s(d1, v128.load(gradientX + o, 16)));
      sumX = i32x4.add(sumX, i32x4.dot_i16x8_s(d2, v128.load(gradientX + o, 32)));
      sumY = i32x4.add(sumY, i32x4.dot_i16x8_s(d0, v128.load(gradientY + o)));
      sumY = i32x4.add(sumY, i32x4.dot_i16x8_s(d1, v128.load(gradientY + o, 16)));
      sumY = i32x4.add(sumY, i32x4.dot_i16x8_s(d2, v128.load(gradientY + o, 32)));
      // Halved, or the squares of a window that is black here and white there would not fit.
      const e0 = i16x8.shr_s(d0, 1);
      const e1 = i16x8.shr_s(d1, 1);
      const e2 = i16x8.shr_s(d2, 1);
      square = i32x4.add(square, i32x4.add(i32x4.add(i32x4.dot_i16x8_s(e0, e0), i32x4.dot_i16x8_s(e1, e1)), i32x4.dot_i16x8_s(e2, e2)));
      first = first2;
      second = second2;
    }
    const offset = total(sum);
    residual = (4 * total(square) - (offset * offset) / PIXELS) / (PIXELS * UNITS * UNITS);
    const ex = total(sumX) - meanX * offset;
    const ey = total(sumY) - meanY * offset;
    const stepX = (d * ex - b * ey) / determinant;
    const stepY = (a * ey - b * ex) / determinant;
    px += stepX;
    py += stepY;
    if (abs(stepX) < enough && abs(stepY) < enough) break;
  }
  foundX = px;
  foundY = py;
  foundResidual = sqrt(max<f64>(residual, 0));
  return true;
}

/** From the coarsest of so many levels to the finest; true where the finest was followed. */
function follow(pyramidA: usize, pyramidB: usize, levels: usize, levelCount: i32, x: f64, y: f64): bool {
  let ok = false;
  for (let level = levelCount - 1; level >= 0; level--) {
    const entry = levels + <usize>level * 12;
    const offset = <usize>load<i32>(entry);
    const scale: f64 = 1 / <f64>(1 << level);
    const guessX = foundX;
    const guessY = foundY;
    foundX *= scale;
    foundY *= scale;
    ok = followLevel(pyramidA + offset, pyramidB + offset, load<i32>(entry, 4), load<i32>(entry, 8), x * scale, y * scale, level > 0 ? ENOUGH_COARSE : ENOUGH);
    // A coarse level without texture, or cut by the border, leaves the guess to the next finer one.
    foundX = ok ? foundX / scale : guessX;
    foundY = ok ? foundY / scale : guessY;
  }
  return ok;
}

/**
 * Follows `count` points from pyramid A to pyramid B and back. Level l of each pyramid lies at the offset stored in `levels`
 * as (offset, width, height) i32 triples relative to the pyramid's base.
 * @param backLevels of the way back, which starts at its goal, so that the coarse ones have nothing to find. @param points f32
 *   pairs. @param guesses f32 pairs, overwritten by the result, NaN where lost, further off on the way back than `tolerance`
 *   pixels, or unlike by more than `mostResidual` gray levels.
 */
export function followAll(
  pyramidA: usize,
  pyramidB: usize,
  levels: usize,
  levelCount: i32,
  backLevels: i32,
  points: usize,
  guesses: usize,
  count: i32,
  tolerance: f64,
  mostResidual: f64,
): void {
  for (let i = 0; i < count; i++) {
    const x = <f64>load<f32>(points + <usize>i * 8);
    const y = <f64>load<f32>(points + <usize>i * 8, 4);
    const guess = guesses + <usize>i * 8;
    foundX = <f64>load<f32>(guess);
    foundY = <f64>load<f32>(guess, 4);
    store<f32>(guess, f32.NaN);
    store<f32>(guess, f32.NaN, 4);
    if (!follow(pyramidA, pyramidB, levels, levelCount, x, y) || foundResidual > mostResidual) continue;
    const u = foundX;
    const v = foundY;
    // On the way back the true start is the guess: the check asks whether the search is content with it.
    foundX = x;
    foundY = y;
    if (!follow(pyramidB, pyramidA, levels, backLevels, u, v)) continue;
    if ((foundX - x) * (foundX - x) + (foundY - y) * (foundY - y) > tolerance * tolerance) continue;
    store<f32>(guess, <f32>u);
    store<f32>(guess, <f32>v, 4);
  }
}

/**
 * Binomial 5×5 blur and decimation by 2, rounded: (2x, 2y) lands on (x, y). Output sides (width+1)>>1 and (height+1)>>1.
 * @param temporary i16 of a row, four more before it and sixteen after.
 */
export function shrink(src: usize, dst: usize, temporary: usize, width: i32, height: i32): void {
  const outWidth = (width + 1) >> 1;
  const outHeight = (height + 1) >> 1;
  const line = temporary + 16;
  const ends = i32x4.splat((4 << 16) | 1);
  const middle = i32x4.splat((4 << 16) | 6);
  const last = i32x4.splat(1);
  const half = i32x4.splat(128);
  for (let y = 0; y < outHeight; y++) {
    const c = 2 * y;
    const ra = src + <usize>(max(c - 2, 0) * width);
    const rb = src + <usize>(max(c - 1, 0) * width);
    const rc = src + <usize>(c * width);
    const rd = src + <usize>(min(c + 1, height - 1) * width);
    const re = src + <usize>(min(c + 2, height - 1) * width);
    // Reads up to seven bytes past a row: the host leaves room after a picture.
    for (let x: usize = 0; x < <usize>width; x += 8) {
      const outer = i16x8.add(v128.load8x8_u(ra + x), v128.load8x8_u(re + x));
      const inner = i16x8.shl(i16x8.add(v128.load8x8_u(rb + x), v128.load8x8_u(rd + x)), 2);
      const here = v128.load8x8_u(rc + x);
      const six = i16x8.add(i16x8.shl(here, 2), i16x8.shl(here, 1));
      v128.store(line + 2 * x, i16x8.add(i16x8.add(outer, inner), six));
    }
    const left = load<i16>(line);
    const right = load<i16>(line + 2 * <usize>(width - 1));
    store<i16>(line - 4, left);
    store<i16>(line - 2, left);
    for (let k: usize = 0; k < 3; k++) store<i16>(line + 2 * (<usize>width + k), right);
    const target = dst + <usize>(y * outWidth);
    // Past the row's end the next one is written over, and after the last row there is room.
    for (let x: usize = 0; x < <usize>outWidth; x += 4) {
      const p = line + 4 * x;
      const before = i32x4.dot_i16x8_s(v128.load(p - 4), ends);
      const around = i32x4.dot_i16x8_s(v128.load(p), middle);
      const after = i32x4.dot_i16x8_s(v128.load(p, 4), last);
      const mean = i32x4.shr_u(i32x4.add(i32x4.add(i32x4.add(before, around), after), half), 8);
      const words = i16x8.narrow_i32x4_u(mean, mean);
      v128.store32_lane(target + x, i8x16.narrow_i16x8_u(words, words), 0);
    }
  }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
