/** Brighter than this is a dark surface, not the absence of one. */
const DARK_LEVEL = 26;
/** Mean luma up to which a region is nothing at all: no camera shows a lit surface as dark and as even. */
const BLACK_LEVEL = 10;
/** Luma of neighbours within a region differs by no more than the codec's noise … */
const NEIGHBOUR_LEVELS = 3;
/** … and so does the whole region's (standard deviation): shadows and dark cloth have a gradient or a grain. */
const SPREAD_LEVELS = 1.6;
/** Smaller regions are window panes, tyres and gaps between things. */
const MINIMUM_SHARE = 0.0015;

/** What a pixel's even darkness says. */
export const DARK = 1;
export const BLACK = 2;

/**
 * Large, even, dark regions: what the inside of a hole looks like where a video shows nothing behind a surface.
 * @param gray luma, width × height.
 * @returns per pixel 0, DARK (even and dark: a hole, where it lies in the floor) or BLACK (nothing was seen there,
 *   wherever it lies).
 */
export function findBlack(gray: Uint8Array, width: number, height: number): Uint8Array {
  const found = new Uint8Array(width * height);
  const visited = new Uint8Array(width * height);
  const smallest = MINIMUM_SHARE * gray.length;
  for (let start = 0; start < gray.length; start++) {
    if (visited[start] || gray[start] > DARK_LEVEL) continue;
    visited[start] = 1;
    const region = [start];
    let sum = 0;
    let squares = 0;
    for (let k = 0; k < region.length; k++) {
      const i = region[k];
      const level = gray[i];
      sum += level;
      squares += level * level;
      const x = i % width;
      for (const j of [x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i - width, i + width]) {
        if (j < 0 || j >= gray.length || visited[j]) continue;
        if (gray[j] > DARK_LEVEL || Math.abs(gray[j] - level) > NEIGHBOUR_LEVELS) continue;
        visited[j] = 1;
        region.push(j);
      }
    }
    if (region.length < smallest) continue;
    const mean = sum / region.length;
    if (squares / region.length - mean * mean > SPREAD_LEVELS ** 2) continue;
    const value = mean <= BLACK_LEVEL ? BLACK : DARK;
    for (const i of region) found[i] = value;
  }
  return found;
}
