import type { Random } from '../../engine/random.ts';
import type { ImageRgba } from '../../engine/world/worldModel.ts';
import { fractalNoise, latticeNoise, mix, TEXTURE_SIZE as N, paint, perCell, smoothstep } from './canvas.ts';

/** Floor boards 15 cm wide along v with staggered ends. */
export function paintPlanks(random: Random): ImageRgba {
  const boards = 16;
  const light = perCell(random, boards * 2);
  const starts = perCell(random, boards);
  const grain = fractalNoise(random, 96, 3, 0.7, 0.06);
  const rings = fractalNoise(random, 16, 4, 0.6, 0.25);
  const wear = fractalNoise(random, 4, 5);
  return paint((out, x, y, i) => {
    const gx = (x * boards) / N;
    const board = Math.floor(gx);
    const fx = gx - board;
    const gy = (y / N + starts[board]) % 1;
    const half = gy < 0.5 ? 0 : 1;
    const fy = gy * 2 - half;
    const gap = Math.min(fx, 1 - fx) < 0.045 || Math.min(fy, 1 - fy) < 0.006;
    const ring = 0.5 + 0.5 * Math.sin((rings[i] * 14 + light[board] * 9) * Math.PI);
    const shade = (0.62 + 0.4 * light[board * 2 + half]) * (0.78 + 0.4 * grain[i]) * (0.84 + 0.3 * wear[i]);
    mix(out, [0.62, 0.43, 0.26], [0.8, 0.6, 0.4], ring * 0.6 + grain[i] * 0.3, gap ? 0.3 : shade);
  });
}

/** Solid timber for furniture: long grain with a few arches and fine pores. */
export function paintWood(random: Random): ImageRgba {
  const rings = fractalNoise(random, 4, 3, 0.4, 0.25);
  const fibre = fractalNoise(random, 96, 3, 0.7, 0.04);
  const clouds = fractalNoise(random, 4, 5, 0.55);
  const pores = latticeNoise(random, 256, 40);
  return paint((out, _x, _y, i) => {
    const ring = 0.5 + 0.5 * Math.sin(rings[i] * 26 + fibre[i] * 1.5);
    const pore = pores[i] > 0.88 ? 0.84 : 1;
    const shade = (0.74 + 0.36 * fibre[i]) * (0.8 + 0.36 * clouds[i]) * pore;
    mix(out, [0.66, 0.48, 0.31], [0.8, 0.62, 0.43], smoothstep(0, 1, ring), shade);
  });
}
