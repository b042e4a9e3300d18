/**
 * Colours for the directions that have none, from those around them: the smoother, the farther they are (pull-push, Gortler
 * et al., The Lumigraph, 1996, section 3.4; around the sphere in longitude).
 * @param sums width × height × 4: red, green and blue times their weight, and the weight, 0–1. Changed to weights of 1
 *   wherever any weight is above 0 at all.
 */
export function fillSphere(sums: Float32Array, width: number, height: number): void {
  if (width % 2 || height % 2) return;
  const [w, h] = [width >> 1, height >> 1];
  const coarse = halved(sums, width, height);
  fillSphere(coarse, w, h);
  for (let y = 0; y < height; y++) {
    const down = Math.min(h - 1, Math.max(0, (y + 0.5) / 2 - 0.5));
    const top = Math.floor(down);
    const bottom = Math.min(h - 1, top + 1);
    const lower = down - top;
    const upper = 1 - lower;
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const missing = 1 - sums[at + 3];
      if (missing <= 0) continue;
      // A finer pixel's centre lies a quarter of a coarse pixel off a coarse one's.
      const near = x >> 1;
      const far = (near + (x & 1 ? 1 : w - 1)) % w;
      const [a, b] = [4 * (top * w + near), 4 * (top * w + far)];
      const [c, d] = [4 * (bottom * w + near), 4 * (bottom * w + far)];
      const [sa, sb, sc, sd] = [0.75 * upper, 0.25 * upper, 0.75 * lower, 0.25 * lower];
      const weight = sa * coarse[a + 3] + sb * coarse[b + 3] + sc * coarse[c + 3] + sd * coarse[d + 3];
      if (weight <= 0) continue;
      const scale = missing / weight;
      for (let k = 0; k < 3; k++)
        sums[at + k] +=
          scale * (sa * coarse[a + k] + sb * coarse[b + k] + sc * coarse[c + k] + sd * coarse[d + k]);
      sums[at + 3] = 1;
    }
  }
}

/** Sums of 2 × 2, weights at most 1. */
function halved(sums: Float32Array, width: number, height: number): Float32Array {
  const [w, h] = [width >> 1, height >> 1];
  const result = new Float32Array(4 * w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const to = 4 * (y * w + x);
      const from = 8 * (y * width + x);
      const below = from + 4 * width;
      for (let k = 0; k < 4; k++)
        result[to + k] = sums[from + k] + sums[from + 4 + k] + sums[below + k] + sums[below + 4 + k];
      const weight = result[to + 3];
      if (weight > 1) for (let k = 0; k < 4; k++) result[to + k] /= weight;
    }
  return result;
}
