import type { Kernel } from '../../../engine/kernels/loadKernel.ts';
import { type DepthMap, epipolarMap, halfView, type View } from './view.ts';

export interface DepthSweepExports {
  warpPlane(
    source: number,
    sourceWidth: number,
    sourceHeight: number,
    homography: number,
    warped: number,
    seen: number,
    width: number,
    height: number,
  ): void;
  censusCost(
    reference: number,
    warped: number,
    seen: number,
    best: number,
    second: number,
    width: number,
    height: number,
    first: number,
  ): void;
  storeCosts(
    best: number,
    second: number,
    pixels: number,
    volume: number,
    hypotheses: number,
    hypothesis: number,
  ): void;
  aggregate(
    image: number,
    volume: number,
    sums: number,
    rows: number,
    width: number,
    height: number,
    hypotheses: number,
    p1: number,
    p2Low: number,
    p2High: number,
  ): void;
  pickWinners(
    volume: number,
    sums: number,
    pixels: number,
    hypotheses: number,
    hypothesis: number,
    raw: number,
    margin: number,
  ): void;
}

/** The kernel's padding of census images, pixels; see depthSweep.kernel.ts. */
export const PAD = 16;
export const PAD_ROWS = 4;

// Smoothness prices in census bits of two sources (0–96 a pixel). P1 lets slanted floors climb one step a
// pixel; P2 falls to its low end over strong edges, where depth may jump.
const P1 = 5;
const P2_LOW = 18;
const P2_HIGH = 80;

/** Copies an image into a padded one, repeating its border. */
export function padImage(image: Uint8Array, width: number, height: number): Uint8Array {
  const stride = width + 2 * PAD;
  const padded = new Uint8Array(stride * (height + 2 * PAD_ROWS));
  for (let y = -PAD_ROWS; y < height + PAD_ROWS; y++) {
    const row = Math.min(height - 1, Math.max(0, y)) * width;
    const target = (y + PAD_ROWS) * stride;
    padded.fill(image[row], target, target + PAD);
    padded.set(image.subarray(row, row + width), target + PAD);
    padded.fill(image[row + width - 1], target + PAD + width, target + stride);
  }
  return padded;
}

interface Sweep {
  /** Winner per pixel in steps from inverseDepthMin, with its sub-step. */
  hypothesis: Float32Array;
  /** Matching cost at the winner, 0–96. */
  raw: Uint8Array;
  /** How much dearer the next-best depth is, per path. */
  margin: Uint8Array;
}

/**
 * Depth of one view by a plane sweep at half its size: fronto-parallel planes uniform in inverse depth, ternary
 * census against each source warped by the plane's homography, the two best sources per pixel and plane (occlusion),
 * then semi-global aggregation over 8 paths and a parabola for the sub-step. What it lacks in fineness alignDepth adds
 * for a tenth of the time that a sweep at the full size takes.
 *
 * Sources: Collins 1996 (plane sweep), Stein 2004 (ternary census), Kang 2001 (best half of the sources),
 * Hirschmüller 2008 (SGM). Unlike SGM's paper the two-view cost is replaced by the multi-view one.
 *
 * @param reference its width must be a multiple of 32, its height even.
 * @param hypotheses a multiple of 16.
 * @returns half as wide and high; confidence 0–1 from the matching cost and the margin to the next-best depth. Every
 *   pixel has a depth here, checkConsistency drops the wrong ones.
 */
export function estimateDepth(
  kernel: Kernel<DepthSweepExports>,
  reference: View,
  sources: readonly View[],
  inverseDepthMin: number,
  inverseDepthMax: number,
  hypotheses: number,
): DepthMap {
  const [width, height] = [reference.intrinsics.width >> 1, reference.intrinsics.height >> 1];
  const pixels = width * height;
  const range = [inverseDepthMin, inverseDepthMax] as const;
  const { hypothesis, raw, margin } = sweep(
    kernel,
    halfView(reference),
    sources.map(halfView),
    range,
    hypotheses,
  );
  const step = (inverseDepthMax - inverseDepthMin) / (hypotheses - 1);
  const inverseDepth = new Float32Array(pixels);
  const confidence = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    inverseDepth[i] = Math.max(inverseDepthMin, inverseDepthMin + hypothesis[i] * step);
    const photometric = Math.max(0, 1 - raw[i] / 48);
    const unique = Math.min(1, margin[i] / 12);
    confidence[i] = Math.max(0.02, photometric * unique);
  }
  return { width, height, inverseDepth, confidence, deviation: new Float32Array(pixels).fill(step / 2) };
}

/** One sweep over all planes. */
function sweep(
  kernel: Kernel<DepthSweepExports>,
  reference: View,
  sources: readonly View[],
  [inverseDepthMin, inverseDepthMax]: readonly [number, number],
  hypotheses: number,
): Sweep {
  const { width, height } = reference.intrinsics;
  const pixels = width * height;
  const { exports } = kernel;
  kernel.reset();
  const paddedSize = (width + 2 * PAD) * (height + 2 * PAD_ROWS);
  const image = kernel.allocate(pixels);
  const padded = kernel.allocate(paddedSize);
  const warped = kernel.allocate(paddedSize);
  const seen = kernel.allocate(paddedSize);
  const homography = kernel.allocate(36);
  const best = kernel.allocate(16 * pixels);
  const second = kernel.allocate(16 * pixels);
  const sourceOffsets = sources.map(source => kernel.allocate(source.gray.length));
  const volume = kernel.allocate(pixels * hypotheses);
  const sums = kernel.allocate(pixels * hypotheses * 2);
  const rows = kernel.allocate(8 * (width + 2) * (hypotheses + 32) + 8 * (width + 2));
  const hypothesis = kernel.allocate(4 * pixels);
  const raw = kernel.allocate(pixels);
  const margin = kernel.allocate(pixels);

  const bytes = new Uint8Array(kernel.memory.buffer);
  bytes.set(reference.gray, image);
  bytes.set(padImage(reference.gray, width, height), padded);
  for (const [i, source] of sources.entries()) bytes.set(source.gray, sourceOffsets[i]);
  const matrix = new Float32Array(kernel.memory.buffer, homography, 9);
  const maps = sources.map(source => epipolarMap(reference, source));
  const step = (inverseDepthMax - inverseDepthMin) / (hypotheses - 1);

  for (let block = 0; block < hypotheses; block += 16) {
    for (let k = 0; k < 16; k++) {
      const q = inverseDepthMin + (block + k) * step;
      for (const [i, source] of sources.entries()) {
        const { base, offset } = maps[i];
        for (let j = 0; j < 9; j++) matrix[j] = base[j] + (j % 3 === 2 ? q * offset[(j - 2) / 3] : 0);
        const { width: w, height: h } = source.intrinsics;
        exports.warpPlane(sourceOffsets[i], w, h, homography, warped, seen, width, height);
        const [low, next] = [best + k * pixels, second + k * pixels];
        exports.censusCost(padded, warped, seen, low, next, width, height, i === 0 ? 1 : 0);
      }
    }
    exports.storeCosts(best, second, pixels, volume, hypotheses, block);
  }
  exports.aggregate(image, volume, sums, rows, width, height, hypotheses, P1, P2_LOW, P2_HIGH);
  exports.pickWinners(volume, sums, pixels, hypotheses, hypothesis, raw, margin);
  return {
    hypothesis: new Float32Array(kernel.memory.buffer, hypothesis, pixels).slice(),
    raw: new Uint8Array(kernel.memory.buffer, raw, pixels).slice(),
    margin: new Uint8Array(kernel.memory.buffer, margin, pixels).slice(),
  };
}
