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
  const { motions, residuals, textures, columns, rows } = field;
  const used = new Int32Array(residuals.length);
  const xs = new Float64Array(residuals.length);
  const ys = new Float64Array(residuals.length);
  let count = 0;
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++) {
      if (residuals[i] < 0 || textures[i] < LEAST_TEXTURE) continue;
      used[count] = i;
      xs[count] = (column - (columns - 1) / 2) * BLOCK_PIXELS;
      ys[count++] = (row - (rows - 1) / 2) * BLOCK_PIXELS;
    }
  if (count < FEWEST_BLOCKS) return undefined;
  const strays = new Float64Array(count);
  let limit = Number.POSITIVE_INFINITY;
  let step: CameraStep = { shiftX: 0, shiftY: 0, growth: 0, roll: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    let [n, x, y, u, v] = [0, 0, 0, 0, 0];
    for (let k = 0; k < count; k++) {
      if (strays[k] > limit) continue;
      n++;
      x += xs[k];
      y += ys[k];
      u += motions[2 * used[k]];
      v += motions[2 * used[k] + 1];
    }
    if (n < FEWEST_BLOCKS) break;
    x /= n;
    y /= n;
    u /= n;
    v /= n;
    let [along, across, spread] = [0, 0, 1e-9];
    for (let k = 0; k < count; k++) {
      if (strays[k] > limit) continue;
      const dx = xs[k] - x;
      const dy = ys[k] - y;
      const du = motions[2 * used[k]] - u;
      const dv = motions[2 * used[k] + 1] - v;
      along += dx * du + dy * dv;
      across += dx * dv - dy * du;
      spread += dx * dx + dy * dy;
    }
    const growth = along / spread;
    const roll = across / spread;
    const shiftX = u - growth * x + roll * y;
    const shiftY = v - growth * y - roll * x;
    step = { shiftX, shiftY, growth, roll };
    if (round === ROUNDS - 1) break;
    for (let k = 0; k < count; k++) {
      const dx = motions[2 * used[k]] - shiftX - growth * xs[k] + roll * ys[k];
      const dy = motions[2 * used[k] + 1] - shiftY - growth * ys[k] - roll * xs[k];
      strays[k] = Math.sqrt(dx * dx + dy * dy);
    }
    limit = Math.max(0.5, 3 * median(strays));
  }
  return step;
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
