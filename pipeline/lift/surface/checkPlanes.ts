import { throwIfCancelled } from '../../../engine/progress.ts';
import type { PosedDepth } from './checkConsistency.ts';
import { growCells, type Plane, planeCell, planeTable } from './planes.ts';
import { cameraCenter } from './view.ts';

/** Depths farther from a plane than this many of their deviations, and this much more, say nothing of it. */
const REACH_DEVIATIONS = 2.5;
const REACH_METERS = 0.12;
const MOST_REACH_METERS = 0.6;
/** Every so-many-th pixel, both ways. */
const STRIDE = 2;
/** Sine of the angle between sight and plane under which a pixel covers too much of the plane. */
const LEAST_SINE = 0.07;
/** What measuring a depth cannot get under: poses. */
const LEAST_DEVIATION_METERS = 0.015;
/** Depths of one neighbourhood err alike: this many say as much as one alone. */
const CORRELATED = 40;
/** Layers of a wall are told apart in bins of this width, each cell spread by this and its own error. */
const BIN_METERS = 0.01;
const LAYER_METERS = 0.02;
/** Nearer than this to the layer of its cells a plane stays: pictures settle it more finely than depths do. */
const FREE_METERS = 0.04;

/** Of each cell of a plane's grid: the sum of the weights of its depths, and of their distances times that. */
interface Cells {
  weights: Float64Array;
  sums: Float64Array;
}

/** Of each cell, with those about it: mean distance from the plane, and its standard error (infinite where nothing is known). */
interface Distances {
  means: Float64Array;
  errors: Float64Array;
}

/**
 * Holds planes against the measured depths: one that lies off the layer on which most of its cells agree is laid into
 * that layer. Each depth alone is coarse at ten metres, a cell's many are not, and they do not follow the pictures of
 * settlePlanes where those agree best a hand off the wall: where it is plain or repeats.
 * @param maps metric frame.
 * @returns the planes, same order; the floor as it was.
 * @throws CANCELLED
 */
export async function checkPlanes(
  planes: readonly Plane[],
  maps: readonly PosedDepth[],
  signal?: AbortSignal | undefined,
): Promise<Plane[]> {
  const near = planes.map(({ grid }) => growCells(grid.seen, grid.sizeU, 1));
  const cells = planes.map(({ grid }) => ({
    weights: new Float64Array(grid.seen.length),
    sums: new Float64Array(grid.seen.length),
  }));
  for (const map of maps) {
    // A map takes tens of milliseconds: yield between them, so that a cancellation is heard.
    await new Promise(resolve => setImmediate(resolve));
    throwIfCancelled(signal);
    gather(map, planes, near, cells);
  }
  return planes.map((plane, k) => {
    if (plane.kind === 'floor') return plane;
    const shift = strongestLayer(plane.grid.seen, distancesOf(cells[k], plane.grid.sizeU));
    return Math.abs(shift) > FREE_METERS
      ? { ...plane, offset: Float64Array.of(plane.offset[0] + shift) }
      : plane;
  });
}

function gather(
  { view, depth }: PosedDepth,
  planes: readonly Plane[],
  near: readonly Uint8Array[],
  cells: readonly Cells[],
): void {
  const { width, height } = depth;
  const { fx, fy, cx, cy } = view.intrinsics;
  const { rotation: r } = view.cameraFromWorld;
  const [ex, ey, ez] = cameraCenter(view.cameraFromWorld);
  const table = planeTable(planes);
  for (let y = 0; y < height; y += STRIDE)
    for (let x = 0; x < width; x += STRIDE) {
      const at = y * width + x;
      const q = depth.inverseDepth[at];
      if (q <= 0) continue;
      const a = (x - cx) / fx;
      const b = (y - cy) / fy;
      const dx = r[0] * a + r[3] * b + r[6];
      const dy = r[1] * a + r[4] * b + r[7];
      const dz = r[2] * a + r[5] * b + r[8];
      const along = depth.deviation[at] / (q * q);
      const least = LEAST_SINE * Math.sqrt(dx * dx + dy * dy + dz * dz);
      for (let k = 0, row = 0; row < table.length; k++, row += 4) {
        const slope = -(table[row] * dx + table[row + 1] * dy + table[row + 2] * dz);
        if (slope < least) continue;
        const ahead = table[row] * ex + table[row + 1] * ey + table[row + 2] * ez - table[row + 3];
        const distance = ahead - slope / q;
        if (Math.abs(distance) > MOST_REACH_METERS) continue;
        const variance = along * slope * along * slope + LEAST_DEVIATION_METERS ** 2;
        if (Math.abs(distance) > REACH_METERS + REACH_DEVIATIONS * Math.sqrt(variance)) continue;
        // Where the ray meets the plane, not where its noisy depth lies.
        const t = ahead / slope;
        const cell = planeCell(planes[k], ex + t * dx, ey + t * dy, ez + t * dz);
        if (cell < 0 || !near[k][cell]) continue;
        cells[k].weights[cell] += 1 / variance;
        cells[k].sums[cell] += distance / variance;
      }
    }
}

function distancesOf({ weights, sums }: Cells, sizeU: number): Distances {
  const size = weights.length;
  const means = new Float64Array(size);
  const errors = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  for (let cell = 0; cell < size; cell++) {
    const x = cell % sizeU;
    let [weight, sum] = [0, 0];
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const other = cell + dy * sizeU + dx;
        if (x + dx < 0 || x + dx >= sizeU || other < 0 || other >= size) continue;
        weight += weights[other];
        sum += sums[other];
      }
    if (weight === 0) continue;
    means[cell] = sum / weight;
    errors[cell] = Math.sqrt(CORRELATED / weight);
  }
  return { means, errors };
}

/** Distance on which most of the seen cells agree: the highest mode of a density of them, to a fraction of its bin. */
function strongestLayer(seen: Uint8Array, { means, errors }: Distances): number {
  const half = Math.round(MOST_REACH_METERS / BIN_METERS);
  const density = new Float64Array(2 * half + 1);
  for (let i = 0; i < seen.length; i++) {
    if (!seen[i] || errors[i] === Number.POSITIVE_INFINITY) continue;
    const spread = Math.hypot(errors[i], LAYER_METERS);
    const reach = Math.ceil((3 * spread) / BIN_METERS);
    const middle = means[i] / BIN_METERS + half;
    for (let bin = Math.max(0, Math.ceil(middle - reach)); bin <= Math.min(2 * half, middle + reach); bin++)
      density[bin] += Math.exp(-0.5 * (((bin - middle) * BIN_METERS) / spread) ** 2) / spread;
  }
  let at = half;
  for (let bin = 1; bin < 2 * half; bin++) if (density[bin] > density[at]) at = bin;
  const [a, b, c] = [density[at - 1], density[at], density[at + 1]];
  const curvature = a + c - 2 * b;
  return (at - half + (curvature < 0 ? (a - c) / (2 * curvature) : 0)) * BIN_METERS;
}
