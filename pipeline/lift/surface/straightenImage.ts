import type { Intrinsics } from '../types.ts';

/**
 * What a pinhole would have seen of a picture that a lens has bent: bilinear, black where the picture has nothing.
 * @param rgb width × height × 3, sRGB
 * @param pictureAt where a ray (u, v at distance 1) meets the picture, as shares of its width and height
 */
export function straightenImage(
  rgb: Uint8Array,
  { fx, fy, cx, cy, width, height }: Intrinsics,
  pictureAt: (u: number, v: number) => readonly [number, number],
): Uint8Array {
  const straight = new Uint8Array(rgb.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [across, down] = pictureAt((x - cx) / fx, (y - cy) / fy);
      const [sx, sy] = [across * width - 0.5, down * height - 0.5];
      if (!(sx > -0.5 && sy > -0.5 && sx < width - 0.5 && sy < height - 0.5)) continue;
      const x0 = Math.min(width - 2, Math.max(0, Math.floor(sx)));
      const y0 = Math.min(height - 2, Math.max(0, Math.floor(sy)));
      const a = Math.min(1, Math.max(0, sx - x0));
      const b = Math.min(1, Math.max(0, sy - y0));
      for (let k = 0; k < 3; k++) {
        const at = 3 * (y0 * width + x0) + k;
        const top = rgb[at] * (1 - a) + rgb[at + 3] * a;
        const bottom = rgb[at + 3 * width] * (1 - a) + rgb[at + 3 * width + 3] * a;
        straight[3 * (y * width + x) + k] = Math.round(top * (1 - b) + bottom * b);
      }
    }
  return straight;
}
