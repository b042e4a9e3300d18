/**
 * Scale-space features: Gaussian blur, difference-of-Gaussian extrema and upright gradient descriptors.
 * Lowe, "Distinctive Image Features from Scale-Invariant Keypoints" (IJCV 2004); descriptors are taken without a
 * dominant orientation (neighbouring video frames barely roll) and end as RootSIFT (Arandjelović and Zisserman 2012).
 * Images are f32, row-major, no padding. All pointers come from the host.
 */

/**
 * dst = src blurred by a symmetric separable filter; `taps` holds radius + 1 weights from the centre outwards.
 * `difference`, where it is not 0, gets dst − src. Sixteen pixels at a time: a weight is loaded once for all of them.
 */
export function blur(
  src: usize,
  dst: usize,
  difference: usize,
  temporary: usize,
  row: usize,
  width: i32,
  height: i32,
  taps: usize,
  radius: i32,
): void {
  const stride = <usize>width * 4;
  for (let y = 0; y < height; y++) {
    const line = src + <usize>y * stride;
    const out = temporary + <usize>y * stride;
    const first = load<f32>(line);
    const last = load<f32>(line + stride - 4);
    for (let i = 0; i < radius; i++) {
      store<f32>(row + <usize>i * 4, first);
      store<f32>(row + <usize>(radius + width + i) * 4, last);
    }
    memory.copy(row + <usize>radius * 4, line, stride);
    let x = 0;
    for (; x + 16 <= width; x += 16) {
      const centre = row + <usize>(radius + x) * 4;
      const middle = v128.load32_splat(taps);
      let a = f32x4.mul(v128.load(centre), middle);
      let b = f32x4.mul(v128.load(centre, 16), middle);
      let c = f32x4.mul(v128.load(centre, 32), middle);
      let d = f32x4.mul(v128.load(centre, 48), middle);
      let left = centre - 4;
      let right = centre + 4;
      const end = taps + <usize>radius * 4;
      for (let tap = taps + 4; tap <= end; tap += 4) {
        const weight = v128.load32_splat(tap);
        a = f32x4.add(a, f32x4.mul(f32x4.add(v128.load(left), v128.load(right)), weight));
        b = f32x4.add(b, f32x4.mul(f32x4.add(v128.load(left, 16), v128.load(right, 16)), weight));
        c = f32x4.add(c, f32x4.mul(f32x4.add(v128.load(left, 32), v128.load(right, 32)), weight));
        d = f32x4.add(d, f32x4.mul(f32x4.add(v128.load(left, 48), v128.load(right, 48)), weight));
        left -= 4;
        right += 4;
      }
      const to = out + <usize>x * 4;
      v128.store(to, a);
      v128.store(to, b, 16);
      v128.store(to, c, 32);
      v128.store(to, d, 48);
    }
    for (; x < width; x++) {
      const centre = row + <usize>(radius + x) * 4;
      let sum = load<f32>(centre) * load<f32>(taps);
      for (let k = 1; k <= radius; k++) {
        const offset = <usize>k * 4;
        sum += (load<f32>(centre - offset) + load<f32>(centre + offset)) * load<f32>(taps + offset);
      }
      store<f32>(out + <usize>x * 4, sum);
    }
  }
  for (let y = 0; y < height; y++) {
    const line = <usize>y * stride;
    let x = 0;
    for (; x + 16 <= width; x += 16) {
      const column = temporary + <usize>x * 4;
      const centre = column + line;
      const middle = v128.load32_splat(taps);
      let a = f32x4.mul(v128.load(centre), middle);
      let b = f32x4.mul(v128.load(centre, 16), middle);
      let c = f32x4.mul(v128.load(centre, 32), middle);
      let d = f32x4.mul(v128.load(centre, 48), middle);
      for (let k = 1; k <= radius; k++) {
        const above = column + <usize>max(y - k, 0) * stride;
        const below = column + <usize>min(y + k, height - 1) * stride;
        const weight = v128.load32_splat(taps + <usize>k * 4);
        a = f32x4.add(a, f32x4.mul(f32x4.add(v128.load(above), v128.load(below)), weight));
        b = f32x4.add(b, f32x4.mul(f32x4.add(v128.load(above, 16), v128.load(below, 16)), weight));
        c = f32x4.add(c, f32x4.mul(f32x4.add(v128.load(above, 32), v128.load(below, 32)), weight));
        d = f32x4.add(d, f32x4.mul(f32x4.add(v128.load(above, 48), v128.load(below, 48)), weight));
      }
      const at = line + <usize>x * 4;
      if (difference) {
        v128.store(difference + at, f32x4.sub(a, v128.load(src + at)));
        v128.store(difference + at, f32x4.sub(b, v128.load(src + at, 16)), 16);
        v128.store(difference + at, f32x4.sub(c, v128.load(src + at, 32)), 32);
        v128.store(difference + at, f32x4.sub(d, v128.load(src + at, 48)), 48);
      }
      v128.store(dst + at, a);
      v128.store(dst + at, b, 16);
      v128.store(dst + at, c, 32);
      v128.store(dst + at, d, 48);
    }
    for (; x < width; x++) {
      const column = temporary + <usize>x * 4;
      let sum = load<f32>(column + line) * load<f32>(taps);
      for (let k = 1; k <= radius; k++) {
        const above = <usize>max(y - k, 0);
        const below = <usize>min(y + k, height - 1);
        sum += (load<f32>(column + above * stride) + load<f32>(column + below * stride)) * load<f32>(taps + <usize>k * 4);
      }
      const at = line + <usize>x * 4;
      if (difference) store<f32>(difference + at, sum - load<f32>(src + at));
      store<f32>(dst + at, sum);
    }
  }
}

/** 8-bit gray to f32 in [0, 1]. */
export function toFloat(src: usize, dst: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<f32>(dst + <usize>i * 4, <f32>load<u8>(src + <usize>i) * <f32>(1.0 / 255.0));
}

/** Doubles both sides; sample (x, y) lands on (2x, 2y), the rest is bilinear. */
export function upsample(src: usize, dst: usize, width: i32, height: i32): void {
  const stride = <usize>width * 4;
  const quarter = f32x4.splat(0.25);
  for (let y = 0; y < height * 2; y++) {
    const above = src + <usize>(y >> 1) * stride;
    const below = src + <usize>min((y >> 1) + (y & 1), height - 1) * stride;
    const out = dst + <usize>y * stride * 2;
    let x = 0;
    // The last sample of a row has no neighbour to the right.
    for (; x + 5 <= width; x += 4) {
      const at = <usize>x * 4;
      const a = v128.load(above + at);
      const b = v128.load(below + at);
      const even = f32x4.mul(f32x4.add(f32x4.add(f32x4.add(a, a), b), b), quarter);
      const across = f32x4.add(a, v128.load(above + at, 4));
      const odd = f32x4.mul(f32x4.add(f32x4.add(across, b), v128.load(below + at, 4)), quarter);
      v128.store(out + 2 * at, v128.shuffle<f32>(even, odd, 0, 4, 1, 5));
      v128.store(out + 2 * at, v128.shuffle<f32>(even, odd, 2, 6, 3, 7), 16);
    }
    for (; x < width; x++) {
      const at = <usize>x * 4;
      const next = <usize>min(x + 1, width - 1) * 4;
      const a = load<f32>(above + at);
      const b = load<f32>(below + at);
      store<f32>(out + 2 * at, (a + a + b + b) * <f32>0.25);
      store<f32>(out + 2 * at + 4, (a + load<f32>(above + next) + b + load<f32>(below + next)) * <f32>0.25);
    }
  }
}

/** Takes every second sample: (2x, 2y) lands on (x, y). Output sides are width >> 1 and height >> 1. */
export function downsample(src: usize, dst: usize, width: i32, height: i32): void {
  const outWidth = width >> 1;
  const outHeight = height >> 1;
  for (let y = 0; y < outHeight; y++)
    for (let x = 0; x < outWidth; x++)
      store<f32>(dst + <usize>(y * outWidth + x) * 4, load<f32>(src + <usize>(2 * y * width + 2 * x) * 4));
}

@inline
function at(p: usize, width: i32, x: i32, y: i32): f32 {
  return load<f32>(p + <usize>(y * width + x) * 4);
}

function isExtremum(p: usize, layerBytes: usize, width: i32, value: f32): bool {
  const row = <usize>width * 4;
  if (value > 0) {
    for (let layer: usize = 0; layer < 3; layer++) {
      const centre = p + layer * layerBytes - layerBytes;
      for (let dy: usize = 0; dy < 3; dy++) {
        const q = centre + dy * row - row - 4;
        if (load<f32>(q) > value || load<f32>(q + 4) > value || load<f32>(q + 8) > value) return false;
      }
    }
  } else {
    for (let layer: usize = 0; layer < 3; layer++) {
      const centre = p + layer * layerBytes - layerBytes;
      for (let dy: usize = 0; dy < 3; dy++) {
        const q = centre + dy * row - row - 4;
        if (load<f32>(q) < value || load<f32>(q + 4) < value || load<f32>(q + 8) < value) return false;
      }
    }
  }
  return true;
}

/** Which of four pixels in a row reach the threshold and are extreme among the eight around them: a bit each. */
@inline
function extremaOfFour(p: usize, row: usize, threshold: v128): i32 {
  const value = v128.load(p);
  const isStrong = f32x4.ge(f32x4.abs(value), threshold);
  if (!v128.any_true(isStrong)) return 0;
  const up = p - row;
  const down = p + row;
  let a = v128.load(up - 4);
  let b = v128.load(up);
  let highest = f32x4.max(a, b);
  let lowest = f32x4.min(a, b);
  a = v128.load(up, 4);
  b = v128.load(p - 4);
  highest = f32x4.max(highest, f32x4.max(a, b));
  lowest = f32x4.min(lowest, f32x4.min(a, b));
  a = v128.load(p, 4);
  b = v128.load(down - 4);
  highest = f32x4.max(highest, f32x4.max(a, b));
  lowest = f32x4.min(lowest, f32x4.min(a, b));
  a = v128.load(down);
  b = v128.load(down, 4);
  highest = f32x4.max(highest, f32x4.max(a, b));
  lowest = f32x4.min(lowest, f32x4.min(a, b));
  const isExtreme = v128.or(f32x4.ge(value, highest), f32x4.le(value, lowest));
  return i32x4.bitmask(v128.and(isStrong, isExtreme));
}

/**
 * Extrema of one octave's five DoG layers (contiguous), refined by a 3-D quadratic and kept when their contrast and
 * shape are good. Writes records of four f32 (x, y in octave pixels, layer 0–4 fractional, |response|).
 * @returns how many were written, at most `capacity`.
 */
export function findExtrema(dog: usize, width: i32, height: i32, threshold: f32, edgeRatio: f32, out: usize, capacity: i32): i32 {
  const border = 5;
  const layerBytes = <usize>(width * height) * 4;
  const edgeLimit = ((edgeRatio + 1) * (edgeRatio + 1)) / edgeRatio;
  const least = f32x4.splat(threshold * <f32>0.6);
  let count = 0;
  for (let layer = 1; layer <= 3; layer++) {
    for (let y = border; y < height - border; y++) {
      const line = dog + <usize>layer * layerBytes + <usize>(y * width) * 4;
      for (let x = border; x < width - border; x++) {
        // Most pixels are no extremum of their own layer: four at a time are passed over. The row's border of five
        // and the slack behind the layers make reading beyond the last pixel harmless.
        const left = line + <usize>x * 4;
        const lanes = extremaOfFour(left, <usize>width * 4, least);
        if (lanes == 0) {
          x += 3;
          continue;
        }
        const skipped = ctz(lanes);
        x += skipped;
        if (x >= width - border) break;
        const p = left + <usize>skipped * 4;
        const value = load<f32>(p);
        if (!isExtremum(p, layerBytes, width, value)) continue;

        let cx = x;
        let cy = y;
        let cl = layer;
        let ox: f32 = 0;
        let oy: f32 = 0;
        let ol: f32 = 0;
        let response: f32 = 0;
        let converged = false;
        for (let iteration = 0; iteration < 5; iteration++) {
          const c = dog + <usize>cl * layerBytes;
          const a = c - layerBytes;
          const b = c + layerBytes;
          const v = at(c, width, cx, cy);
          const dx = (at(c, width, cx + 1, cy) - at(c, width, cx - 1, cy)) * <f32>0.5;
          const dy = (at(c, width, cx, cy + 1) - at(c, width, cx, cy - 1)) * <f32>0.5;
          const ds = (at(b, width, cx, cy) - at(a, width, cx, cy)) * <f32>0.5;
          const dxx = at(c, width, cx + 1, cy) + at(c, width, cx - 1, cy) - 2 * v;
          const dyy = at(c, width, cx, cy + 1) + at(c, width, cx, cy - 1) - 2 * v;
          const dss = at(b, width, cx, cy) + at(a, width, cx, cy) - 2 * v;
          const dxy =
            (at(c, width, cx + 1, cy + 1) - at(c, width, cx - 1, cy + 1) - at(c, width, cx + 1, cy - 1) + at(c, width, cx - 1, cy - 1)) * <f32>0.25;
          const dxs = (at(b, width, cx + 1, cy) - at(b, width, cx - 1, cy) - at(a, width, cx + 1, cy) + at(a, width, cx - 1, cy)) * <f32>0.25;
          const dys = (at(b, width, cx, cy + 1) - at(b, width, cx, cy - 1) - at(a, width, cx, cy + 1) + at(a, width, cx, cy - 1)) * <f32>0.25;
          const c00 = dyy * dss - dys * dys;
          const c01 = dxs * dys - dxy * dss;
          const c02 = dxy * dys - dxs * dyy;
          const determinant = dxx * c00 + dxy * c01 + dxs * c02;
          if (abs(determinant) < <f32>1e-20) break;
          const inverse: f32 = -1 / determinant;
          ox = inverse * (c00 * dx + c01 * dy + c02 * ds);
          oy = inverse * (c01 * dx + (dxx * dss - dxs * dxs) * dy + (dxy * dxs - dxx * dys) * ds);
          ol = inverse * (c02 * dx + (dxy * dxs - dxx * dys) * dy + (dxx * dyy - dxy * dxy) * ds);
          if (abs(ox) < <f32>0.6 && abs(oy) < <f32>0.6 && abs(ol) < <f32>0.6) {
            response = v + <f32>0.5 * (dx * ox + dy * oy + ds * ol);
            const trace = dxx + dyy;
            const minor = dxx * dyy - dxy * dxy;
            converged = minor > 0 && trace * trace < edgeLimit * minor;
            break;
          }
          if (abs(ox) > 8 || abs(oy) > 8 || abs(ol) > 8) break;
          cx += <i32>nearest(ox);
          cy += <i32>nearest(oy);
          cl += <i32>nearest(ol);
          if (cl < 1 || cl > 3 || cx < border || cy < border || cx >= width - border || cy >= height - border) break;
        }
        if (!converged || abs(response) < threshold) continue;
        if (count == capacity) return count;
        const record = out + <usize>count * 16;
        store<f32>(record, <f32>cx + ox);
        store<f32>(record + 4, <f32>cy + oy);
        store<f32>(record + 8, <f32>cl + ol);
        store<f32>(record + 12, abs(response));
        count++;
      }
    }
  }
  return count;
}

/** Angles of four (x, y) in turns·8, [0, 8): octant reduction and a cubic, error under 0.002 rad. */
@inline
function octants(x: v128, y: v128): v128 {
  const zero = f32x4.splat(0);
  const eight = f32x4.splat(8);
  const ax = f32x4.abs(x);
  const ay = f32x4.abs(y);
  const ratio = f32x4.div(f32x4.min(ax, ay), f32x4.add(f32x4.max(ax, ay), f32x4.splat(1e-20)));
  const cubic = f32x4.add(f32x4.splat(0.31156), f32x4.mul(f32x4.splat(0.08442), ratio));
  const one = f32x4.splat(1);
  let angle = f32x4.mul(ratio, f32x4.sub(one, f32x4.mul(f32x4.sub(ratio, one), cubic)));
  angle = v128.bitselect(f32x4.sub(f32x4.splat(2), angle), angle, f32x4.gt(ay, ax));
  angle = v128.bitselect(f32x4.sub(f32x4.splat(4), angle), angle, f32x4.lt(x, zero));
  angle = v128.bitselect(f32x4.sub(eight, angle), angle, f32x4.lt(y, zero));
  return v128.bitselect(f32x4.sub(angle, eight), angle, f32x4.ge(angle, eight));
}

/** exp(−u²/8) for |u| ≤ 2.6 within 1 %, as (1 − u²/256)³². */
@inline
function bell(u: f32): f32 {
  let value: f32 = 1 - u * u * <f32>0.00390625;
  value *= value;
  value *= value;
  value *= value;
  value *= value;
  return value * value;
}

// Parts of describe's scratch, bytes: a 6×6×8 histogram, whose margin of one cell takes what falls outside, and per
// column of the patch its weight, its cell's offset in the histogram and its place within the cell; then per pixel of
// a row its weighted gradient and the gradient's angle.
const COLUMN_WEIGHT: usize = 1280;
const COLUMN_CELL: usize = 1792;
const COLUMN_FRACTION: usize = 2304;
const MAGNITUDE: usize = 2816;
const ANGLE: usize = 3328;

/**
 * Upright 4×4×8 gradient histogram at (x, y), cells of 3·sigma octave pixels, Gaussian-weighted, trilinear; then
 * RootSIFT: L1-normalised, square root, times 512, rounded and stored as 128 i16.
 * `scratch` needs 4 KiB; the image's rows are read up to three pixels beyond the patch.
 */
export function describe(image: usize, width: i32, height: i32, x: f32, y: f32, sigma: f32, out: usize, scratch: usize): void {
  const cell: f32 = 3 * sigma;
  const reach = <i32>ceil(<f32>2.5 * cell);
  let x0 = max(1, <i32>nearest(x) - reach);
  let x1 = min(width - 2, <i32>nearest(x) + reach);
  const y0 = max(1, <i32>nearest(y) - reach);
  const y1 = min(height - 2, <i32>nearest(y) + reach);
  while (x0 <= x1 && (<f32>x0 - x) / cell + <f32>2.5 < 0) x0++;
  while (x0 <= x1 && (<f32>x1 - x) / cell + <f32>2.5 >= 5) x1--;
  const histogram = scratch;
  memory.fill(histogram, 0, 6 * 6 * 8 * 4);
  for (let px = x0; px <= x1; px++) {
    const column = scratch + <usize>(px - x0) * 4;
    const du = (<f32>px - x) / cell;
    const u = du + <f32>2.5;
    const uCell = <i32>floor(u);
    store<f32>(column + COLUMN_WEIGHT, bell(du));
    store<i32>(column + COLUMN_CELL, uCell * 32);
    store<f32>(column + COLUMN_FRACTION, u - <f32>uCell);
  }
  const rowBytes = <usize>width * 4;
  for (let py = y0; py <= y1; py++) {
    const dv = (<f32>py - y) / cell;
    const v = dv + <f32>2.5;
    if (v < 0 || v >= 5) continue;
    const gaussianRow = f32x4.splat(bell(dv));
    const vCell = <i32>floor(v);
    const vFraction = v - <f32>vCell;
    const line = image + <usize>(py * width + x0) * 4;
    for (let px = x0; px <= x1; px += 4) {
      const offset = <usize>(px - x0) * 4;
      const p = line + offset;
      const gx = f32x4.sub(v128.load(p + 4), v128.load(p - 4));
      const gy = f32x4.sub(v128.load(p + rowBytes), v128.load(p - rowBytes));
      const steepness = f32x4.sqrt(f32x4.add(f32x4.mul(gx, gx), f32x4.mul(gy, gy)));
      const weight = v128.load(scratch + offset, COLUMN_WEIGHT);
      v128.store(scratch + offset, f32x4.mul(f32x4.mul(steepness, gaussianRow), weight), MAGNITUDE);
      v128.store(scratch + offset, octants(gx, gy), ANGLE);
    }
    const rowOfCells = histogram + <usize>(vCell * 192);
    for (let px = x0; px <= x1; px++) {
      const column = scratch + <usize>(px - x0) * 4;
      const magnitude = load<f32>(column + MAGNITUDE);
      const angle = load<f32>(column + ANGLE);
      const bin = <i32>angle;
      const aFraction = angle - <f32>bin;
      const bin0 = <usize>(bin & 7) * 4;
      const bin1 = <usize>((bin + 1) & 7) * 4;
      const uFraction = load<f32>(column + COLUMN_FRACTION);
      const base = rowOfCells + <usize>load<i32>(column + COLUMN_CELL);
      const m1 = magnitude * vFraction;
      const m0 = magnitude - m1;
      const m01 = m0 * uFraction;
      const m00 = m0 - m01;
      const m11 = m1 * uFraction;
      const m10 = m1 - m11;
      const rest: f32 = 1 - aFraction;
      store<f32>(base + bin0, load<f32>(base + bin0) + m00 * rest);
      store<f32>(base + bin1, load<f32>(base + bin1) + m00 * aFraction);
      store<f32>(base + bin0, load<f32>(base + bin0, 32) + m01 * rest, 32);
      store<f32>(base + bin1, load<f32>(base + bin1, 32) + m01 * aFraction, 32);
      store<f32>(base + bin0, load<f32>(base + bin0, 192) + m10 * rest, 192);
      store<f32>(base + bin1, load<f32>(base + bin1, 192) + m10 * aFraction, 192);
      store<f32>(base + bin0, load<f32>(base + bin0, 224) + m11 * rest, 224);
      store<f32>(base + bin1, load<f32>(base + bin1, 224) + m11 * aFraction, 224);
    }
  }
  let total: f32 = 0;
  for (let row = 1; row <= 4; row++)
    for (let i = 8; i < 40; i++) total += load<f32>(histogram + <usize>(row * 48 + i) * 4);
  const scale: f32 = total > 0 ? 1 / total : 0;
  const scales = f32x4.splat(scale);
  const unit = f32x4.splat(512);
  let o = out;
  for (let row = 1; row <= 4; row++)
    for (let i = 8; i < 40; i += 8) {
      const from = histogram + <usize>(row * 48 + i) * 4;
      const a = f32x4.mul(f32x4.sqrt(f32x4.mul(v128.load(from), scales)), unit);
      const b = f32x4.mul(f32x4.sqrt(f32x4.mul(v128.load(from, 16), scales)), unit);
      const low = i32x4.trunc_sat_f32x4_s(f32x4.nearest(a));
      const high = i32x4.trunc_sat_f32x4_s(f32x4.nearest(b));
      v128.store(o, i16x8.narrow_i32x4_s(low, high));
      o += 16;
    }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
