import type { ImageRgba } from '../world/worldModel.ts';

/** One level of a texture for the kernel: rgba × u16 linear light 0–32767, with a border of one wrapped texel. */
export interface TextureLevel {
  width: number;
  height: number;
  /** (width + 2) × (height + 2) × 4; texel (x, y) lies at column x + 1, row y + 1. */
  texels: Uint16Array;
}

/** What stands for 1: the kernel interpolates in signed 16-bit fixed point. */
const UNIT = 32767;

/** Linear light, 0–UNIT, of each sRGB byte (IEC 61966-2-1). */
const LINEAR = Float32Array.from({ length: 256 }, (_, byte) => {
  const c = byte / 255;
  return UNIT * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
});

/** Texels of one level without its border, as floats 0–UNIT. */
interface Plane {
  width: number;
  height: number;
  rgba: Float32Array;
}

/**
 * The mip chain of an image, filtered by area in linear light down to 1×1.
 * @param premultiply weights colour with alpha, so that what a mask cuts away does not bleed into the rest.
 */
export function buildMipLevels(image: ImageRgba, premultiply: boolean): TextureLevel[] {
  let plane: Plane = linearPlane(image, premultiply);
  const levels = [withBorder(plane)];
  while (plane.width > 1 || plane.height > 1) {
    plane = halve(plane);
    levels.push(withBorder(plane));
  }
  return levels;
}

function linearPlane({ width, height, pixels }: ImageRgba, premultiply: boolean): Plane {
  const rgba = new Float32Array(width * height * 4);
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = pixels[i + 3];
    const weight = premultiply ? alpha / 255 : 1;
    rgba[i] = LINEAR[pixels[i]] * weight;
    rgba[i + 1] = LINEAR[pixels[i + 1]] * weight;
    rgba[i + 2] = LINEAR[pixels[i + 2]] * weight;
    rgba[i + 3] = (alpha * UNIT) / 255;
  }
  return { width, height, rgba };
}

/** Half the size, rounded down; every target texel averages exactly the area it covers, odd sizes included. */
function halve(source: Plane): Plane {
  const width = Math.max(1, source.width >> 1);
  const height = Math.max(1, source.height >> 1);
  const columns = areaTaps(source.width, width);
  const rows = areaTaps(source.height, height);
  const rgba = new Float32Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let r = 0;
      let g = 0;
      let b = 0;
      let a = 0;
      for (const row of rows[y]) {
        for (const column of columns[x]) {
          const weight = row.weight * column.weight;
          const at = (row.index * source.width + column.index) * 4;
          r += source.rgba[at] * weight;
          g += source.rgba[at + 1] * weight;
          b += source.rgba[at + 2] * weight;
          a += source.rgba[at + 3] * weight;
        }
      }
      const to = (y * width + x) * 4;
      rgba[to] = r;
      rgba[to + 1] = g;
      rgba[to + 2] = b;
      rgba[to + 3] = a;
    }
  }
  return { width, height, rgba };
}

function areaTaps(from: number, to: number): { index: number; weight: number }[][] {
  const scale = from / to;
  return Array.from({ length: to }, (_, i) => {
    const taps: { index: number; weight: number }[] = [];
    const end = (i + 1) * scale;
    for (let index = Math.floor(i * scale); index < from && index < end; index++) {
      const overlap = Math.min(end, index + 1) - Math.max(i * scale, index);
      if (overlap > 0) taps.push({ index, weight: overlap / scale });
    }
    return taps;
  });
}

function withBorder({ width, height, rgba }: Plane): TextureLevel {
  const texels = new Uint16Array((width + 2) * (height + 2) * 4);
  const pixelRow = (width + 2) * 4;
  for (let y = 0; y < height + 2; y++) {
    const from = ((y + height - 1) % height) * width * 4;
    const to = y * pixelRow;
    for (let i = 0; i < width * 4; i++) texels[to + 4 + i] = rgba[from + i] + 0.5;
    texels.copyWithin(to, to + width * 4, to + width * 4 + 4);
    texels.copyWithin(to + pixelRow - 4, to + 4, to + 8);
  }
  return { width, height, texels };
}
