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

/** Blades, clover and bare patches. */
export function paintGrass(random: Random): ImageRgba {
  const blades = fractalNoise(random, 128, 2, 0.7, 0.35);
  const across = fractalNoise(random, 40, 4, 0.7, 2.5);
  const patches = fractalNoise(random, 5, 5, 0.6);
  const tufts = cellNoise(random, 34);
  return paint((out, _x, _y, i) => {
    const bare = smoothstep(0.58, 0.68, patches[i]);
    const b = (0.45 + 0.75 * blades[i] * (0.5 + across[i])) * (0.8 + 0.35 * tufts.first[i]);
    mix(out, [0.27, 0.42, 0.13], [0.53, 0.55, 0.25], across[i], b);
    if (bare > 0) {
      const soil = 0.55 + 0.7 * blades[i];
      out[0] += (0.46 * soil - out[0]) * bare * 0.7;
      out[1] += (0.37 * soil - out[1]) * bare * 0.7;
      out[2] += (0.25 * soil - out[2]) * bare * 0.7;
    }
  });
}

/** Packed earth with pebbles. */
export function paintDirt(random: Random): ImageRgba {
  const clouds = fractalNoise(random, 4, 7, 0.66);
  const pebbles = cellNoise(random, 32);
  const tone = perCell(random, 1024);
  return paint((out, _x, _y, i) => {
    const stone = smoothstep(0.36, 0.26, pebbles.first[i]) * (tone[pebbles.id[i]] > 0.55 ? 1 : 0);
    const b = 0.5 + 0.8 * (clouds[i] - 0.25);
    mix(
      out,
      [0.55, 0.44, 0.32],
      [0.72, 0.69, 0.64],
      stone,
      b * (stone > 0.5 ? 0.8 + 0.5 * tone[pebbles.id[i]] : 1),
    );
  });
}

/** A forest floor: fallen leaves on earth. */
export function paintLeaves(random: Random): ImageRgba {
  const clouds = fractalNoise(random, 6, 6, 0.65);
  const small = cellNoise(random, 40);
  const large = cellNoise(random, 22);
  const tone = perCell(random, 1600);
  return paint((out, _x, _y, i) => {
    const a = tone[small.id[i]];
    const b = tone[large.id[i]];
    const leaf = b > 0.45 && large.first[i] < 0.42;
    const shade = (0.4 + 0.7 * clouds[i]) * (0.7 + 0.5 * (leaf ? b : a));
    if (leaf)
      mix(out, [0.58, 0.36, 0.14], [0.5, 0.47, 0.2], (b * 7) % 1, shade * (0.75 + 0.6 * large.first[i]));
    else mix(out, [0.3, 0.24, 0.15], [0.44, 0.38, 0.19], a, shade * 1.05);
  });
}

/** Overlapping leaves on dark; alpha is cut where `cutout` materials let light through. */
export function paintFoliage(random: Random): ImageRgba {
  const leaves = cellNoise(random, 30);
  const under = cellNoise(random, 17);
  const clouds = fractalNoise(random, 4, 5);
  const tone = perCell(random, 900);
  return paint((out, x, y, i) => {
    const id = leaves.id[i];
    const rib = Math.abs(((x * 0.7 + y * (tone[id] > 0.5 ? 0.7 : -0.7)) % 9) - 4.5) < 0.8 ? 1.12 : 1;
    const b = (0.5 + 0.6 * clouds[i]) * (0.55 + 0.7 * tone[id]) * rib;
    mix(
      out,
      [0.2, 0.36, 0.1],
      [0.47, 0.58, 0.2],
      tone[(id * 7 + 3) % 900],
      leaves.first[i] > 0.55 ? b * 0.45 : b,
    );
    out[3] = under.first[i] > 0.68 && leaves.first[i] > 0.34 ? 0 : 1;
  });
}

/** Vertical ridges. */
export function paintBark(random: Random): ImageRgba {
  const ridges = fractalNoise(random, 18, 4, 0.6, 0.22);
  const grain = fractalNoise(random, 48, 4, 0.7);
  const moss = fractalNoise(random, 3, 5);
  return paint((out, _x, _y, i) => {
    const ridge = 0.5 + 0.5 * Math.sin(ridges[i] * 34);
    const b = (0.34 + 0.6 * ridge) * (0.6 + 0.7 * grain[i]);
    mix(out, [0.5, 0.4, 0.3], [0.42, 0.46, 0.28], smoothstep(0.5, 0.7, moss[i]), b);
  });
}

/** Tarmac: stones in bitumen, repairs and cracks. */
export function paintAsphalt(random: Random): ImageRgba {
  const stones = cellNoise(random, 80);
  const tone = perCell(random, 6400);
  const clouds = fractalNoise(random, 3, 5, 0.6);
  const cracks = fractalNoise(random, 4, 7, 0.6);
  const grain = latticeNoise(random, 256);
  return paint((out, x, y, i) => {
    const repair = x > N * 0.62 && x < N * 0.9 && y > N * 0.2 && y < N * 0.55 ? 0.78 : 1;
    const crack = 1 - 0.5 * smoothstep(0.008, 0.002, Math.abs(cracks[i] - 0.52));
    const stone = stones.first[i] < 0.32 ? 0.5 * tone[stones.id[i]] : 0;
    set(
      out,
      [0.98, 0.98, 1],
      (0.3 + 0.26 * clouds[i] + 0.14 * (grain[i] - 0.5) + 0.5 * stone) * repair * crack,
    );
  });
}
