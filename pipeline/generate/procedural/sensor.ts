/** Levels of 255 by which a pixel strays: a quiet sensor in good light. */
const GRAIN_LEVELS = 2;

/** Adds luminance noise in place; the same seed and frame give the same grain. */
export function addGrain(rgba: Uint8Array, seed: number, frame: number): void {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(frame + 1, 0x85ebca6b)) | 1;
  for (let i = 0; i < rgba.length; i += 4) {
    // xorshift32 (Marsaglia 2003): cheap, and noise of two levels shows none of its weaknesses.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const noise = (((state & 0xffff) + (state >>> 16)) * (GRAIN_LEVELS / 65536) - GRAIN_LEVELS) | 0;
    for (let c = 0; c < 3; c++) {
      const value = rgba[i + c] + noise;
      rgba[i + c] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
}

/** Blurs in place with a box of 2·radius + 1 pixels, horizontally and vertically, twice: close to a Gaussian. */
export function smear(rgba: Uint8Array, width: number, height: number, radius: number): void {
  if (radius < 1) return;
  const line = new Uint8Array(Math.max(width, height));
  const pass = (start: number, step: number, count: number) => {
    let sum = 0;
    const window = 2 * radius + 1;
    const at = (i: number) => rgba[start + Math.min(count - 1, Math.max(0, i)) * step];
    for (let i = -radius; i <= radius; i++) sum += at(i);
    for (let i = 0; i < count; i++) {
      line[i] = Math.round(sum / window);
      sum += at(i + radius + 1) - at(i - radius);
    }
    for (let i = 0; i < count; i++) rgba[start + i * step] = line[i];
  };
  for (let repeat = 0; repeat < 2; repeat++)
    for (let channel = 0; channel < 3; channel++) {
      for (let y = 0; y < height; y++) pass(y * width * 4 + channel, 4, width);
      for (let x = 0; x < width; x++) pass(x * 4 + channel, width * 4, height);
    }
}
