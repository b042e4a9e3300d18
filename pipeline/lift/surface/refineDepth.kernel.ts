// Local plane regression of inverse depth, guided by colour. See refineDepth.ts.

/**
 * out[p] = value at p of the plane q = a + b·dx + c·dy fitted by weighted least squares over a window of
 * (2·radius + 1)² pixels sampled every `stride` pixels. Weights: confidence, luma similarity, and nearness of the
 * neighbour's inverse depth (within `gate`, wider farther out), and in a second pass to the first one's plane.
 * Pixels with q = 0 stay 0; pixels whose window holds too little keep their value.
 */
export function planeRegression(
  inverseDepth: usize, confidence: usize, image: usize, out: usize, width: i32, height: i32,
  radius: i32, stride: i32, gate: f32,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const q = load<f32>(inverseDepth + 4 * at);
      if (q <= 0) { store<f32>(out + 4 * at, 0); continue; }
      const luma = <i32>load<u8>(image + at);
      let value = q;
      // The second pass trusts neighbours by how well they lie in the first one's plane: an edge stays an edge.
      let a: f32 = 0, b: f32 = 0, c: f32 = 0;
      for (let pass = 0; pass < 2; pass++) {
        let sw: f32 = 0, sx: f32 = 0, sy: f32 = 0, sxx: f32 = 0, sxy: f32 = 0, syy: f32 = 0;
        let sq: f32 = 0, sxq: f32 = 0, syq: f32 = 0;
        for (let dy = -radius; dy <= radius; dy += stride) {
          const yy = y + dy;
          if (yy < 0 || yy >= height) continue;
          for (let dx = -radius; dx <= radius; dx += stride) {
            const xx = x + dx;
            if (xx < 0 || xx >= width) continue;
            const n = yy * width + xx;
            const d = load<f32>(inverseDepth + 4 * n) - q;
            if (d <= -q) continue;
            const distance: i32 = 2 + abs<i32>(dx) + abs<i32>(dy);
            if (abs<f32>(d) > gate * <f32>distance * 0.25) continue;
            let l = <i32>load<u8>(image + n) - luma;
            if (l < 0) l = -l;
            const fx = <f32>dx, fy = <f32>dy;
            let w = load<f32>(confidence + 4 * n) / (1 + 0.01 * <f32>(l * l));
            if (pass > 0) {
              const r = (d - a - b * fx - c * fy) / gate;
              w /= 1 + 25 * r * r;
            }
            sw += w; sx += w * fx; sy += w * fy;
            sxx += w * fx * fx; sxy += w * fx * fy; syy += w * fy * fy;
            sq += w * d; sxq += w * fx * d; syq += w * fy * d;
          }
        }
        if (sw < 0.1) break;
        const i: f32 = <f32>1 / sw;
        // Centred moments, with a ridge so that a window on a line stays finite.
        const ridge: f32 = 0.05 * sw;
        const cxx = sxx - sx * sx * i + ridge, cyy = syy - sy * sy * i + ridge, cxy = sxy - sx * sy * i;
        const bx = sxq - sx * sq * i, by = syq - sy * sq * i;
        const det = cxx * cyy - cxy * cxy;
        b = (bx * cyy - by * cxy) / det;
        c = (by * cxx - bx * cxy) / det;
        a = (sq - b * sx - c * sy) * i;
        if (abs<f32>(a) < gate) value = q + a;
      }
      store<f32>(out + 4 * at, value);
    }
  }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
