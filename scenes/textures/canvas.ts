import { createRandom, type Random } from '../../engine/random.ts';
import type { ImageRgba } from '../../engine/world/worldModel.ts';

/** sRGB, 0–1. */
export type Rgb = readonly [number, number, number];

/** A square of floats that repeats without a seam. */
export type Field = Float32Array;

/** Texels along a side of every texture: 512 over two to three metres is finer than a 640-pixel view at 1.5 m. */
export const TEXTURE_SIZE = 512;
const N = TEXTURE_SIZE;

/**
 * Value noise on a repeating lattice, smoothstep between lattice points.
 * @param columns lattice cells across; @param rows lattice cells down. @returns values in [0, 1).
 */
export function latticeNoise(random: Random, columns: number, rows = columns): Field {
  const lattice = new Float32Array(columns * rows);
  for (let i = 0; i < lattice.length; i++) lattice[i] = random.next();
  const out = new Float32Array(N * N);
  const left = new Int32Array(N);
  const right = new Int32Array(N);
  const weight = new Float32Array(N);
  for (let x = 0; x < N; x++) {
    const position = (x * columns) / N;
    left[x] = Math.floor(position);
    right[x] = (left[x] + 1) % columns;
    const t = position - left[x];
    weight[x] = t * t * (3 - 2 * t);
  }
  const line = new Float32Array(columns);
  for (let y = 0; y < N; y++) {
    const position = (y * rows) / N;
    const top = Math.floor(position);
    const bottom = (top + 1) % rows;
    const t = position - top;
    const w = t * t * (3 - 2 * t);
    for (let c = 0; c < columns; c++) {
      const a = lattice[top * columns + c];
      line[c] = a + (lattice[bottom * columns + c] - a) * w;
    }
    for (let x = 0; x < N; x++) {
      const a = line[left[x]];
      out[y * N + x] = a + (line[right[x]] - a) * weight[x];
    }
  }
  return out;
}

/** Sums octaves of lattice noise from `cells` cells across, each twice as fine and `gain` times as strong. 0–1. */
export function fractalNoise(random: Random, cells: number, octaves: number, gain = 0.5, stretch = 1): Field {
  const sum = new Float32Array(N * N);
  let amplitude = 1;
  let total = 0;
  for (let octave = 0; octave < octaves; octave++) {
    const columns = Math.min(N, cells * 2 ** octave);
    const layer = latticeNoise(random, columns, Math.max(1, Math.min(N, Math.round(columns * stretch))));
    for (let i = 0; i < sum.length; i++) sum[i] += layer[i] * amplitude;
    total += amplitude;
    amplitude *= gain;
  }
  for (let i = 0; i < sum.length; i++) sum[i] /= total;
  return sum;
}

/** Distance to the nearest and second-nearest of jittered points, one a cell, repeating; in cells. */
export function cellNoise(random: Random, cells: number): { first: Field; second: Field; id: Uint16Array } {
  const px = new Float32Array(cells * cells);
  const py = new Float32Array(cells * cells);
  for (let i = 0; i < px.length; i++) {
    px[i] = 0.1 + 0.8 * random.next();
    py[i] = 0.1 + 0.8 * random.next();
  }
  const first = new Float32Array(N * N);
  const second = new Float32Array(N * N);
  const id = new Uint16Array(N * N);
  for (let y = 0; y < N; y++) {
    const gy = (y * cells) / N;
    const cy = Math.floor(gy);
    for (let x = 0; x < N; x++) {
      const gx = (x * cells) / N;
      const cx = Math.floor(gx);
      let best = 9;
      let next = 9;
      let owner = 0;
      for (let j = -1; j <= 1; j++)
        for (let i = -1; i <= 1; i++) {
          const cell = ((cy + j + cells) % cells) * cells + ((cx + i + cells) % cells);
          const dx = cx + i + px[cell] - gx;
          const dy = cy + j + py[cell] - gy;
          const d = dx * dx + dy * dy;
          if (d < best) {
            next = best;
            best = d;
            owner = cell;
          } else if (d < next) next = d;
        }
      first[y * N + x] = Math.sqrt(best);
      second[y * N + x] = Math.sqrt(next);
      id[y * N + x] = owner;
    }
  }
  return { first, second, id };
}

/** Fills an image from a function of the texel; `color` writes sRGB 0–1 (and alpha) into `out`. */
export function paint(color: (out: Float32Array, x: number, y: number, i: number) => void): ImageRgba {
  const pixels = new Uint8Array(N * N * 4);
  const out = new Float32Array(4);
  for (let y = 0; y < N; y++)
    for (let x = 0; x < N; x++) {
      const i = y * N + x;
      out[3] = 1;
      color(out, x, y, i);
      for (let c = 0; c < 4; c++) {
        const value = out[c] * 255 + 0.5;
        pixels[i * 4 + c] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
    }
  return { width: N, height: N, pixels };
}

/** Writes a colour times a brightness. */
export function set(out: Float32Array, color: Rgb, brightness: number): void {
  out[0] = color[0] * brightness;
  out[1] = color[1] * brightness;
  out[2] = color[2] * brightness;
}

export function mix(out: Float32Array, a: Rgb, b: Rgb, t: number, brightness = 1): void {
  const s = t < 0 ? 0 : t > 1 ? 1 : t;
  out[0] = (a[0] + (b[0] - a[0]) * s) * brightness;
  out[1] = (a[1] + (b[1] - a[1]) * s) * brightness;
  out[2] = (a[2] + (b[2] - a[2]) * s) * brightness;
}

export function smoothstep(low: number, high: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/** One number in [0, 1) for each of a brick's, plank's or tile's cells. */
export function perCell(random: Random, count: number): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = random.next();
  return values;
}

export function textureRandom(seed: number, name: string): Random {
  return createRandom(`${seed}/texture/${name}`);
}
