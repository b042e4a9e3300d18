import { loadKernel } from '../../engine/kernels/loadKernel.ts';
import { createRandom } from '../../engine/random.ts';
import type { SharedPoints } from './pointTracks.ts';

/** How well one geometric model of two views explains each point. */
export interface TwoViewFit {
  /** Pixels of the working size, one per point. */
  errors: Float64Array;
  inliers: number;
  /** The same distance of a pair of places that the model was not fitted to. */
  errorOf(x1: number, y1: number, x2: number, y2: number): number;
}

export interface TwoViews {
  /**
   * The fundamental matrix of two views, x₂ᵀ·F·x₁ = 0: RANSAC over eight-point samples with MSAC's cost (Torr and
   * Zisserman, MLESAC, CVIU 2000), refined on its inliers, which grow, by the normalised eight-point method (Hartley, PAMI
   * 1997) with rank 2 enforced. Errors are Sampson distances (Hartley and Zisserman, Multiple View Geometry, 11.4.3).
   * @returns undefined with fewer than 16 points, or where no sample gives a model.
   */
  fitFundamental(points: SharedPoints): TwoViewFit | undefined;
  /**
   * The homography x₂ ~ H·x₁, found in the same way from four-point samples. Errors are transfer distances in the
   * second view.
   */
  fitHomography(points: SharedPoints): TwoViewFit | undefined;
}

type KernelFit = (
  points: number,
  capacity: number,
  count: number,
  samples: number,
  most: number,
  limit: number,
  best: number,
  errors: number,
) => number;

interface TwoViewKernel {
  fitFundamental: KernelFit;
  fitHomography: KernelFit;
}

type ErrorOf = (m: Float64Array, x1: number, y1: number, x2: number, y2: number) => number;

const FEWEST_POINTS = 16;
const MOST_HYPOTHESES = 400;
/** Points of the larger of the two samples. */
const LARGEST_SAMPLE = 8;
/** A tracked corner is good to about a third of a pixel; three of that. */
const INLIER_PIXELS = 1;

export async function createTwoViews(): Promise<TwoViews> {
  const kernel = await loadKernel<TwoViewKernel>(new URL('./twoView.kernel.ts', import.meta.url).href);
  let capacity = 0;
  let [samples, best, points, errors] = [0, 0, 0, 0];
  const reserve = (count: number) => {
    if (count <= capacity) return;
    kernel.reset();
    // Even, and with room to grow: the kernel takes two points at a time.
    capacity = 2 * count;
    samples = kernel.allocate(MOST_HYPOTHESES * LARGEST_SAMPLE * 4);
    best = kernel.allocate(72);
    points = kernel.allocate(4 * capacity * 8);
    errors = kernel.allocate(capacity * 8);
  };

  const search = (
    shared: SharedPoints,
    sampleSize: number,
    fitInKernel: KernelFit,
    error: ErrorOf,
  ): TwoViewFit | undefined => {
    const { count } = shared;
    if (count < FEWEST_POINTS) return undefined;
    reserve(count);
    const { buffer } = kernel.memory;
    const { scale, centroid } = normalise(shared, new Float64Array(buffer, points, 4 * capacity), capacity);
    drawSamples(count, sampleSize, new Int32Array(buffer, samples, MOST_HYPOTHESES * sampleSize));
    const limit = (INLIER_PIXELS / scale) ** 2;
    if (!fitInKernel(points, capacity, count, samples, MOST_HYPOTHESES, limit, best, errors))
      return undefined;
    const squared = new Float64Array(buffer, errors, count);
    const model = new Float64Array(buffer, best, 9).slice();
    const [cx1, cy1, cx2, cy2] = centroid;
    return {
      errors: squared.map(each => Math.sqrt(each) * scale),
      inliers: squared.reduce((inliers, each) => inliers + (each <= limit ? 1 : 0), 0),
      errorOf: (x1, y1, x2, y2) =>
        Math.sqrt(
          error(model, (x1 - cx1) / scale, (y1 - cy1) / scale, (x2 - cx2) / scale, (y2 - cy2) / scale),
        ) * scale,
    };
  };
  return {
    fitFundamental: shared => search(shared, 8, kernel.exports.fitFundamental, sampsonError),
    fitHomography: shared => search(shared, 4, kernel.exports.fitHomography, transferError),
  };
}

/** The points of each sample, all different. */
function drawSamples(count: number, sampleSize: number, samples: Int32Array): void {
  const random = createRandom(`two-view/${count}`);
  for (let first = 0; first < samples.length; first += sampleSize)
    for (let i = first; i < first + sampleSize; ) {
      const candidate = random.integer(count);
      let k = first;
      while (k < i && samples[k] !== candidate) k++;
      if (k === i) samples[i++] = candidate;
    }
}

/**
 * Writes x₁ of all points, y₁, x₂, y₂ about each view's centroid, in units of the second view's spread, which is `scale`
 * pixels; each `capacity` numbers apart.
 */
function normalise(
  { count, first, second }: SharedPoints,
  points: Float64Array,
  capacity: number,
): { scale: number; centroid: readonly number[] } {
  const centroid = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    centroid[0] += first[2 * i] / count;
    centroid[1] += first[2 * i + 1] / count;
    centroid[2] += second[2 * i] / count;
    centroid[3] += second[2 * i + 1] / count;
  }
  let scale = 1e-6;
  for (let i = 0; i < count; i++)
    scale += Math.hypot(second[2 * i] - centroid[2], second[2 * i + 1] - centroid[3]) / (count * Math.SQRT2);
  for (let i = 0; i < count; i++) {
    points[i] = (first[2 * i] - centroid[0]) / scale;
    points[capacity + i] = (first[2 * i + 1] - centroid[1]) / scale;
    points[2 * capacity + i] = (second[2 * i] - centroid[2]) / scale;
    points[3 * capacity + i] = (second[2 * i + 1] - centroid[3]) / scale;
  }
  return { scale, centroid };
}

/** Squared. */
function sampsonError(f: Float64Array, x1: number, y1: number, x2: number, y2: number): number {
  const a = f[0] * x1 + f[1] * y1 + f[2];
  const b = f[3] * x1 + f[4] * y1 + f[5];
  const c = f[6] * x1 + f[7] * y1 + f[8];
  const d = f[0] * x2 + f[3] * y2 + f[6];
  const e = f[1] * x2 + f[4] * y2 + f[7];
  const residual = x2 * a + y2 * b + c;
  return (residual * residual) / (a * a + b * b + d * d + e * e + 1e-18);
}

/** Squared. */
function transferError(h: Float64Array, x1: number, y1: number, x2: number, y2: number): number {
  const w = h[6] * x1 + h[7] * y1 + h[8];
  const dx = (h[0] * x1 + h[1] * y1 + h[2]) / w - x2;
  const dy = (h[3] * x1 + h[4] * y1 + h[5]) / w - y2;
  return w > 1e-9 || w < -1e-9 ? dx * dx + dy * dy : 1e9;
}
