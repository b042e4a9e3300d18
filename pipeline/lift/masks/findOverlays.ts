/** An overlay's pixels change by no more than the codec's noise; scene pixels under motion change far more. */
const STATIC_RANGE = 14;
/** What is burnt in stands out: luma steps of text and boxes within the 5 × 5 window. */
const CONTRAST = 60;
/** Contrast that a moving scene needs for its pixels to change visibly. */
const SCENE_CONTRAST = 30;
/** Fewer static pixels of high contrast, as a share of the picture, are chance. */
const LEAST_SEEDS = 0.0002;
/** Where more than this share of the textured picture stands still, the camera does, and nothing tells an overlay. */
const MOST_STATIC_SHARE = 0.3;
/** An overlay's flat inside is taken with it where it lies this near to its static edges, pixels. */
const REACH_PIXELS = 12;
/** Codecs smear an overlay's edge, and features there describe it too, pixels. */
const MARGIN_PIXELS = 3;

/**
 * Pixels that never change while the picture does: logos, subtitles, displays; and what the camera turns about or
 * moves towards, which `confirmOverlays` tells from them.
 * @param low @param high darkest and brightest luma of each pixel over a stretch of video, width × height.
 * @returns 1 on overlays; undefined where there are none or the scene itself stands still.
 */
export function findOverlays(
  low: Uint8Array,
  high: Uint8Array,
  width: number,
  height: number,
): Uint8Array | undefined {
  const seeds = new Uint8Array(width * height);
  let textured = 0;
  let still = 0;
  let found = 0;
  for (let y = 2; y < height - 2; y++)
    for (let x = 2; x < width - 2; x++) {
      const i = y * width + x;
      let darkest = 255;
      let brightest = 0;
      let staticDarkest = 255;
      let staticBrightest = 0;
      for (let dy = -2; dy <= 2; dy++)
        for (let dx = -2; dx <= 2; dx++) {
          const at = i + dy * width + dx;
          if (low[at] < darkest) darkest = low[at];
          if (high[at] > brightest) brightest = high[at];
          if (high[at] - low[at] > STATIC_RANGE) continue;
          if (low[at] < staticDarkest) staticDarkest = low[at];
          if (high[at] > staticBrightest) staticBrightest = high[at];
        }
      if (brightest - darkest < SCENE_CONTRAST) continue;
      textured++;
      if (high[i] - low[i] > STATIC_RANGE) continue;
      still++;
      if (staticBrightest - staticDarkest < CONTRAST) continue;
      seeds[i] = 1;
      found++;
    }
  if (found < LEAST_SEEDS * seeds.length || still > MOST_STATIC_SHARE * textured) return undefined;
  return dilate(fillFlat(seeds, low, high, width, height), width, height, MARGIN_PIXELS);
}

/** Grows the seeds over pixels that are static too. */
function fillFlat(
  seeds: Uint8Array,
  low: Uint8Array,
  high: Uint8Array,
  width: number,
  height: number,
): Uint8Array {
  const filled = seeds.slice();
  let rim: number[] = [];
  for (let i = 0; i < seeds.length; i++) if (seeds[i]) rim.push(i);
  for (let step = 0; step < REACH_PIXELS; step++) {
    const next: number[] = [];
    for (const i of rim) {
      const x = i % width;
      for (const j of [x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i - width, i + width]) {
        if (j < 0 || j >= width * height || filled[j] || high[j] - low[j] > STATIC_RANGE) continue;
        filled[j] = 1;
        next.push(j);
      }
    }
    rim = next;
  }
  return filled;
}

/** Square dilation. */
function dilate(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const across = new Uint8Array(mask.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (mask[y * width + x])
        across.fill(1, y * width + Math.max(0, x - radius), y * width + Math.min(width, x + radius + 1));
  const grown = across.slice();
  for (let y = 0; y < height; y++)
    for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
      if (v === y) continue;
      for (let x = 0; x < width; x++) if (across[v * width + x]) grown[y * width + x] = 1;
    }
  return grown;
}
