import type { Random } from '../../engine/random.ts';
import type { ImageRgba } from '../../engine/world/worldModel.ts';
import {
  cellNoise,
  fractalNoise,
  latticeNoise,
  mix,
  TEXTURE_SIZE as N,
  paint,
  perCell,
  set,
  smoothstep,
} from './canvas.ts';

/** Painted plaster: trowel clouds, hairline scratches and speckle, nearly white so that a tint shows. */
export function paintPlaster(random: Random): ImageRgba {
  const clouds = fractalNoise(random, 4, 4, 0.6);
  const trowel = fractalNoise(random, 12, 3, 0.6, 0.35);
  const grain = latticeNoise(random, 256);
  const pits = cellNoise(random, 22);
  const scuffs = fractalNoise(random, 6, 5, 0.7, 0.3);
  return paint((out, _x, _y, i) => {
    const pit = pits.first[i] < 0.07 ? -0.1 : 0;
    const scuff = -0.13 * smoothstep(0.62, 0.72, scuffs[i]);
    const b = 0.8 + 0.22 * (clouds[i] - 0.5) + 0.2 * (trowel[i] - 0.5) + 0.1 * (grain[i] - 0.5) + pit + scuff;
    set(out, [1, 0.985, 0.955], b);
  });
}

/** Running bond, 24 × 8 cm bricks: 10 across and 30 down at 2.4 m. */
export function paintBrick(random: Random): ImageRgba {
  const columns = 10;
  const rows = 30;
  const hue = perCell(random, columns * rows);
  const light = perCell(random, columns * rows);
  const grain = fractalNoise(random, 48, 4, 0.75);
  const dirt = fractalNoise(random, 4, 5);
  const wobble = fractalNoise(random, 24, 3);
  return paint((out, x, y, i) => {
    const gy = (y * rows) / N + (wobble[i] - 0.5) * 0.14;
    const row = Math.floor(gy + rows) % rows;
    const gx = (x * columns) / N + (row % 2) * 0.5 + (wobble[(i + 4096) % (N * N)] - 0.5) * 0.06;
    const column = Math.floor(gx + columns) % columns;
    const fx = gx - Math.floor(gx);
    const fy = gy - Math.floor(gy);
    const edge = Math.min(Math.min(fx, 1 - fx) * 3, Math.min(fy, 1 - fy));
    const cell = row * columns + column;
    const shade = (0.62 + 0.5 * light[cell]) * (0.8 + 0.4 * grain[i]) * (0.82 + 0.36 * dirt[i]);
    if (edge < 0.1) set(out, [0.66, 0.63, 0.58], 0.75 + 0.4 * grain[i]);
    else mix(out, [0.62, 0.27, 0.19], [0.74, 0.42, 0.29], hue[cell], shade * (edge < 0.16 ? 0.85 : 1));
  });
}

/** Irregular dressed blocks with recessed joints, grey. */
export function paintStone(random: Random): ImageRgba {
  const rows = 7;
  const offsets = perCell(random, rows);
  const widths = perCell(random, rows * 5);
  const light = perCell(random, rows * 5);
  const grain = fractalNoise(random, 32, 5, 0.75);
  const clouds = fractalNoise(random, 5, 4);
  const wobble = fractalNoise(random, 14, 4);
  return paint((out, x, y, i) => {
    const gy = (y * rows) / N + (wobble[i] - 0.5) * 0.16;
    const row = Math.floor(gy + rows) % rows;
    const fy = gy - Math.floor(gy);
    const gx = ((x / N + offsets[row] + (wobble[(i + 9999) % (N * N)] - 0.5) * 0.02 + 2) % 1) * 5;
    const column = Math.floor(gx);
    // The joint between two blocks moves by a third of a block either way.
    const split = 0.5 + 0.33 * (widths[row * 5 + column] - 0.5);
    const fx = gx - column;
    const block = fx < split ? column : (column + 1) % 5;
    const edge = Math.min(Math.abs(fx - split) * 1.4, Math.min(fy, 1 - fy));
    const joint = smoothstep(0.02, 0.07, edge);
    const shade = (0.6 + 0.35 * light[row * 5 + block]) * (0.7 + 0.6 * grain[i]) * (0.75 + 0.5 * clouds[i]);
    mix(out, [0.3, 0.29, 0.27], [0.86, 0.83, 0.77], joint, joint < 0.5 ? 0.8 + 0.4 * grain[i] : shade);
  });
}

/** Raw rock: cracks between broken faces, strata and speckle. */
export function paintRock(random: Random): ImageRgba {
  const broken = cellNoise(random, 9);
  const fine = cellNoise(random, 30);
  const clouds = fractalNoise(random, 4, 6, 0.62);
  const strata = fractalNoise(random, 3, 5, 0.6, 6);
  const tone = perCell(random, 81);
  return paint((out, _x, _y, i) => {
    const crack = smoothstep(0, 0.09, broken.second[i] - broken.first[i]);
    const chip = smoothstep(0, 0.12, fine.second[i] - fine.first[i]);
    const b =
      (0.38 + 0.5 * clouds[i] + 0.3 * (strata[i] - 0.5) + 0.22 * (tone[broken.id[i]] - 0.5)) *
      (0.55 + 0.45 * crack);
    mix(out, [0.78, 0.72, 0.63], [0.95, 0.9, 0.82], strata[i], b * (0.82 + 0.18 * chip));
  });
}

/** 40 cm floor tiles, alternately lighter, with veins and worn patches. */
export function paintTiles(random: Random): ImageRgba {
  const count = 6;
  const light = perCell(random, count * count);
  const veins = fractalNoise(random, 10, 5, 0.6);
  const grain = fractalNoise(random, 64, 3, 0.8);
  const wear = fractalNoise(random, 3, 5);
  return paint((out, x, y, i) => {
    const gx = (x * count) / N;
    const gy = (y * count) / N;
    const cx = Math.floor(gx);
    const cy = Math.floor(gy);
    const fx = gx - cx;
    const fy = gy - cy;
    const edge = Math.min(fx, 1 - fx, fy, 1 - fy);
    const vein = 1 - 0.3 * smoothstep(0.06, 0, Math.abs(veins[i] - 0.5));
    const shade =
      (0.66 + 0.2 * light[cy * count + cx] + ((cx + cy) % 2 ? 0.1 : 0)) *
      vein *
      (0.78 + 0.3 * wear[i]) *
      (0.9 + 0.2 * grain[i]);
    if (edge < 0.025) set(out, [0.5, 0.48, 0.45], 0.75 + 0.4 * grain[i]);
    else set(out, [0.98, 0.95, 0.89], shade * (edge < 0.045 ? 0.9 : 1));
  });
}

/** Cast concrete: board seams, bubbles, water stains. */
export function paintConcrete(random: Random): ImageRgba {
  const clouds = fractalNoise(random, 3, 6, 0.62);
  const streaks = fractalNoise(random, 24, 4, 0.6, 0.12);
  const grain = fractalNoise(random, 96, 2, 0.8);
  const bubbles = cellNoise(random, 40);
  const cracks = fractalNoise(random, 5, 6, 0.55);
  return paint((out, _x, y, i) => {
    const seam = y % (N / 3) < 3 ? 0.78 : 1;
    const bubble = bubbles.first[i] < 0.16 ? 0.72 : 1;
    const crack = 1 - 0.45 * smoothstep(0.008, 0, Math.abs(cracks[i] - 0.5));
    const b = 0.42 + 0.44 * clouds[i] + 0.24 * (streaks[i] - 0.5) + 0.16 * (grain[i] - 0.5);
    set(out, [0.97, 0.96, 0.93], b * seam * bubble * crack);
  });
}

/** Pale stone with dark veins. */
export function paintMarble(random: Random): ImageRgba {
  const a = fractalNoise(random, 4, 6, 0.58);
  const b = fractalNoise(random, 7, 6, 0.6);
  const clouds = fractalNoise(random, 3, 4);
  return paint((out, x, y, i) => {
    const vein =
      0.55 * smoothstep(0.035, 0, Math.abs(a[i] - 0.5)) + 0.3 * smoothstep(0.05, 0, Math.abs(b[i] - 0.47));
    const joint = x % (N / 2) < 2 || y % (N / 2) < 2 ? 0.62 : 1;
    mix(out, [0.95, 0.93, 0.89], [0.42, 0.41, 0.4], vein, (0.72 + 0.4 * clouds[i]) * joint);
  });
}
