// Direct alignment of inverse depth: photometric steps, and local planes through them. See alignDepth.ts.
// Planes of numbers are f32 with PAD columns and rows around the picture, so that windows need no borders.

const PAD: i32 = 16;

/**
 * out = gray, smoothed by (1 2 1)², less its mean over (2·radius + 1)²: what lighting does to a picture as a whole
 * falls away. `gray` u8 and `out` f32 are width × height; `sums` is scratch of 4 · width bytes.
 */
export function highPass(gray: usize, out: usize, sums: usize, width: i32, height: i32, radius: i32): void {
  memory.fill(sums, 0, 4 * width);
  let rows = 0;
  for (let y = 0; y < min(radius, height); y++, rows++)
    for (let x = 0; x < width; x++)
      store<i32>(sums + 4 * x, load<i32>(sums + 4 * x) + <i32>load<u8>(gray + y * width + x));
  for (let y = 0; y < height; y++) {
    const enters = y + radius, leaves = y - radius - 1;
    if (enters < height) {
      rows++;
      for (let x = 0; x < width; x++)
        store<i32>(sums + 4 * x, load<i32>(sums + 4 * x) + <i32>load<u8>(gray + enters * width + x));
    }
    if (leaves >= 0) {
      rows--;
      for (let x = 0; x < width; x++)
        store<i32>(sums + 4 * x, load<i32>(sums + 4 * x) - <i32>load<u8>(gray + leaves * width + x));
    }
    let sum = 0, columns = 0;
    for (let x = 0; x < min(radius, width); x++, columns++) sum += load<i32>(sums + 4 * x);
    const above = gray + max(0, y - 1) * width, here = gray + y * width, below = gray + min(height - 1, y + 1) * width;
    for (let x = 0; x < width; x++) {
      if (x + radius < width) { sum += load<i32>(sums + 4 * (x + radius)); columns++; }
      if (x - radius - 1 >= 0) { sum -= load<i32>(sums + 4 * (x - radius - 1)); columns--; }
      const l = max(0, x - 1), r = min(width - 1, x + 1);
      const smooth =
        <i32>load<u8>(above + l) + 2 * <i32>load<u8>(above + x) + <i32>load<u8>(above + r)
        + 2 * (<i32>load<u8>(here + l) + 2 * <i32>load<u8>(here + x) + <i32>load<u8>(here + r))
        + <i32>load<u8>(below + l) + 2 * <i32>load<u8>(below + x) + <i32>load<u8>(below + r);
      store<f32>(out + 4 * (y * width + x), <f32>smooth / 16 - <f32>sum / <f32>(rows * columns));
    }
  }
}

/**
 * One Gauss-Newton step of each pixel's inverse depth against one source, not applied but summed: `information` gains
 * ω g², `shift` gains −ω g r, with r the difference of the pictures, g its derivative by inverse depth, both in units
 * of what is to be expected of r: `noise` grey levels and the gradient over `slack` pixels. ω = 1 / (1 + r²)², so that
 * what a source does not see has no say. `likeness` gains 1 / (1 + r²) and `views` 1 where the source sees the pixel.
 * @param reference, source as highPass makes them.
 * @param mapping 12 f32: base, row-major, then offset, as EpipolarMap.
 * @param inverseDepth, information, shift, likeness, views: padded planes; 0 inverse depth is unknown.
 */
export function photometricStep(
  reference: usize, source: usize, sourceWidth: i32, sourceHeight: i32, mapping: usize,
  inverseDepth: usize, information: usize, shift: usize, likeness: usize, views: usize,
  width: i32, height: i32, noise: f32, slack: f32,
): void {
  const b0 = load<f32>(mapping), b1 = load<f32>(mapping, 4), b2 = load<f32>(mapping, 8);
  const b3 = load<f32>(mapping, 12), b4 = load<f32>(mapping, 16), b5 = load<f32>(mapping, 20);
  const b6 = load<f32>(mapping, 24), b7 = load<f32>(mapping, 28), b8 = load<f32>(mapping, 32);
  const o0 = load<f32>(mapping, 36), o1 = load<f32>(mapping, 40), o2 = load<f32>(mapping, 44);
  const right = <f32>(sourceWidth - 1), bottom = <f32>(sourceHeight - 1);
  const stride = width + 2 * PAD;
  const variance = noise * noise, perGradient = slack * slack;
  for (let y = 0; y < height; y++) {
    let at = <usize>((y + PAD) * stride + PAD) << 2;
    let own = reference + (<usize>(y * width) << 2);
    const fy = <f32>y;
    const rowX = b1 * fy + b2, rowY = b4 * fy + b5, rowW = b7 * fy + b8;
    for (let x = 0; x < width; x++, at += 4, own += 4) {
      const q = load<f32>(inverseDepth + at);
      if (q <= 0) continue;
      const fx = <f32>x;
      const w = rowW + b6 * fx + q * o2;
      if (w < 0.0001) continue;
      const k: f32 = <f32>1 / w;
      const u = (rowX + b0 * fx + q * o0) * k, v = (rowY + b3 * fx + q * o1) * k;
      if (!(u >= 0 && v >= 0 && u < right && v < bottom)) continue;
      const iu = <i32>u, iv = <i32>v;
      const fu = u - <f32>iu, fv = v - <f32>iv;
      const corner = source + (<usize>(iv * sourceWidth + iu) << 2);
      const lower = corner + (<usize>sourceWidth << 2);
      const c00 = load<f32>(corner), c10 = load<f32>(corner, 4);
      const c01 = load<f32>(lower), c11 = load<f32>(lower, 4);
      const top = c10 - c00, base = c11 - c01;
      const du = top + (base - top) * fv;
      const leftSide = c00 + (c01 - c00) * fv;
      const dv = c01 - c00 + (c11 - c10 - c01 + c00) * fu;
      const scale: f32 = <f32>1 / sqrt<f32>(variance + perGradient * (du * du + dv * dv));
      const r = (leftSide + du * fu - load<f32>(own)) * scale;
      const g = (du * (o0 - u * o2) + dv * (o1 - v * o2)) * k * scale;
      const trust: f32 = <f32>1 / (1 + r * r);
      const weight = trust * trust;
      store<f32>(information + at, load<f32>(information + at) + weight * g * g);
      store<f32>(shift + at, load<f32>(shift + at) - weight * g * r);
      store<f32>(likeness + at, load<f32>(likeness + at) + trust);
      store<f32>(views + at, load<f32>(views + at) + 1);
    }
  }
}

/**
 * The planes q = a + b·dx + c·dy through what the steps ask for, by least squares over a window of (2·radius + 1)²
 * pixels sampled every `stride` pixels. A neighbour weighs by its luma's likeness and by how near it lies to the
 * plane that the pixel has so far (within `gate`); it brings its information, and its present depth with `inertia`.
 * Pixels whose window holds nothing, or asks for more than a `gate`, keep what they have.
 * All planes padded. `outDepth`, `outX`, `outY` take depth and slopes; `outLikeness` and `outInformation` the window's
 * mean of likeness / views, and sum of information. width must be a multiple of 4.
 */
export function fitPlanes(
  inverseDepth: usize, slopeX: usize, slopeY: usize, information: usize, shift: usize, likeness: usize, views: usize,
  luma: usize, outDepth: usize, outX: usize, outY: usize, outLikeness: usize, outInformation: usize,
  width: i32, height: i32, radius: i32, step: i32, gate: f32, inertia: f32,
): void {
  const stride = width + 2 * PAD;
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  const perGate = f32x4.splat(<f32>1 / gate);
  const still = f32x4.splat(inertia);
  const lumaFall = f32x4.splat(0.01), planeFall = f32x4.splat(4);
  const ridge = f32x4.splat(0.05);
  for (let y = 0; y < height; y++)
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
      for (let dy = -radius; dy <= radius; dy += step) {
        const fy = f32x4.splat(<f32>dy);
        const line = f32x4.mul(c, fy);
        for (let dx = -radius; dx <= radius; dx += step) {
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

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
