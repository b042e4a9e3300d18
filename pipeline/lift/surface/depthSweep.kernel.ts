// Plane sweep with a ternary census, and semi-global aggregation. See estimateDepth.ts for the caller's side.
// Images are u8. `padded` images carry PAD pixels on the left and right and PAD_ROWS rows above and below.

const PAD: i32 = 16;
const PAD_ROWS: i32 = 4;
// Dead band of the census, grey levels: H.264 leaves ±1–2 levels of noise on flat walls.
const EPSILON: i32 = 2;
// Cost of a pixel that a source does not see: a little below the mean cost of wrong matches in texture, so
// that not being seen is neither rewarded nor fatal.
const UNSEEN: i32 = 18;

@inline function bilinear(source: usize, sourceWidth: i32, fixedX: i32, fixedY: i32): i32 {
  const a = source + ((fixedY >> 8) * sourceWidth + (fixedX >> 8));
  const fx = fixedX & 255;
  const fy = fixedY & 255;
  const top = (<i32>load<u8>(a) << 8) + (<i32>load<u8>(a, 1) - <i32>load<u8>(a)) * fx;
  const b = a + sourceWidth;
  const bottom = (<i32>load<u8>(b) << 8) + (<i32>load<u8>(b, 1) - <i32>load<u8>(b)) * fx;
  return ((top << 8) + (bottom - top) * fy + 32768) >> 16;
}

/** Both pixels of the upper row and both of the lower one about a sample, a byte each. */
@inline function quad(corner: usize, sourceWidth: i32): u32 {
  return <u32>load<u16>(corner) | (<u32>load<u16>(corner + sourceWidth) << 16);
}

/** What bilinear gives for four samples, a byte each. */
@inline function bilinearOfFour(source: usize, sourceWidth: i32, fixedX: v128, fixedY: v128): u32 {
  const corners = i32x4.add(i32x4.mul(i32x4.shr_s(fixedY, 8), i32x4.splat(sourceWidth)), i32x4.shr_s(fixedX, 8));
  let quads = i32x4.splat(quad(source + i32x4.extract_lane(corners, 0), sourceWidth));
  quads = i32x4.replace_lane(quads, 1, quad(source + i32x4.extract_lane(corners, 1), sourceWidth));
  quads = i32x4.replace_lane(quads, 2, quad(source + i32x4.extract_lane(corners, 2), sourceWidth));
  quads = i32x4.replace_lane(quads, 3, quad(source + i32x4.extract_lane(corners, 3), sourceWidth));
  const fraction = i32x4.splat(255);
  const fx = v128.and(fixedX, fraction);
  const fy = v128.and(fixedY, fraction);
  // Weights of left and right, side by side as the pixels lie.
  const across = v128.or(i32x4.shl(fx, 16), i32x4.sub(i32x4.splat(256), fx));
  const first = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(quads), v128.shuffle<i32>(across, across, 0, 0, 1, 1));
  const last = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(quads), v128.shuffle<i32>(across, across, 2, 2, 3, 3));
  const top = v128.shuffle<i32>(first, last, 0, 2, 4, 6);
  const bottom = v128.shuffle<i32>(first, last, 1, 3, 5, 7);
  const down = i32x4.mul(i32x4.sub(bottom, top), fy);
  const sum = i32x4.add(i32x4.add(i32x4.shl(top, 8), down), i32x4.splat(32768));
  const words = i32x4.shr_s(sum, 16);
  const halves = i16x8.narrow_i32x4_u(words, words);
  return i32x4.extract_lane(i8x16.narrow_i16x8_u(halves, halves), 0);
}

/**
 * Samples `source` (unpadded) at homography · (x, y, 1) for every pixel of a padded width × height image.
 * `seen` gets 0xFF where the sample lies inside the source. width must be a multiple of 16.
 */
export function warpPlane(
  source: usize, sourceWidth: i32, sourceHeight: i32, homography: usize,
  warped: usize, seen: usize, width: i32, height: i32,
): void {
  const stride = width + 2 * PAD;
  const h0 = load<f32>(homography), h1 = load<f32>(homography, 4), h2 = load<f32>(homography, 8);
  const h3 = load<f32>(homography, 12), h4 = load<f32>(homography, 16), h5 = load<f32>(homography, 20);
  const h6 = load<f32>(homography, 24), h7 = load<f32>(homography, 28), h8 = load<f32>(homography, 32);
  const lanes = f32x4(0, 1, 2, 3);
  const maxX = (sourceWidth - 1) << 8;
  const maxY = (sourceHeight - 1) << 8;
  const scale = f32x4.splat(256);
  const tiny = f32x4.splat(0.0001);
  const behind = f32x4.splat(-1000000);
  for (let y = -PAD_ROWS; y < height + PAD_ROWS; y++) {
    const rowX = f32x4.splat(h1 * <f32>y + h2);
    const rowY = f32x4.splat(h4 * <f32>y + h5);
    const rowZ = f32x4.splat(h7 * <f32>y + h8);
    let target = warped + (y + PAD_ROWS) * stride + PAD - 4;
    let mask = seen + (y + PAD_ROWS) * stride + PAD - 4;
    for (let x = -4; x < width + 4; x += 4, target += 4, mask += 4) {
      const u = f32x4.add(f32x4.splat(<f32>x), lanes);
      const z = f32x4.add(f32x4.mul(u, f32x4.splat(h6)), rowZ);
      const inFront = f32x4.gt(z, tiny);
      const k = f32x4.div(scale, z);
      const px = i32x4.trunc_sat_f32x4_s(v128.bitselect(f32x4.mul(f32x4.add(f32x4.mul(u, f32x4.splat(h0)), rowX), k), behind, inFront));
      const py = i32x4.trunc_sat_f32x4_s(v128.bitselect(f32x4.mul(f32x4.add(f32x4.mul(u, f32x4.splat(h3)), rowY), k), behind, inFront));
      const inside = v128.and(
        i32x4.lt_u(px, i32x4.splat(maxX)),
        i32x4.lt_u(py, i32x4.splat(maxY)),
      );
      let value: u32 = 0;
      let visible: u32 = 0;
      if (v128.any_true(inside)) {
        if (i32x4.all_true(inside)) {
          visible = 0xffffffff;
          value = bilinearOfFour(source, sourceWidth, px, py);
        } else {
          if (i32x4.extract_lane(inside, 0)) { visible |= 0xff; value |= bilinear(source, sourceWidth, i32x4.extract_lane(px, 0), i32x4.extract_lane(py, 0)); }
          if (i32x4.extract_lane(inside, 1)) { visible |= 0xff00; value |= bilinear(source, sourceWidth, i32x4.extract_lane(px, 1), i32x4.extract_lane(py, 1)) << 8; }
          if (i32x4.extract_lane(inside, 2)) { visible |= 0xff0000; value |= bilinear(source, sourceWidth, i32x4.extract_lane(px, 2), i32x4.extract_lane(py, 2)) << 16; }
          if (i32x4.extract_lane(inside, 3)) { visible |= 0xff000000; value |= bilinear(source, sourceWidth, i32x4.extract_lane(px, 3), i32x4.extract_lane(py, 3)) << 24; }
        }
      }
      store<u32>(target, value);
      store<u32>(mask, visible);
    }
  }
}

@inline function tap(reference: usize, warped: usize, offset: i32, rLow: v128, rHigh: v128, wLow: v128, wHigh: v128, sum: v128): v128 {
  const r = v128.load(reference + offset);
  const w = v128.load(warped + offset);
  const above = v128.xor(i8x16.gt_u(r, rHigh), i8x16.gt_u(w, wHigh));
  const below = v128.xor(i8x16.lt_u(r, rLow), i8x16.lt_u(w, wLow));
  return i8x16.sub(i8x16.sub(sum, above), below);
}

/**
 * Ternary census distance (24 taps on a 9×7 checkerboard, 0–48) between two padded images, folded into the
 * two lowest costs over the sources so far. `best` and `second` are unpadded width × height.
 */
export function censusCost(
  reference: usize, warped: usize, seen: usize, best: usize, second: usize, width: i32, height: i32, first: i32,
): void {
  const s = width + 2 * PAD;
  const epsilon = i8x16.splat(<i8>EPSILON);
  const unseen = i8x16.splat(<i8>UNSEEN);
  for (let y = 0; y < height; y++) {
    let r = reference + (y + PAD_ROWS) * s + PAD;
    let w = warped + (y + PAD_ROWS) * s + PAD;
    let m = seen + (y + PAD_ROWS) * s + PAD;
    let out = <usize>(y * width);
    for (let x = 0; x < width; x += 16, r += 16, w += 16, m += 16, out += 16) {
      const mask = v128.load(m);
      let cost = unseen;
      if (v128.any_true(mask)) {
        const rc = v128.load(r);
        const wc = v128.load(w);
        const rHigh = i8x16.add_sat_u(rc, epsilon), rLow = i8x16.sub_sat_u(rc, epsilon);
        const wHigh = i8x16.add_sat_u(wc, epsilon), wLow = i8x16.sub_sat_u(wc, epsilon);
        let sum = i8x16.splat(0);
        sum = tap(r, w, -3 * s - 3, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, -3 * s - 1, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, -3 * s + 1, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, -3 * s + 3, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, -2 * s - 2, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, -2 * s, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, -2 * s + 2, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, -s - 3, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, -s - 1, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, -s + 1, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, -s + 3, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, -2, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, 2, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, s - 3, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, s - 1, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, s + 1, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, s + 3, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, 2 * s - 2, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, 2 * s, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, 2 * s + 2, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, 3 * s - 3, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, 3 * s - 1, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, 3 * s + 1, rLow, rHigh, wLow, wHigh, sum);
        sum = tap(r, w, 3 * s + 3, rLow, rHigh, wLow, wHigh, sum);
        cost = v128.bitselect(sum, unseen, mask);
      }
      if (first) {
        // With one source only the second cost is the price of not being seen.
        v128.store(second + out, unseen);
        v128.store(best + out, cost);
      } else {
        const b = v128.load(best + out);
        v128.store(second + out, i8x16.min_u(v128.load(second + out), i8x16.max_u(b, cost)));
        v128.store(best + out, i8x16.min_u(b, cost));
      }
    }
  }
}

/** volume[pixel][hypothesis + k] = best[k][pixel] + second[k][pixel] for 16 hypotheses k. */
export function storeCosts(best: usize, second: usize, pixels: i32, volume: usize, hypotheses: i32, hypothesis: i32): void {
  for (let i = 0; i < pixels; i++) {
    const target = volume + <usize>i * hypotheses + hypothesis;
    for (let k = 0; k < 16; k++) {
      const at = <usize>k * pixels + i;
      store<u8>(target + k, load<u8>(best + at) + load<u8>(second + at));
    }
  }
}

@inline function relax(previous: usize, cost: v128, minimum: v128, jump: v128, p1: v128): v128 {
  const stay = v128.load(previous);
  const down = i8x16.add_sat_u(v128.load(previous - 1), p1);
  const up = i8x16.add_sat_u(v128.load(previous + 1), p1);
  const lowest = i8x16.min_u(i8x16.min_u(stay, jump), i8x16.min_u(down, up));
  return i8x16.add_sat_u(i8x16.sub(lowest, minimum), cost);
}

@inline function lowestByte(v: v128): i32 {
  let m = i8x16.min_u(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  m = i8x16.min_u(m, i8x16.shuffle(m, m, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3));
  m = i8x16.min_u(m, i8x16.shuffle(m, m, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1));
  m = i8x16.min_u(m, i8x16.shuffle(m, m, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0));
  return <i32>i8x16.extract_lane_u(m, 0);
}

@inline function jumpCost(image: usize, a: i32, b: i32, p2Low: i32, p2High: i32): i32 {
  let difference = <i32>load<u8>(image + a) - <i32>load<u8>(image + b);
  if (difference < 0) difference = -difference;
  const p2 = p2High - difference * 3;
  return p2 < p2Low ? p2Low : p2;
}

/**
 * Semi-global matching over 8 paths (Hirschmüller 2008), costs u8, path costs u8 (cost ≤ 96 and P2 ≤ 120 keep
 * them under 255), sums u16. `image` is the unpadded reference. `rows` is scratch of
 * 2 · 4 · (width + 2) · (hypotheses + 32) + 2 · 4 · (width + 2) bytes, filled here.
 */
export function aggregate(
  image: usize, volume: usize, sums: usize, rows: usize, width: i32, height: i32, hypotheses: i32,
  p1: i32, p2Low: i32, p2High: i32,
): void {
  memory.fill(sums, 0, <usize>width * height * hypotheses * 2);
  const cell = hypotheses + 32;
  const lane = (width + 2) * cell;
  const minima = rows + 8 * lane;
  const minimaLane = width + 2;
  const p1v = i8x16.splat(<i8>p1);
  for (let pass = 0; pass < 2; pass++) {
    const step = pass == 0 ? 1 : -1;
    // A path that starts at the border has zero cost so far; guards beside each cell cost 255.
    memory.fill(rows, 0, 8 * lane + 8 * minimaLane);
    for (let i = 0; i < 8 * (width + 2); i++) {
      memory.fill(rows + i * cell, 255, 16);
      memory.fill(rows + i * cell + 16 + hypotheses, 255, 16);
    }
    let parity = 0;
    for (let row = 0; row < height; row++) {
      const y = pass == 0 ? row : height - 1 - row;
      const now = rows + (parity ? 4 * lane : 0);
      const before = rows + (parity ? 0 : 4 * lane);
      const nowMin = minima + (parity ? 4 * minimaLane : 0);
      const beforeMin = minima + (parity ? 0 : 4 * minimaLane);
      // The first pixel of the row starts its horizontal path anew.
      const edge = pass == 0 ? 0 : width + 1;
      memory.fill(now + edge * cell + 16, 0, hypotheses);
      store<u8>(nowMin + edge, 0);
      for (let column = 0; column < width; column++) {
        const x = pass == 0 ? column : width - 1 - column;
        const at = y * width + x;
        const above = row > 0 ? at - step * width : at;
        const slot = x + 1;
        const left = now + (slot - step) * cell + 16;
        const upLeft = before + lane + (slot - step) * cell + 16;
        const up = before + 2 * lane + slot * cell + 16;
        const upRight = before + 3 * lane + (slot + step) * cell + 16;
        const min0 = <i32>load<u8>(nowMin + slot - step);
        const min1 = <i32>load<u8>(beforeMin + minimaLane + slot - step);
        const min2 = <i32>load<u8>(beforeMin + 2 * minimaLane + slot);
        const min3 = <i32>load<u8>(beforeMin + 3 * minimaLane + slot + step);
        const inner = x - step >= 0 && x - step < width;
        const outer = x + step >= 0 && x + step < width;
        const jump0 = i8x16.splat(<i8>(min0 + jumpCost(image, at, inner ? at - step : at, p2Low, p2High)));
        const jump1 = i8x16.splat(<i8>(min1 + jumpCost(image, at, inner ? above - step : at, p2Low, p2High)));
        const jump2 = i8x16.splat(<i8>(min2 + jumpCost(image, at, above, p2Low, p2High)));
        const jump3 = i8x16.splat(<i8>(min3 + jumpCost(image, at, outer ? above + step : at, p2Low, p2High)));
        const m0 = i8x16.splat(<i8>min0), m1 = i8x16.splat(<i8>min1), m2 = i8x16.splat(<i8>min2), m3 = i8x16.splat(<i8>min3);
        let low0 = i8x16.splat(-1), low1 = low0, low2 = low0, low3 = low0;
        const costs = volume + <usize>at * hypotheses;
        const total = sums + <usize>at * hypotheses * 2;
        const target = now + slot * cell + 16;
        for (let d = 0; d < hypotheses; d += 16) {
          const cost = v128.load(costs + d);
          const l0 = relax(left + d, cost, m0, jump0, p1v);
          const l1 = relax(upLeft + d, cost, m1, jump1, p1v);
          const l2 = relax(up + d, cost, m2, jump2, p1v);
          const l3 = relax(upRight + d, cost, m3, jump3, p1v);
          v128.store(target + d, l0);
          v128.store(target + lane + d, l1);
          v128.store(target + 2 * lane + d, l2);
          v128.store(target + 3 * lane + d, l3);
          low0 = i8x16.min_u(low0, l0);
          low1 = i8x16.min_u(low1, l1);
          low2 = i8x16.min_u(low2, l2);
          low3 = i8x16.min_u(low3, l3);
          const low = i16x8.add(
            i16x8.add(i16x8.extend_low_i8x16_u(l0), i16x8.extend_low_i8x16_u(l1)),
            i16x8.add(i16x8.extend_low_i8x16_u(l2), i16x8.extend_low_i8x16_u(l3)),
          );
          const high = i16x8.add(
            i16x8.add(i16x8.extend_high_i8x16_u(l0), i16x8.extend_high_i8x16_u(l1)),
            i16x8.add(i16x8.extend_high_i8x16_u(l2), i16x8.extend_high_i8x16_u(l3)),
          );
          v128.store(total + 2 * d, i16x8.add(v128.load(total + 2 * d), low));
          v128.store(total + 2 * d + 16, i16x8.add(v128.load(total + 2 * d + 16), high));
        }
        store<u8>(nowMin + slot, lowestByte(low0));
        store<u8>(nowMin + minimaLane + slot, lowestByte(low1));
        store<u8>(nowMin + 2 * minimaLane + slot, lowestByte(low2));
        store<u8>(nowMin + 3 * minimaLane + slot, lowestByte(low3));
      }
      parity = 1 - parity;
    }
  }
}

/**
 * Winner per pixel: `hypothesis` f32 with a parabola's sub-step, `raw` the matching cost there (u8), `margin` u8:
 * how much dearer, per path, the best hypothesis more than two steps away is (0 = ambiguous).
 */
export function pickWinners(
  volume: usize, sums: usize, pixels: i32, hypotheses: i32, hypothesis: usize, raw: usize, margin: usize,
): void {
  for (let i = 0; i < pixels; i++) {
    const s = sums + <usize>i * hypotheses * 2;
    let best: i32 = 65535;
    let at = 0;
    for (let d = 0; d < hypotheses; d++) {
      const v = <i32>load<u16>(s + 2 * d);
      if (v < best) { best = v; at = d; }
    }
    let other: i32 = 65535;
    for (let d = 0; d < at - 2; d++) other = min(other, <i32>load<u16>(s + 2 * d));
    for (let d = at + 3; d < hypotheses; d++) other = min(other, <i32>load<u16>(s + 2 * d));
    let offset: f32 = 0;
    if (at > 0 && at < hypotheses - 1) {
      const a = <f32>load<u16>(s + 2 * (at - 1));
      const c = <f32>load<u16>(s + 2 * (at + 1));
      const curvature = a + c - 2 * <f32>best;
      if (curvature > 0) offset = (a - c) / (2 * curvature);
    }
    store<f32>(hypothesis + 4 * i, <f32>at + offset);
    store<u8>(raw + i, load<u8>(volume + <usize>i * hypotheses + at));
    store<u8>(margin + i, <u8>min(255, (other - best) >> 3));
  }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
