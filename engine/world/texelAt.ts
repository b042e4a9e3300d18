import type { ImageRgba } from './worldModel.ts';

/** Linear colour of the nearest texel; textures repeat. */
export function texelAt(
  { width, height, pixels }: ImageRgba,
  u: number,
  v: number,
): [number, number, number] {
  const wrap = (value: number, size: number) =>
    Math.min(size - 1, Math.floor((value - Math.floor(value)) * size));
  const at = 4 * (wrap(v, height) * width + wrap(u, width));
  return [linearOfByte(pixels[at]), linearOfByte(pixels[at + 1]), linearOfByte(pixels[at + 2])];
}

function linearOfByte(byte: number): number {
  const c = byte / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

/** sRGB component, 0–1, of a linear one, which is clamped to 0–1. */
export function srgbOfLinear(linear: number): number {
  const c = Math.min(1, Math.max(0, linear));
  return c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
}
