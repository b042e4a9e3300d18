import type { BlockField } from './blockFlow.ts';
import { median } from './statistics.ts';

/** The motion that fits a whole picture, about its middle: shift, growth (share) and roll (radians) per step. */
export interface CameraStep {
  shiftX: number;
  shiftY: number;
  growth: number;
  roll: number;
}

const ROUNDS = 3;
/** Gray levels; a flatter block matches anywhere. */
const LEAST_TEXTURE = 2;
const FEWEST_BLOCKS = 12;
const BLOCK_PIXELS = 16;

/**
 * Fits a similarity to the motions of the textured blocks by least squares, three times, each time without the
 * blocks that stray over three times the median. Depth makes blocks stray both ways; the fit goes through their middle.
 * @returns undefined where fewer than 12 blocks can be used.
 */
export function fitCameraStep(field: BlockField): CameraStep | undefined {
  const used: number[] = [];
  for (let i = 0; i < field.residuals.length; i++)
    if (field.residuals[i] >= 0 && field.textures[i] >= LEAST_TEXTURE) used.push(i);
  if (used.length < FEWEST_BLOCKS) return undefined;
  const x = (i: number) => ((i % field.columns) - (field.columns - 1) / 2) * BLOCK_PIXELS;
  const y = (i: number) => (Math.floor(i / field.columns) - (field.rows - 1) / 2) * BLOCK_PIXELS;
  let kept = used;
  let step: CameraStep = { shiftX: 0, shiftY: 0, growth: 0, roll: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const n = kept.length;
    const sums = { x: 0, y: 0, u: 0, v: 0 };
    for (const i of kept) {
      sums.x += x(i) / n;
      sums.y += y(i) / n;
      sums.u += field.motions[2 * i] / n;
      sums.v += field.motions[2 * i + 1] / n;
    }
    let [along, across, spread] = [0, 0, 1e-9];
    for (const i of kept) {
      const [dx, dy] = [x(i) - sums.x, y(i) - sums.y];
      const [du, dv] = [field.motions[2 * i] - sums.u, field.motions[2 * i + 1] - sums.v];
      along += dx * du + dy * dv;
      across += dx * dv - dy * du;
      spread += dx * dx + dy * dy;
    }
    const growth = along / spread;
    const roll = across / spread;
    step = {
      shiftX: sums.u - growth * sums.x + roll * sums.y,
      shiftY: sums.v - growth * sums.y - roll * sums.x,
      growth,
      roll,
    };
    if (round === ROUNDS - 1) break;
    const strays = Float64Array.from(used, i => strayOf(step, field, i, x(i), y(i)));
    const limit = Math.max(0.5, 3 * median(strays));
    const next = used.filter((_, k) => strays[k] <= limit);
    if (next.length < FEWEST_BLOCKS) break;
    kept = next;
  }
  return step;
}

function strayOf(step: CameraStep, field: BlockField, i: number, x: number, y: number): number {
  return Math.hypot(
    field.motions[2 * i] - step.shiftX - step.growth * x + step.roll * y,
    field.motions[2 * i + 1] - step.shiftY - step.growth * y - step.roll * x,
  );
}

/** Root mean square over a picture of these sides of the motion that a step (or a difference of two) stands for, pixels. */
export function stepPixels(step: CameraStep, width: number, height: number): number {
  const turning = (step.growth ** 2 + step.roll ** 2) * ((width ** 2 + height ** 2) / 12);
  return Math.sqrt(step.shiftX ** 2 + step.shiftY ** 2 + turning);
}

export function stepDifference(a: CameraStep, b: CameraStep): CameraStep {
  return {
    shiftX: a.shiftX - b.shiftX,
    shiftY: a.shiftY - b.shiftY,
    growth: a.growth - b.growth,
    roll: a.roll - b.roll,
  };
}
