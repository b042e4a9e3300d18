/**
 * Scale-space features: Gaussian blur, difference-of-Gaussian extrema and upright gradient descriptors.
 * Lowe, "Distinctive Image Features from Scale-Invariant Keypoints" (IJCV 2004); descriptors are taken without a
 * dominant orientation (neighbouring video frames barely roll) and end as RootSIFT (Arandjelović and Zisserman 2012).
 * Images are f32, row-major, no padding. All pointers come from the host.
 */

/** dst = src blurred by a symmetric separable filter; `taps` holds radius + 1 weights from the centre outwards. */
export function blur(src: usize, dst: usize, temporary: usize, row: usize, width: i32, height: i32, taps: usize, radius: i32): void {
  for (let y = 0; y < height; y++) {
    const line = src + <usize>(y * width) * 4;
    const out = temporary + <usize>(y * width) * 4;
    const first = load<f32>(line);
    const last = load<f32>(line + <usize>(width - 1) * 4);
    for (let i = 0; i < radius; i++) {
      store<f32>(row + <usize>i * 4, first);
      store<f32>(row + <usize>(radius + width + i) * 4, last);
    }
    memory.copy(row + <usize>radius * 4, line, <usize>width * 4);
    let x = 0;
    for (; x + 4 <= width; x += 4) {
      const centre = row + <usize>(radius + x) * 4;
      let sum = f32x4.mul(v128.load(centre), v128.load32_splat(taps));
      for (let k = 1; k <= radius; k++) {
        const offset = <usize>k * 4;
        const pair = f32x4.add(v128.load(centre - offset), v128.load(centre + offset));
        sum = f32x4.add(sum, f32x4.mul(pair, v128.load32_splat(taps + offset)));
      }
      v128.store(out + <usize>x * 4, sum);
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
  const stride = <usize>width * 4;
  for (let y = 0; y < height; y++) {
    const out = dst + <usize>y * stride;
    let x = 0;
    for (; x + 4 <= width; x += 4) {
      const column = temporary + <usize>x * 4;
      let sum = f32x4.mul(v128.load(column + <usize>y * stride), v128.load32_splat(taps));
      for (let k = 1; k <= radius; k++) {
        const above = <usize>max(y - k, 0);
        const below = <usize>min(y + k, height - 1);
        const pair = f32x4.add(v128.load(column + above * stride), v128.load(column + below * stride));
        sum = f32x4.add(sum, f32x4.mul(pair, v128.load32_splat(taps + <usize>k * 4)));
      }
      v128.store(out + <usize>x * 4, sum);
    }
    for (; x < width; x++) {
      const column = temporary + <usize>x * 4;
      let sum = load<f32>(column + <usize>y * stride) * load<f32>(taps);
      for (let k = 1; k <= radius; k++) {
        const above = <usize>max(y - k, 0);
        const below = <usize>min(y + k, height - 1);
        sum += (load<f32>(column + above * stride) + load<f32>(column + below * stride)) * load<f32>(taps + <usize>k * 4);
      }
      store<f32>(out + <usize>x * 4, sum);
    }
  }
}

/** dst = a − b over `count` values, a multiple of 4 or padded to one. */
export function subtract(a: usize, b: usize, dst: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count * 4; i += 16) v128.store(dst + i, f32x4.sub(v128.load(a + i), v128.load(b + i)));
}

/** 8-bit gray to f32 in [0, 1]. */
export function toFloat(src: usize, dst: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<f32>(dst + <usize>i * 4, <f32>load<u8>(src + <usize>i) * <f32>(1.0 / 255.0));
}

/** Doubles both sides; sample (x, y) lands on (2x, 2y), the rest is bilinear. */
export function upsample(src: usize, dst: usize, width: i32, height: i32): void {
  const outWidth = width * 2;
  for (let y = 0; y < height * 2; y++) {
    const y0 = y >> 1;
    const y1 = min(y0 + (y & 1), height - 1);
    for (let x = 0; x < outWidth; x++) {
      const x0 = x >> 1;
      const x1 = min(x0 + (x & 1), width - 1);
      const sum =
        load<f32>(src + <usize>(y0 * width + x0) * 4) +
        load<f32>(src + <usize>(y0 * width + x1) * 4) +
        load<f32>(src + <usize>(y1 * width + x0) * 4) +
        load<f32>(src + <usize>(y1 * width + x1) * 4);
      store<f32>(dst + <usize>(y * outWidth + x) * 4, sum * <f32>0.25);
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

/**
 * Extrema of one octave's five DoG layers (contiguous), refined by a 3-D quadratic and kept when their contrast and
 * shape are good. Writes records of four f32 (x, y in octave pixels, layer 0–4 fractional, |response|).
 * @returns how many were written, at most `capacity`.
 */
export function findExtrema(dog: usize, width: i32, height: i32, threshold: f32, edgeRatio: f32, out: usize, capacity: i32): i32 {
  const border = 5;
  const layerBytes = <usize>(width * height) * 4;
  const edgeLimit = ((edgeRatio + 1) * (edgeRatio + 1)) / edgeRatio;
  let count = 0;
  for (let layer = 1; layer <= 3; layer++) {
    for (let y = border; y < height - border; y++) {
      for (let x = border; x < width - border; x++) {
        const p = dog + <usize>layer * layerBytes + <usize>(y * width + x) * 4;
        const value = load<f32>(p);
        if (abs(value) < threshold * <f32>0.6) continue;
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

/** Angle of (x, y) in turns·8, [0, 8): octant reduction and a cubic, error under 0.002 rad. */
@inline
function octants(x: f32, y: f32): f32 {
  const ax = abs(x);
  const ay = abs(y);
  const ratio = min(ax, ay) / (max(ax, ay) + <f32>1e-20);
  let angle = ratio * (1 - (ratio - 1) * (<f32>0.31156 + <f32>0.08442 * ratio));
  if (ay > ax) angle = 2 - angle;
  if (x < 0) angle = 4 - angle;
  if (y < 0) angle = 8 - angle;
  return angle >= 8 ? angle - 8 : angle;
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

/**
 * Upright 4×4×8 gradient histogram at (x, y), cells of 3·sigma octave pixels, Gaussian-weighted, trilinear; then
 * RootSIFT: L1-normalised, square root, times 512, rounded and stored as 128 i16.
 * `scratch` needs 4 KiB.
 */
export function describe(image: usize, width: i32, height: i32, x: f32, y: f32, sigma: f32, out: usize, scratch: usize): void {
  const cell: f32 = 3 * sigma;
  const reach = <i32>ceil(<f32>2.5 * cell);
  const x0 = max(1, <i32>nearest(x) - reach);
  const x1 = min(width - 2, <i32>nearest(x) + reach);
  const y0 = max(1, <i32>nearest(y) - reach);
  const y1 = min(height - 2, <i32>nearest(y) + reach);
  const histogram = scratch; // 6×6×8 f32: one cell of margin takes what falls outside.
  const columnWeight = scratch + 1280;
  memory.fill(histogram, 0, 6 * 6 * 8 * 4);
  for (let px = x0; px <= x1; px++) {
    const u = (<f32>px - x) / cell;
    store<f32>(columnWeight + <usize>(px - x0) * 4, bell(u));
  }
  for (let py = y0; py <= y1; py++) {
    const v = (<f32>py - y) / cell + <f32>2.5;
    if (v < 0 || v >= 5) continue;
    const dv = (<f32>py - y) / cell;
    const gaussianRow = bell(dv);
    const vCell = <i32>floor(v);
    const vFraction = v - <f32>vCell;
    for (let px = x0; px <= x1; px++) {
      const u = (<f32>px - x) / cell + <f32>2.5;
      if (u < 0 || u >= 5) continue;
      const p = image + <usize>(py * width + px) * 4;
      const gx = load<f32>(p + 4) - load<f32>(p - 4);
      const gy = load<f32>(p + <usize>width * 4) - load<f32>(p - <usize>width * 4);
      const magnitude = sqrt(gx * gx + gy * gy) * gaussianRow * load<f32>(columnWeight + <usize>(px - x0) * 4);
      const angle = octants(gx, gy);
      const bin = <i32>angle;
      const aFraction = angle - <f32>bin;
      const bin0 = <usize>(bin & 7) * 4;
      const bin1 = <usize>((bin + 1) & 7) * 4;
      const uCell = <i32>floor(u);
      const uFraction = u - <f32>uCell;
      const base = histogram + <usize>((vCell * 6 + uCell) * 32);
      const m1 = magnitude * vFraction;
      const m0 = magnitude - m1;
      const m01 = m0 * uFraction;
      const m00 = m0 - m01;
      const m11 = m1 * uFraction;
      const m10 = m1 - m11;
      const rest: f32 = 1 - aFraction;
      store<f32>(base + bin0, load<f32>(base + bin0) + m00 * rest);
      store<f32>(base + bin1, load<f32>(base + bin1) + m00 * aFraction);
      store<f32>(base + 32 + bin0, load<f32>(base + 32 + bin0) + m01 * rest);
      store<f32>(base + 32 + bin1, load<f32>(base + 32 + bin1) + m01 * aFraction);
      store<f32>(base + 192 + bin0, load<f32>(base + 192 + bin0) + m10 * rest);
      store<f32>(base + 192 + bin1, load<f32>(base + 192 + bin1) + m10 * aFraction);
      store<f32>(base + 224 + bin0, load<f32>(base + 224 + bin0) + m11 * rest);
      store<f32>(base + 224 + bin1, load<f32>(base + 224 + bin1) + m11 * aFraction);
    }
  }
  let total: f32 = 0;
  for (let row = 1; row <= 4; row++)
    for (let i = 8; i < 40; i++) total += load<f32>(histogram + <usize>(row * 48 + i) * 4);
  const scale: f32 = total > 0 ? 1 / total : 0;
  let o = out;
  for (let row = 1; row <= 4; row++)
    for (let i = 8; i < 40; i++) {
      const value = sqrt(load<f32>(histogram + <usize>(row * 48 + i) * 4) * scale) * 512;
      store<i16>(o, <i16>nearest(value));
      o += 2;
    }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
