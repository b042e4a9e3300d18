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
  type Rgb,
  set,
  smoothstep,
} from './canvas.ts';

/** Looped pile with a woven border figure. */
export function paintCarpet(random: Random): ImageRgba {
  const pile = latticeNoise(random, 256);
  const clouds = fractalNoise(random, 4, 5);
  const tone = perCell(random, 64);
  return paint((out, x, y, i) => {
    const cx = Math.floor((x * 8) / N);
    const cy = Math.floor((y * 8) / N);
    const fx = Math.abs((((x * 8) / N) % 1) - 0.5);
    const fy = Math.abs((((y * 8) / N) % 1) - 0.5);
    const diamond = fx + fy < 0.3 ? 0.82 : fx + fy < 0.36 ? 1.18 : 1;
    const b = (0.5 + 0.3 * clouds[i] + 0.25 * (pile[i] - 0.2)) * diamond * (0.9 + 0.2 * tone[cy * 8 + cx]);
    set(out, [1, 0.97, 0.93], b);
  });
}

/** Upholstery weave. */
export function paintFabric(random: Random): ImageRgba {
  const warp = latticeNoise(random, 170, 20);
  const weft = latticeNoise(random, 20, 170);
  const clouds = fractalNoise(random, 4, 5, 0.6);
  return paint((out, x, y, i) => {
    const thread = ((x >> 2) + (y >> 2)) % 2 ? warp[i] : weft[i];
    set(out, [1, 0.98, 0.96], 0.44 + 0.34 * thread + 0.36 * clouds[i] - 0.08);
  });
}

/** Painted sheet metal: scratches, rubbed edges, grime. */
export function paintMetal(random: Random): ImageRgba {
  const clouds = fractalNoise(random, 4, 5, 0.6);
  const scratches = fractalNoise(random, 160, 2, 0.6, 0.04);
  const cross = fractalNoise(random, 10, 2, 0.6, 16);
  const chips = cellNoise(random, 26);
  const grain = latticeNoise(random, 256);
  return paint((out, _x, _y, i) => {
    const scratch = scratches[i] > 0.8 ? 0.14 : cross[i] > 0.82 ? 0.1 : 0;
    const chip = chips.first[i] < 0.06 ? -0.16 : 0;
    set(out, [0.97, 0.985, 1], 0.72 + 0.3 * (clouds[i] - 0.3) + scratch + chip + 0.07 * (grain[i] - 0.5));
  });
}

/** Metal that rusts. */
export function paintRust(random: Random): ImageRgba {
  const clouds = fractalNoise(random, 5, 6, 0.65);
  const fine = fractalNoise(random, 40, 4, 0.75);
  return paint((out, _x, _y, i) => {
    const rust = smoothstep(0.42, 0.56, clouds[i]);
    mix(out, [0.52, 0.54, 0.55], [0.55, 0.3, 0.16], rust, 0.55 + 0.75 * fine[i] * (0.5 + clouds[i]));
  });
}

/** Corrugated board with tape and print. */
export function paintCardboard(random: Random): ImageRgba {
  const clouds = fractalNoise(random, 5, 5);
  const ribs = latticeNoise(random, 128, 8);
  const print = perCell(random, 64);
  return paint((out, x, y, i) => {
    const tape = Math.abs(x - N / 2) < 22 ? 1.16 : 1;
    const cx = Math.floor((x * 16) / N);
    const cy = Math.floor((y * 16) / N);
    const mark = cx > 1 && cx < 6 && cy > 9 && cy < 14 && print[(cx + cy * 7) % 64] > 0.45 ? 0.45 : 1;
    set(out, [0.72, 0.55, 0.37], (0.72 + 0.3 * clouds[i] + 0.16 * (ribs[i] - 0.5)) * tape * mark);
  });
}

const INKS: readonly Rgb[] = [
  [0.78, 0.2, 0.16],
  [0.13, 0.3, 0.55],
  [0.9, 0.7, 0.2],
  [0.15, 0.42, 0.3],
  [0.1, 0.1, 0.12],
  [0.85, 0.45, 0.2],
];

/** A sheet of sixteen posters, 4 × 4: discs, bars and lines of text. */
export function paintPaper(random: Random): ImageRgba {
  const posters = Array.from({ length: 16 }, () => ({
    ground: random.chance(0.6) ? ([0.93, 0.9, 0.83] as Rgb) : random.pick(INKS),
    shapes: Array.from({ length: 5 }, () => ({
      x: random.next(),
      y: random.range(0.1, 0.7),
      radius: random.range(0.08, 0.3),
      square: random.chance(0.5),
      ink: random.pick(INKS),
    })),
    words: perCell(random, 60),
  }));
  const grain = fractalNoise(random, 64, 3, 0.8);
  return paint((out, x, y, i) => {
    const side = N / 4;
    const poster = posters[Math.floor(y / side) * 4 + Math.floor(x / side)];
    const px = (x % side) / side;
    const py = (y % side) / side;
    let color = poster.ground;
    for (const shape of poster.shapes) {
      const dx = Math.abs(px - shape.x);
      const dy = Math.abs(py - shape.y);
      if (shape.square ? dx < shape.radius && dy < shape.radius * 0.6 : dx * dx + dy * dy < shape.radius ** 2)
        color = shape.ink;
    }
    const line = Math.floor((py - 0.74) * 28);
    if (
      line >= 0 &&
      line % 2 === 0 &&
      px > 0.08 &&
      px < 0.92 &&
      poster.words[(line * 9 + Math.floor(px * 17)) % 60] > 0.3
    )
      color = poster.ground === INKS[4] ? [0.9, 0.9, 0.88] : [0.12, 0.11, 0.1];
    if (px < 0.03 || px > 0.97 || py < 0.03 || py > 0.97) color = [0.94, 0.93, 0.9];
    set(out, color, 0.86 + 0.22 * grain[i]);
  });
}

/** Book spines in three shelves of 40 cm; u runs along the shelf. */
export function paintBooks(random: Random): ImageRgba {
  const shelves = 3;
  const spines: { color: Rgb; top: number; band: number }[][] = [];
  for (let shelf = 0; shelf < shelves; shelf++) {
    const row: { color: Rgb; top: number; band: number }[] = new Array(N);
    let x = 0;
    while (x < N) {
      const width = 9 + random.integer(14);
      const ink = random.pick(INKS);
      const dull = random.range(0.35, 0.9);
      const color: Rgb = [ink[0] * dull + 0.1, ink[1] * dull + 0.08, ink[2] * dull + 0.06];
      const spine = { color, top: random.range(0.06, 0.3), band: random.range(0.45, 0.8) };
      const end = Math.min(N, x + width);
      for (let k = x; k < end; k++)
        row[k] = k === x ? { color: [0.08, 0.07, 0.06], top: spine.top, band: 2 } : spine;
      x = end;
    }
    spines.push(row);
  }
  const grain = fractalNoise(random, 64, 3, 0.8);
  return paint((out, x, y, i) => {
    const gy = (y * shelves) / N;
    const spine = spines[Math.floor(gy)][x];
    const fy = gy - Math.floor(gy);
    if (fy < spine.top) set(out, [0.1, 0.075, 0.05], 0.6 + 0.8 * grain[i]);
    else if (Math.abs(fy - spine.band) < 0.025 || Math.abs(fy - spine.top - 0.1) < 0.012)
      set(out, [0.82, 0.72, 0.45], 0.7 + 0.5 * grain[i]);
    else set(out, spine.color, 0.75 + 0.5 * grain[i]);
  });
}

/** Smooth but not blank: for clothes, plastics and faces. */
export function paintSkin(random: Random): ImageRgba {
  const clouds = fractalNoise(random, 6, 5, 0.6);
  const grain = fractalNoise(random, 64, 3, 0.8);
  return paint((out, _x, _y, i) =>
    set(out, [1, 0.98, 0.96], 0.7 + 0.28 * (clouds[i] - 0.3) + 0.16 * (grain[i] - 0.5)),
  );
}
