import { loadKernel } from '../../../engine/kernels/loadKernel.ts';
import { throwIfCancelled } from '../../../engine/progress.ts';
import { rotationFromVector } from './smallMatrices.ts';

/** Flat arrays that bundle adjustment changes in place. */
export interface BundleProblem {
  /** Twelve per camera: rotation row-major, then translation; x_camera = R·x_world + t. */
  cameras: Float64Array;
  /** 1 where a camera must not move. */
  isFixed: Uint8Array;
  /** xyz per point. */
  points: Float64Array;
  /** Observations of point p are pointStart[p] up to pointStart[p + 1]. */
  pointStart: Int32Array;
  observationCamera: Int32Array;
  /** x, y per observation, pixels relative to the principal point. */
  observationPixels: Float64Array;
  lens: Lens;
}

/** Shared by all cameras: pixel = focal · (1 + radial · r²) · (X/Z, Y/Z), r² = (X/Z)² + (Y/Z)². */
export interface Lens {
  focal: number;
  radial: number;
}

export interface BundleOptions {
  iterations: number;
  /** An iteration that lowers the cost by less than this share of it is the last. */
  tolerance: number;
  /** Cauchy scale, pixels. */
  scalePixels: number;
  refineFocal: boolean;
  refineRadial: boolean;
  /** Adds weight·(ln focal − mean)² to the cost, pixels². */
  logFocalPrior?: { mean: number; weight: number } | undefined;
  /** Adds weight·radial² to the cost, pixels². */
  radialPriorWeight?: number;
  /** The focal length stays between these, pixels. */
  focalBounds?: readonly [number, number] | undefined;
  signal?: AbortSignal | undefined;
}

export interface BundleResult {
  /** Σ scale²·ln(1 + e²/scale²) over the observations, pixels². */
  cost: number;
  iterations: number;
}

interface BundleKernel {
  bind(table: number): void;
  costOf(cameras: number, points: number, focal: number, radial: number, scale: number): number;
  linearize(cameras: number, focal: number, radial: number, scale: number): void;
  reduceSystem(damping: number): void;
  solveSkyline(): number;
  movePoints(next: number): void;
}

// Loaded with the module: adjustments are made in the midst of what cannot wait.
const kernel = await loadKernel<BundleKernel>(new URL('./bundle.kernel.ts', import.meta.url).href);

/**
 * Where each row of the reduced system begins: a camera's at the first camera that shares a point with it, a lens's at
 * 0. Row i is kept from column first[i] on; element (i, j) lies at row[i] + j.
 */
function skyline(
  { pointStart, observationCamera }: BundleProblem,
  slot: Int32Array,
  free: number,
  size: number,
): { first: Int32Array; row: Int32Array; kept: number } {
  const first = new Int32Array(size);
  for (let i = 0; i < 6 * free; i++) first[i] = 6 * Math.floor(i / 6);
  for (let p = 0; p + 1 < pointStart.length; p++) {
    let lowest = size;
    for (let o = pointStart[p]; o < pointStart[p + 1]; o++) {
      const s = slot[observationCamera[o]];
      if (s >= 0) lowest = Math.min(lowest, 6 * s);
    }
    for (let o = pointStart[p]; o < pointStart[p + 1]; o++) {
      const s = slot[observationCamera[o]];
      if (s >= 0) for (let k = 0; k < 6; k++) first[6 * s + k] = Math.min(first[6 * s + k], lowest);
    }
  }
  // Where a row would start if it were whole: only the columns from first[i] on are kept.
  const row = new Int32Array(size);
  let kept = 0;
  for (let i = 0; i < size; i++) {
    row[i] = kept - first[i];
    kept += i + 1 - first[i];
  }
  return { first, row, kept };
}

/**
 * Bundle adjustment: Levenberg–Marquardt on Cauchy-weighted reprojection errors, points eliminated by the Schur
 * complement (Triggs et al., "Bundle Adjustment: A Modern Synthesis", 2000, section 6), the reduced system solved by a
 * skyline Cholesky that keeps long, windowed videos nearly linear. Rotations move by a left-multiplied exponential.
 * The host must fix at least one camera; the scale is held by the damping. The loops are bundle.kernel.ts.
 */
export function bundleAdjust(problem: BundleProblem, options: BundleOptions): BundleResult {
  const { isFixed, pointStart, observationCamera, observationPixels, lens } = problem;
  const cameraCount = isFixed.length;
  const pointCount = pointStart.length - 1;
  const slot = new Int32Array(cameraCount).fill(-1);
  let free = 0;
  for (let c = 0; c < cameraCount; c++) if (!isFixed[c]) slot[c] = free++;
  const shared = (options.refineFocal ? 1 : 0) + (options.refineRadial ? 1 : 0);
  const focalColumn = options.refineFocal ? 0 : -1;
  const radialColumn = options.refineRadial ? shared - 1 : -1;
  const size = 6 * free + shared;
  const scale = options.scalePixels ** 2;
  const radialWeight = options.radialPriorWeight ?? 0;
  const prior = options.refineFocal ? options.logFocalPrior : undefined;
  const { first, row, kept } = skyline(problem, slot, free, size);

  kernel.reset();
  const { exports } = kernel;
  const numbers = (count: number) => kernel.allocate(8 * count);
  const integers = (values: Int32Array) => ({ at: kernel.allocate(values.byteLength), values });
  const [cameras, nextCameras] = [numbers(12 * cameraCount), numbers(12 * cameraCount)];
  const [points, nextPoints] = [numbers(3 * pointCount), numbers(3 * pointCount)];
  const pixels = numbers(observationPixels.length);
  const tables = [pointStart, observationCamera, slot, first, row].map(integers);
  const [pointStartAt, cameraAt, slotAt, firstAt, rowAt] = tables.map(({ at }) => at);
  // All of these begin at zero whenever the equations are set up.
  const blocks = numbers(0);
  const pointBlock = numbers(6 * pointCount);
  const pointGradient = numbers(3 * pointCount);
  const mixedShared = numbers(6 * pointCount);
  const mixed = numbers(18 * observationCamera.length);
  const cameraBlock = numbers(36 * free);
  const cameraShared = numbers(12 * free);
  const sharedBlock = numbers(4);
  const gradient = numbers(size);
  const blocksEnd = numbers(0);
  const inverses = numbers(6 * pointCount);
  const reduced = numbers(kept);
  const right = numbers(size);
  const product = numbers(18);
  const table = integers(
    Int32Array.of(
      ...[points, pointStartAt, cameraAt, pixels, slotAt, pointBlock, pointGradient, inverses, mixedShared],
      ...[mixed, cameraBlock, cameraShared, sharedBlock, gradient, reduced, right, firstAt, rowAt, product],
      ...[pointCount, free, size, kept, shared, focalColumn],
    ),
  );
  const { buffer } = kernel.memory;
  for (const { at, values } of [...tables, table]) new Int32Array(buffer, at, values.length).set(values);
  const view = (at: number, count: number) => new Float64Array(buffer, at, count);
  view(cameras, 12 * cameraCount).set(problem.cameras);
  view(points, 3 * pointCount).set(problem.points);
  view(pixels, observationPixels.length).set(observationPixels);
  exports.bind(table.at);
  const zeros = view(blocks, (blocksEnd - blocks) / 8);
  const [gradients, steps, own] = [view(gradient, size), view(right, size), view(sharedBlock, 4)];
  const [now, next] = [view(cameras, 12 * cameraCount), view(nextCameras, 12 * cameraCount)];

  const costAt = (cameraOffset: number, pointOffset: number, focal: number, radial: number) =>
    exports.costOf(cameraOffset, pointOffset, focal, radial, scale) +
    (prior ? prior.weight * (Math.log(focal) - prior.mean) ** 2 : 0) +
    radialWeight * radial * radial;

  let cost = costAt(cameras, points, lens.focal, lens.radial);
  let damping = 1e-4;
  let done = 0;
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    throwIfCancelled(options.signal);
    done = iteration + 1;
    const { focal, radial } = lens;
    zeros.fill(0);
    exports.linearize(cameras, focal, radial, scale);
    if (prior) {
      gradients[6 * free + focalColumn] -= prior.weight * (Math.log(focal) - prior.mean);
      own[3 * focalColumn] += prior.weight;
    }
    if (radialColumn >= 0) {
      gradients[6 * free + radialColumn] -= radialWeight * radial;
      own[3 * radialColumn] += radialWeight;
    }

    let improved = false;
    let converged = false;
    for (let attempt = 0; attempt < 6 && !improved; attempt++) {
      exports.reduceSystem(damping);
      if (!exports.solveSkyline()) {
        damping = Math.max(damping * 10, 1e-6);
        continue;
      }
      moveCameras(now, next, slot, steps);
      exports.movePoints(nextPoints);
      const [lowest, highest] = options.focalBounds ?? [0, Number.POSITIVE_INFINITY];
      const stepped =
        focalColumn >= 0
          ? focal * Math.exp(Math.max(-0.3, Math.min(0.3, steps[6 * free + focalColumn])))
          : focal;
      const nextFocal = focalColumn >= 0 ? Math.max(lowest, Math.min(highest, stepped)) : focal;
      const nextRadial = radialColumn >= 0 ? radial + steps[6 * free + radialColumn] : radial;
      const nextCost = costAt(nextCameras, nextPoints, nextFocal, nextRadial);
      if (nextCost < cost) {
        improved = true;
        converged = cost - nextCost < options.tolerance * cost;
        cost = nextCost;
        now.set(next);
        view(points, 3 * pointCount).set(view(nextPoints, 3 * pointCount));
        lens.focal = nextFocal;
        lens.radial = nextRadial;
        damping = Math.max(1e-9, damping * 0.2);
      } else damping *= 8;
    }
    if (!improved || converged) break;
  }
  problem.cameras.set(now);
  problem.points.set(view(points, 3 * pointCount));
  return { cost, iterations: done };
}

/** `next` becomes what the cameras are after the steps of their slots; one without a slot stays. */
function moveCameras(now: Float64Array, next: Float64Array, slot: Int32Array, steps: Float64Array): void {
  next.set(now);
  for (const [c, s] of slot.entries()) {
    if (s < 0) continue;
    const turn = rotationFromVector(steps[6 * s], steps[6 * s + 1], steps[6 * s + 2]);
    const at = 12 * c;
    for (let r = 0; r < 3; r++)
      for (let k = 0; k < 3; k++)
        next[at + 3 * r + k] =
          turn[3 * r] * now[at + k] + turn[3 * r + 1] * now[at + 3 + k] + turn[3 * r + 2] * now[at + 6 + k];
    for (let k = 0; k < 3; k++) next[at + 9 + k] += steps[6 * s + 3 + k];
  }
}
