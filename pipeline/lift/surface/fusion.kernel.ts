// Integration of one depth map into a sparse TSDF of 8³ blocks. See fuseDepthMaps.ts.

/**
 * @param blocks i32 x, y, z of each block, in blocks.
 * @param distances f32 [block][z][y][x], in units of the truncation, −1 to 1; weights likewise, and support u8.
 * @param camera 12 f32, row-major 3×4: voxel index (x, y, z, 1) → (u·depth, v·depth, depth).
 * @param deviation f32 per pixel, of the inverse depth.
 * @param truncation metres; grows to two deviations of the depth, to at most 3 times. A depth
 *   weighs by its confidence and the inverse of its variance; `support` gains 16 × its confidence.
 */
export function integrate(
  blocks: usize, count: i32, distances: usize, weights: usize, support: usize,
  inverseDepth: usize, confidence: usize, deviation: usize, width: i32, height: i32,
  camera: usize, truncation: f32, maximumWeight: f32,
): void {
  const a0 = load<f32>(camera), a1 = load<f32>(camera, 4), a2 = load<f32>(camera, 8), a3 = load<f32>(camera, 12);
  const b0 = load<f32>(camera, 16), b1 = load<f32>(camera, 20), b2 = load<f32>(camera, 24), b3 = load<f32>(camera, 28);
  const c0 = load<f32>(camera, 32), c1 = load<f32>(camera, 36), c2 = load<f32>(camera, 40), c3 = load<f32>(camera, 44);
  const right = <f32>width - 0.5, bottom = <f32>height - 0.5;
  for (let block = 0; block < count; block++) {
    const bx = load<i32>(blocks + 12 * block) << 3, by = load<i32>(blocks + 12 * block, 4) << 3, bz = load<i32>(blocks + 12 * block, 8) << 3;
    // A block whose sphere lies outside the picture is skipped: its centre's projection and radius decide.
    const mx = <f32>bx + 3.5, my = <f32>by + 3.5, mz = <f32>bz + 3.5;
    const reach: f32 = 7.0 * sqrt<f32>(c0 * c0 + c1 * c1 + c2 * c2);
    const middle = c0 * mx + c1 * my + c2 * mz + c3;
    if (middle + reach <= 0.05) continue;
    if (middle > reach + 0.1) {
      const reachU: f32 = 7.0 * sqrt<f32>(a0 * a0 + a1 * a1 + a2 * a2);
      const reachV: f32 = 7.0 * sqrt<f32>(b0 * b0 + b1 * b1 + b2 * b2);
      const mu = a0 * mx + a1 * my + a2 * mz + a3, mv = b0 * mx + b1 * my + b2 * mz + b3;
      const near = middle - reach, far = middle + reach;
      if (mu + reachU < 0 || mv + reachV < 0) continue;
      if (mu - reachU > right * far && mu - reachU > right * near) continue;
      if (mv - reachV > bottom * far && mv - reachV > bottom * near) continue;
    }
    let cell = <usize>block * 2048, vote = support + <usize>block * 512;
    for (let z = 0; z < 8; z++) {
      for (let y = 0; y < 8; y++) {
        const fy = <f32>(by + y), fz = <f32>(bz + z);
        const ru = a1 * fy + a2 * fz + a3, rv = b1 * fy + b2 * fz + b3, rd = c1 * fy + c2 * fz + c3;
        for (let x = 0; x < 8; x++, cell += 4, vote++) {
          const fx = <f32>(bx + x);
          const depth = rd + c0 * fx;
          if (depth < 0.05) continue;
          const k = <f32>1 / depth;
          const u = (ru + a0 * fx) * k, v = (rv + b0 * fx) * k;
          if (u < -0.5 || v < -0.5 || u >= right || v >= bottom) continue;
          const pixel = (<i32>(v + 0.5) * width + <i32>(u + 0.5)) << 2;
          const q = load<f32>(inverseDepth + pixel);
          if (q <= 0) continue;
          const surface = <f32>1 / q;
          const behind = depth - surface;
          const doubt: f32 = <f32>2 * load<f32>(deviation + pixel) * surface * surface;
          const band = min<f32>(3 * truncation, max<f32>(truncation, doubt));
          if (behind > band) continue;
          const value = min<f32>(1, -behind / band);
          const own = load<f32>(confidence + pixel);
          const share = doubt / truncation;
          const w: f32 = own / (1 + 2 * share * share);
          const old = load<f32>(weights + cell);
          const sum = old + w;
          store<f32>(distances + cell, (load<f32>(distances + cell) * old + value * w) / sum);
          store<f32>(weights + cell, min<f32>(maximumWeight, sum));
          store<u8>(vote, <u8>min<i32>(255, <i32>load<u8>(vote) + <i32>(own * 16 + 0.5)));
        }
      }
    }
  }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
