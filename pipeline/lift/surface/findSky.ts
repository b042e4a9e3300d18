/** Neighbouring sky pixels differ by no more than this per channel: a gradient passes, leaves and roofs do not. */
const SMOOTH_LEVELS = 5;
/** Sky is bluer than red by this much, or burnt out. */
const BLUE_LEVELS = 6;
const BURNT_OUT_LEVEL = 246;
/** Burnt out without blue, it is sky where it takes this share of the top row. */
const LEAST_BURNT_OUT_SHARE = 0.3;
/** A smaller region is as likely a bluish patch of ceiling. */
const MINIMUM_SHARE = 0.02;

/**
 * Pixels that show open sky: smooth, bluish or burnt out, and reached from the picture's top edge. Sky has no
 * depth, but being textureless it would be matched at the depth of the roofs below it and stand there as a wall.
 * A judgement by colour, because matching cannot tell a clear sky from a plain wall; an overcast grey sky is
 * not found.
 * @param rgb 3 bytes a pixel.
 * @returns 1 where sky, per pixel.
 */
export function findSky(rgb: Uint8Array, width: number, height: number): Uint8Array {
  const isSkyColor = (i: number) => {
    const r = rgb[3 * i];
    const g = rgb[3 * i + 1];
    const b = rgb[3 * i + 2];
    return (b >= r + BLUE_LEVELS && b >= g) || Math.min(r, g, b) >= BURNT_OUT_LEVEL;
  };
  const sky = new Uint8Array(width * height);
  const stack: number[] = [];
  for (let x = 0; x < width; x++) if (isSkyColor(x)) sky[x] = 1;
  dropNarrow(sky, rgb, width);
  for (let x = 0; x < width; x++) if (sky[x]) stack.push(x);
  let count = stack.length;
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    const x = i % width;
    for (const j of [x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i - width, i + width]) {
      if (j < 0 || j >= sky.length || sky[j] || !isSkyColor(j)) continue;
      let smooth = true;
      for (let k = 0; k < 3; k++)
        if (Math.abs(rgb[3 * i + k] - rgb[3 * j + k]) > SMOOTH_LEVELS) smooth = false;
      if (!smooth) continue;
      sky[j] = 1;
      count++;
      stack.push(j);
    }
  }
  return count < MINIMUM_SHARE * sky.length ? new Uint8Array(sky.length) : sky;
}

/** Clears the burnt-out runs of the top row that are narrow: white stripes, panes and lamps. */
function dropNarrow(row: Uint8Array, rgb: Uint8Array, width: number): void {
  for (let start = 0; start < width; start++) {
    if (!row[start]) continue;
    let end = start;
    let burnt = 0;
    for (; end < width && row[end]; end++)
      if (Math.min(rgb[3 * end], rgb[3 * end + 1], rgb[3 * end + 2]) >= BURNT_OUT_LEVEL) burnt++;
    if (burnt > (end - start) / 2 && end - start < LEAST_BURNT_OUT_SHARE * width) row.fill(0, start, end);
    start = end;
  }
}
