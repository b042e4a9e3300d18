// Direct alignment of inverse depth: windows held against the sources, and local planes through what they ask for.
// See alignDepth.ts.
// Planes of numbers are f32 with PAD columns and rows around the picture, so that windows need no borders.

const PAD: i32 = 16;

/** out[pixel] = the luma of the pixel, of those right of it, below it and both, a byte each; the last column and row repeat. */
export function packQuads(gray: usize, out: usize, width: i32, height: i32): void {
  for (let y = 0; y < height; y++) {
    const row = gray + y * width, below = gray + min(height - 1, y + 1) * width;
    for (let x = 0; x < width; x++) {
      const r = min(width - 1, x + 1);
      store<u32>(out + 4 * (y * width + x), <u32>load<u8>(row + x) | (<u32>load<u8>(row + r) << 8)
        | (<u32>load<u8>(below + x) << 16) | (<u32>load<u8>(below + r) << 24));
    }
  }
}

/** Samples of a window: six rows of six, every other pixel. */
const SAMPLES: i32 = 36;
/** Variance of luma, squared grey levels, under which a window is plain: it can ask for nothing. */
const PLAIN: f32 = 1.5;

@inline function tapOffset(k: i32): i32 {
  return k < 3 ? 2 * k - 5 : 2 * k - 4;
}

@inline function sumOf(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3);
}

// What readWindow has read.
let windowMean: f32 = 0;
let windowVariance: f32 = 0;
let windowWeight: f32 = 0;

/** Where the samples lie from the middle of the map's pixel, which lies between four of the picture's. */
function layWindow(scratch: usize): void {
  for (let k = 0; k < SAMPLES; k++) {
    store<f32>(scratch + 8 * SAMPLES + 4 * k, <f32>tapOffset(k % 6) - 0.5);
    store<f32>(scratch + 12 * SAMPLES + 4 * k, <f32>tapOffset(k / 6) - 0.5);
  }
}

/** The samples about pixel (px, py) and its three neighbours: their values and weights, mean and variance. */
function readWindow(reference: usize, px: i32, py: i32, width: i32, height: i32, scratch: usize): void {
  const corner = reference + py * width + px;
  const own = <f32>(<i32>load<u8>(corner) + <i32>load<u8>(corner, 1)
    + <i32>load<u8>(corner + width) + <i32>load<u8>(corner + width, 1)) * 0.25;
  let sum: f32 = 0, sumR: f32 = 0, sumRR: f32 = 0;
  for (let j = 0; j < 6; j++) {
    const row = py + tapOffset(j);
    for (let i = 0; i < 6; i++) {
      const column = px + tapOffset(i);
      const k = (j * 6 + i) << 2;
      if (row < 0 || column < 0 || row >= height || column >= width) {
        store<f32>(scratch + k, own);
        store<f32>(scratch + 4 * SAMPLES + k, 0);
        continue;
      }
      const r = <f32>load<u8>(reference + row * width + column);
      const d = r - own;
      const w: f32 = <f32>1 / (1 + 0.007 * d * d);
      store<f32>(scratch + k, r);
      store<f32>(scratch + 4 * SAMPLES + k, w);
      sum += w;
      sumR += w * d;
      sumRR += w * d * d;
    }
  }
  const offset = sumR / sum;
  windowWeight = sum;
  windowMean = own + offset;
  windowVariance = sumRR / sum - offset * offset;
}

/**
 * One Gauss-Newton step of inverse depth at each pixel of a map of half the size, not applied but summed over the
 * sources: a window of 12 × 12 pixels of the whole picture, its samples weighed by their likeness to the middle, lies
 * in the pixel's plane and is held against each source up to a gain and an offset of its luma. `information` gains
 * Σ g² / σ², `shift` gains −Σ g e / σ², with e what gain and offset leave, g its derivative by inverse depth, and σ²
 * the variance of `noise` grey levels and of e: what a source does not see has little say. `likeness` gains
 * noise² / (noise² + e²) and `views` 1 for each source that sees the whole window.
 * @param reference u8, width × height: the whole picture.
 * @param sources 64 bytes each: the mapping from the whole picture, 12 f32 (base, row-major, then offset, as
 *   EpipolarMap), then quads as packQuads makes them, width and height, i32.
 * @param scratch 16 · 36 bytes.
 * @param apart only every so-many-th row and column is asked, and says what it says for those that are not.
 * @param inverseDepth, slopeX, slopeY, information, shift, likeness, views: padded planes of half the size; 0 inverse
 *   depth is unknown; slopes by pixel of the half size.
 */
export function alignWindows(
  reference: usize, sources: usize, count: i32, scratch: usize,
  inverseDepth: usize, slopeX: usize, slopeY: usize,
  information: usize, shift: usize, likeness: usize, views: usize,
  width: i32, height: i32, noise: f32, apart: i32,
): void {
  const mapWidth = width >> 1, mapHeight = height >> 1;
  const stride = mapWidth + 2 * PAD;
  const values = scratch, weights = scratch + 4 * SAMPLES, right = scratch + 8 * SAMPLES, down = scratch + 12 * SAMPLES;
  layWindow(scratch);
  const variance = noise * noise;
  const byte = i32x4.splat(255);
  // Halved down and added to a number from 0 to 2²² this leaves no place for fractions: the last bits are the whole
  // number below, at a third of a conversion's cost. Whole numbers may come as the one below and a fraction of 1.
  const whole = f32x4.splat(12582912), half = f32x4.splat(0.5);
  const mantissa = i32x4.splat(0x3fffff);
  const speaksFor = <f32>(apart * apart);
  for (let y = 0; y < mapHeight; y += apart)
    for (let x = 0; x < mapWidth; x += apart) {
      const at = <usize>((y + PAD) * stride + x + PAD) << 2;
      const q = load<f32>(inverseDepth + at);
      if (q <= 0) continue;
      const px = 2 * x, py = 2 * y;
      readWindow(reference, px, py, width, height, scratch);
      const varR = windowVariance;
      if (varR < PLAIN) {
        store<f32>(likeness + at, <f32>count);
        store<f32>(views + at, <f32>count);
        continue;
      }
      const perSum: f32 = <f32>1 / windowWeight;
      const mean = f32x4.splat(windowMean);
      const bx: f32 = <f32>0.5 * load<f32>(slopeX + at), by: f32 = <f32>0.5 * load<f32>(slopeY + at);
      const X = <f32>px + 0.5, Y = <f32>py + 0.5;
      let gained: f32 = 0, asked: f32 = 0, alike: f32 = 0, seen: f32 = 0;
      for (let s = 0; s < count; s++) {
        const source = sources + (s << 6);
        const o0 = load<f32>(source, 36), o1 = load<f32>(source, 40), o2 = load<f32>(source, 44);
        const b0 = load<f32>(source), b1 = load<f32>(source, 4), b3 = load<f32>(source, 12), b4 = load<f32>(source, 16);
        const b6 = load<f32>(source, 24), b7 = load<f32>(source, 28);
        const cu = b0 * X + b1 * Y + load<f32>(source, 8) + q * o0;
        const cv = b3 * X + b4 * Y + load<f32>(source, 20) + q * o1;
        const cw = b6 * X + b7 * Y + load<f32>(source, 32) + q * o2;
        const ux = b0 + bx * o0, uy = b1 + by * o0, vx = b3 + bx * o1, vy = b4 + by * o1, wx = b6 + bx * o2, wy = b7 + by * o2;
        const sourceWidth = load<i32>(source, 52), sourceHeight = load<i32>(source, 56);
        const limitX = <f32>(sourceWidth - 1), limitY = <f32>(sourceHeight - 1);
        let inside = true;
        for (let corner = 0; corner < 4; corner++) {
          const dx: f32 = corner & 1 ? 5.5 : -5.5, dy: f32 = corner & 2 ? 5.5 : -5.5;
          const w = cw + wx * dx + wy * dy, u = cu + ux * dx + uy * dy, v = cv + vx * dx + vy * dy;
          if (!(w > 0.0001 && u > 0.01 * w && v > 0.01 * w && u < limitX * w && v < limitY * w)) inside = false;
        }
        if (!inside) continue;
        const quads = <usize>load<u32>(source, 48);
        const perRow = i32x4.splat(sourceWidth);
        const O0 = f32x4.splat(o0), O1 = f32x4.splat(o1), O2 = f32x4.splat(o2);
        let sS = f32x4.splat(0), sSS = sS, sSR = sS, sG = sS, sGG = sS, sGS = sS, sGR = sS;
        for (let k: i32 = 0; k < 4 * SAMPLES; k += 16) {
          const dx = v128.load(right + k), dy = v128.load(down + k);
          const w = f32x4.add(f32x4.splat(cw), f32x4.add(f32x4.mul(f32x4.splat(wx), dx), f32x4.mul(f32x4.splat(wy), dy)));
          const per = f32x4.div(f32x4.splat(1), w);
          const u = f32x4.mul(per, f32x4.add(f32x4.splat(cu), f32x4.add(f32x4.mul(f32x4.splat(ux), dx), f32x4.mul(f32x4.splat(uy), dy))));
          const v = f32x4.mul(per, f32x4.add(f32x4.splat(cv), f32x4.add(f32x4.mul(f32x4.splat(vx), dx), f32x4.mul(f32x4.splat(vy), dy))));
          const atU = f32x4.add(f32x4.sub(u, half), whole), atV = f32x4.add(f32x4.sub(v, half), whole);
          const fu = f32x4.sub(u, f32x4.sub(atU, whole)), fv = f32x4.sub(v, f32x4.sub(atV, whole));
          const column = v128.and(atU, mantissa), row = v128.and(atV, mantissa);
          const index = i32x4.shl(i32x4.add(i32x4.mul(row, perRow), column), 2);
          let quad = v128.load32_zero(quads + i32x4.extract_lane(index, 0));
          quad = v128.load_lane<u32>(quads + i32x4.extract_lane(index, 1), quad, 1);
          quad = v128.load_lane<u32>(quads + i32x4.extract_lane(index, 2), quad, 2);
          quad = v128.load_lane<u32>(quads + i32x4.extract_lane(index, 3), quad, 3);
          const a = f32x4.convert_i32x4_s(v128.and(quad, byte));
          const b = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(quad, 8), byte));
          const c = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(quad, 16), byte));
          const d = f32x4.convert_i32x4_s(i32x4.shr_u(quad, 24));
          const top = f32x4.sub(b, a), bottom = f32x4.sub(d, c);
          const upper = f32x4.add(a, f32x4.mul(top, fu)), lower = f32x4.add(c, f32x4.mul(bottom, fu));
          const dv = f32x4.sub(lower, upper);
          const du = f32x4.add(top, f32x4.mul(f32x4.sub(bottom, top), fv));
          const value = f32x4.sub(f32x4.add(upper, f32x4.mul(dv, fv)), mean);
          const g = f32x4.mul(per, f32x4.add(
            f32x4.mul(du, f32x4.sub(O0, f32x4.mul(u, O2))),
            f32x4.mul(dv, f32x4.sub(O1, f32x4.mul(v, O2))),
          ));
          const weight = v128.load(weights + k);
          const r = f32x4.sub(v128.load(values + k), mean);
          const ws = f32x4.mul(weight, value), wg = f32x4.mul(weight, g);
          sS = f32x4.add(sS, ws);
          sSS = f32x4.add(sSS, f32x4.mul(ws, value));
          sSR = f32x4.add(sSR, f32x4.mul(ws, r));
          sG = f32x4.add(sG, wg);
          sGG = f32x4.add(sGG, f32x4.mul(wg, g));
          sGS = f32x4.add(sGS, f32x4.mul(wg, value));
          sGR = f32x4.add(sGR, f32x4.mul(wg, r));
        }
        const mS = sumOf(sS) * perSum, mG = sumOf(sG) * perSum;
        const varS = sumOf(sSS) * perSum - mS * mS;
        const covSR = sumOf(sSR) * perSum, covGR = sumOf(sGR) * perSum;
        const covGS = sumOf(sGS) * perSum - mG * mS;
        const varG = sumOf(sGG) * perSum - mG * mG;
        const gain = covSR / varR;
        const left = max<f32>(0, varS - gain * covSR);
        seen += 1;
        alike += variance / (variance + left);
        if (covSR <= 0) continue;
        // What gain and offset can explain of the derivative says nothing of depth.
        const own2 = max<f32>(0, varG - covGR * covGR / varR);
        const pull = covGS - gain * covGR;
        const trust: f32 = windowWeight / (variance + 4 * left);
        gained += trust * own2;
        asked -= trust * pull;
      }
      store<f32>(information + at, gained * speaksFor);
      store<f32>(shift + at, asked * speaksFor);
      store<f32>(likeness + at, alike);
      store<f32>(views + at, seen);
    }
}

/**
 * The planes q = a + b·dx + c·dy through what the steps ask for, by least squares over a window of (2·radius + 1)²
 * pixels, of whose rows those that are multiples of `apart` count. A neighbour weighs by its luma's likeness and by
 * how near it lies to the plane that the pixel has so far (within `gate`); it brings its information, and its present
 * depth with `inertia`.
 * Pixels whose window holds nothing, or asks for more than a `gate`, keep what they have.
 * All planes padded. `outDepth`, `outX`, `outY` take depth and slopes; `outLikeness` and `outInformation` the window's
 * mean of likeness / views, and sum of information. width must be a multiple of 4.
 */
export function fitPlanes(
  inverseDepth: usize, slopeX: usize, slopeY: usize, information: usize, shift: usize, likeness: usize, views: usize,
  luma: usize, outDepth: usize, outX: usize, outY: usize, outLikeness: usize, outInformation: usize,
  width: i32, height: i32, radius: i32, apart: i32, gate: f32, inertia: f32,
): void {
  const stride = width + 2 * PAD;
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  const perGate = f32x4.splat(<f32>1 / gate);
  const still = f32x4.splat(inertia);
  const lumaFall = f32x4.splat(0.01), planeFall = f32x4.splat(4);
  const ridge = f32x4.splat(0.05);
  for (let y = 0; y < height; y++) {
    const first = -radius + (y + radius) % apart;
    for (let x = 0; x < width; x += 4) {
      const at = <usize>((y + PAD) * stride + x + PAD) << 2;
      const q = v128.load(inverseDepth + at);
      const known = f32x4.gt(q, zero);
      if (!v128.any_true(known)) {
        v128.store(outDepth + at, zero);
        v128.store(outLikeness + at, zero);
        v128.store(outInformation + at, zero);
        continue;
      }
      const b = v128.load(slopeX + at), c = v128.load(slopeY + at);
      const own = v128.load(luma + at);
      let sw = zero, sx = zero, sy = zero, sxx = zero, sxy = zero, syy = zero;
      let sd = zero, sdx = zero, sdy = zero, alike = zero, asked = zero, informed = zero;
      for (let dy = first; dy <= radius; dy += apart) {
        const fy = f32x4.splat(<f32>dy);
        const line = f32x4.mul(c, fy);
        for (let dx = -radius; dx <= radius; dx++) {
          const n = at + ((dy * stride + dx) << 2);
          const qn = v128.load(inverseDepth + n);
          const fx = f32x4.splat(<f32>dx);
          const d = f32x4.sub(qn, q);
          const e = f32x4.mul(f32x4.sub(d, f32x4.add(line, f32x4.mul(b, fx))), perGate);
          const ee = f32x4.mul(e, e);
          const l = f32x4.sub(v128.load(luma + n), own);
          let s = f32x4.div(one, f32x4.mul(
            f32x4.add(one, f32x4.mul(lumaFall, f32x4.mul(l, l))),
            f32x4.add(one, f32x4.mul(planeFall, ee)),
          ));
          s = v128.and(s, v128.and(f32x4.gt(qn, zero), f32x4.lt(ee, one)));
          const i = v128.load(information + n);
          const w = f32x4.mul(s, f32x4.add(i, still));
          const m = f32x4.add(f32x4.mul(w, d), f32x4.mul(s, v128.load(shift + n)));
          const wx = f32x4.mul(w, fx), wy = f32x4.mul(w, fy);
          sw = f32x4.add(sw, w);
          sx = f32x4.add(sx, wx);
          sy = f32x4.add(sy, wy);
          sxx = f32x4.add(sxx, f32x4.mul(wx, fx));
          sxy = f32x4.add(sxy, f32x4.mul(wx, fy));
          syy = f32x4.add(syy, f32x4.mul(wy, fy));
          sd = f32x4.add(sd, m);
          sdx = f32x4.add(sdx, f32x4.mul(m, fx));
          sdy = f32x4.add(sdy, f32x4.mul(m, fy));
          alike = f32x4.add(alike, f32x4.mul(s, v128.load(likeness + n)));
          asked = f32x4.add(asked, f32x4.mul(s, v128.load(views + n)));
          informed = f32x4.add(informed, f32x4.mul(s, i));
        }
      }
      const inverse = f32x4.div(one, f32x4.max(sw, f32x4.splat(1e-20)));
      // Centred moments, with a ridge so that a window on a line stays finite.
      const hold = f32x4.mul(ridge, sw);
      const cxx = f32x4.add(f32x4.sub(sxx, f32x4.mul(f32x4.mul(sx, sx), inverse)), hold);
      const cyy = f32x4.add(f32x4.sub(syy, f32x4.mul(f32x4.mul(sy, sy), inverse)), hold);
      const cxy = f32x4.sub(sxy, f32x4.mul(f32x4.mul(sx, sy), inverse));
      const bx = f32x4.sub(sdx, f32x4.mul(f32x4.mul(sx, sd), inverse));
      const by = f32x4.sub(sdy, f32x4.mul(f32x4.mul(sy, sd), inverse));
      const determinant = f32x4.sub(f32x4.mul(cxx, cyy), f32x4.mul(cxy, cxy));
      const newB = f32x4.div(f32x4.sub(f32x4.mul(bx, cyy), f32x4.mul(by, cxy)), determinant);
      const newC = f32x4.div(f32x4.sub(f32x4.mul(by, cxx), f32x4.mul(bx, cxy)), determinant);
      const a = f32x4.mul(f32x4.sub(f32x4.sub(sd, f32x4.mul(newB, sx)), f32x4.mul(newC, sy)), inverse);
      // Not a number compares false, so an empty window changes nothing.
      const sound = v128.and(known, v128.and(
        f32x4.lt(f32x4.mul(f32x4.abs(a), perGate), one),
        f32x4.gt(f32x4.add(q, a), zero),
      ));
      v128.store(outDepth + at, v128.bitselect(f32x4.add(q, a), q, sound));
      v128.store(outX + at, v128.bitselect(newB, b, sound));
      v128.store(outY + at, v128.bitselect(newC, c, sound));
      v128.store(outLikeness + at, f32x4.div(alike, f32x4.max(asked, f32x4.splat(0.001))));
      v128.store(outInformation + at, informed);
    }
  }
}

/**
 * A map at twice its size, width × height: a pixel lies in the plane of that one of the four about it whose luma is
 * most like its own; one by which it lies a pixel of the map nearer may be `nearness` levels less like it.
 * All planes padded, but `confidence`, which is half the size. 0 where the plane has no depth.
 * @param prior of precision (1 / variance) of each depth; `correlation` divides the information that comes on top.
 */
export function enlarge(
  gray: usize, depth: usize, slopeX: usize, slopeY: usize, luma: usize, alike: usize, informed: usize, confidence: usize,
  outDepth: usize, outConfidence: usize, outDeviation: usize,
  width: i32, height: i32, nearness: f32, prior: f32, correlation: f32,
): void {
  const mapWidth = width >> 1, mapHeight = height >> 1;
  const stride = mapWidth + 2 * PAD;
  for (let y = 0; y < height; y++) {
    const v = <f32>0.5 * <f32>y - 0.25;
    const v0 = min(mapHeight - 2, max(0, (y - 1) >> 1));
    const down = <f32>v0 - v;
    for (let x = 0; x < width; x++) {
      const u = <f32>0.5 * <f32>x - 0.25;
      const u0 = min(mapWidth - 2, max(0, (x - 1) >> 1));
      const right = <f32>u0 - u;
      const corner = <usize>((v0 + PAD) * stride + u0 + PAD) << 2;
      const own = <f32>load<u8>(gray + y * width + x);
      let least: f32 = f32.MAX_VALUE;
      let chosen = 0;
      for (let k = 0; k < 4; k++) {
        const i = k & 1, j = k >> 1;
        const cost: f32 = abs(load<f32>(luma + corner + ((j * stride + i) << 2)) - own)
          + nearness * (abs(right + <f32>i) + abs(down + <f32>j));
        if (cost < least) { least = cost; chosen = k; }
      }
      const i = chosen & 1, j = chosen >> 1;
      const from = corner + ((j * stride + i) << 2);
      const q0 = load<f32>(depth + from);
      const q = q0 - (right + <f32>i) * load<f32>(slopeX + from) - (down + <f32>j) * load<f32>(slopeY + from);
      const at = <usize>(y * width + x) << 2;
      if (!(q0 > 0 && q > 0)) {
        store<f32>(outDepth + at, 0);
        store<f32>(outConfidence + at, 0);
        store<f32>(outDeviation + at, 0);
        continue;
      }
      store<f32>(outDepth + at, q);
      store<f32>(outConfidence + at, load<f32>(confidence + (((v0 + j) * mapWidth + u0 + i) << 2)) * load<f32>(alike + from));
      store<f32>(outDeviation + at, sqrt<f32>(<f32>1 / (load<f32>(informed + from) / correlation + prior)));
    }
  }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
