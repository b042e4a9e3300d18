import type { Kernel } from '../../../engine/kernels/loadKernel.ts';
import { type DepthMap, epipolarMap, halfView, type View } from './view.ts';

export interface AlignDepthExports {
  highPass(gray: number, out: number, sums: number, width: number, height: number, radius: number): void;
  photometricStep(
    reference: number,
    source: number,
    sourceWidth: number,
    sourceHeight: number,
    mapping: number,
    inverseDepth: number,
    information: number,
    shift: number,
    likeness: number,
    views: number,
    width: number,
    height: number,
    noise: number,
    slack: number,
  ): void;
  fitPlanes(
    inverseDepth: number,
    slopeX: number,
    slopeY: number,
    information: number,
    shift: number,
    likeness: number,
    views: number,
    luma: number,
    outDepth: number,
    outX: number,
    outY: number,
    outLikeness: number,
    outInformation: number,
    width: number,
    height: number,
    radius: number,
    step: number,
    gate: number,
    inertia: number,
  ): void;
}

/** The kernel's padding of planes, pixels. */
export const PLANE_PAD = 16;

// Pixels: lighting changes over more than this are no texture.
const HIGH_PASS_RADIUS = 12;
// Grey levels: codec, interpolation and gloss. Larger differences lose their say.
const NOISE_LEVELS = 6;
interface Round {
  /** Of the window, and between those of its pixels that are asked; pixels. */
  radius: number;
  stride: number;
  /** Neighbours farther from a pixel's plane lie on another surface; sweep steps. */
  gateSteps: number;
  /** How far off the depth may still be, pixels of the sources; 0 asks no picture. */
  slackPixels: number;
}

/** First planes through the sweep's stairs; then ever narrower, so that edges stay. */
const COARSE: readonly Round[] = [
  { radius: 8, stride: 2, gateSteps: 1.5, slackPixels: 0 },
  { radius: 8, stride: 2, gateSteps: 1, slackPixels: 1 },
  { radius: 6, stride: 2, gateSteps: 0.75, slackPixels: 0.7 },
  { radius: 6, stride: 2, gateSteps: 0.75, slackPixels: 0.5 },
];
const FINE: readonly Round[] = [
  { radius: 6, stride: 3, gateSteps: 1, slackPixels: 0 },
  { radius: 9, stride: 3, gateSteps: 1, slackPixels: 0.6 },
  { radius: 6, stride: 2, gateSteps: 0.75, slackPixels: 0.4 },
];
/** Pixels of a window and the sources they are held against are not independent: their errors average out less. */
const CORRELATION = 8;
/** Say of a neighbour's present depth, in information per squared step: a seventh of a pixel in fair texture. */
const INERTIA = 0.1;

/**
 * Refines inverse depth below the sweep's step: every pixel asks each source by a Gauss-Newton step which way its
 * depth has to go and how sure that is, and takes the value of the plane that fits what its neighbours of like
 * colour and depth ask for. A plane in the world is linear in inverse depth, so slanted floors and walls are fitted
 * without bias, and pixels without texture follow those that have it.
 *
 * Sources: Lucas and Kanade 1981, over slanted support as Bleyer 2011 has it; guided as He 2010. Unlike PatchMatch
 * nothing is drawn at random: the sweep starts near enough.
 * Half the size comes first: it reaches twice as far.
 * @param start depth at half the reference's size.
 * @param step between two hypotheses of the sweep, inverse depth.
 */
export function alignDepth(
  kernel: Kernel<AlignDepthExports>,
  reference: View,
  sources: readonly View[],
  start: DepthMap,
  step: number,
): DepthMap {
  const coarse = alignAt(kernel, halfView(reference), sources.map(halfView), start, step, COARSE);
  return alignAt(kernel, reference, sources, coarse, step, FINE);
}

function alignAt(
  kernel: Kernel<AlignDepthExports>,
  reference: View,
  sources: readonly View[],
  start: DepthMap,
  step: number,
  rounds: readonly Round[],
): DepthMap {
  const { width, height } = reference.intrinsics;
  const pixels = width * height;
  const stride = width + 2 * PLANE_PAD;
  const padded = stride * (height + 2 * PLANE_PAD);
  const { exports } = kernel;
  kernel.reset();
  const plane = () => kernel.allocate(4 * padded);
  let [depth, slopeX, slopeY] = [plane(), plane(), plane()];
  let [nextDepth, nextX, nextY] = [plane(), plane(), plane()];
  const [information, shift, likeness, views] = [plane(), plane(), plane(), plane()];
  const [luma, alike, informed] = [plane(), plane(), plane()];
  const first = depth;
  const gray = kernel.allocate(Math.max(pixels, ...sources.map(s => s.gray.length)));
  const sums = kernel.allocate(4 * Math.max(width, ...sources.map(s => s.intrinsics.width)));
  const mapping = kernel.allocate(48);
  const pictures = [reference, ...sources].map(view => kernel.allocate(4 * view.gray.length));
  const bytes = new Uint8Array(kernel.memory.buffer);
  bytes.fill(0, first, gray);
  const floats = (offset: number, length = padded) => new Float32Array(kernel.memory.buffer, offset, length);
  for (const [i, view] of [reference, ...sources].entries()) {
    bytes.set(view.gray, gray);
    const { width: w, height: h } = view.intrinsics;
    exports.highPass(gray, pictures[i], sums, w, h, HIGH_PASS_RADIUS);
  }
  const lumaPlane = floats(luma);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      lumaPlane[(y + PLANE_PAD) * stride + x + PLANE_PAD] = reference.gray[y * width + x];
  enlarge(start, width, height, floats(depth), stride, 1.5 * step);
  const mappings = sources.map(source => {
    const { base, offset } = epipolarMap(reference, source);
    return [...base, ...offset];
  });
  for (const { radius, stride: apart, gateSteps, slackPixels } of rounds) {
    for (const sum of [information, shift, likeness, views]) bytes.fill(0, sum, sum + 4 * padded);
    if (slackPixels > 0)
      for (const [i, { intrinsics }] of sources.entries()) {
        floats(mapping, 12).set(mappings[i]);
        exports.photometricStep(
          pictures[0],
          pictures[i + 1],
          intrinsics.width,
          intrinsics.height,
          mapping,
          depth,
          information,
          shift,
          likeness,
          views,
          width,
          height,
          NOISE_LEVELS,
          slackPixels,
        );
      }
    exports.fitPlanes(
      depth,
      slopeX,
      slopeY,
      information,
      shift,
      likeness,
      views,
      luma,
      nextDepth,
      nextX,
      nextY,
      alike,
      informed,
      width,
      height,
      radius,
      apart,
      gateSteps * step,
      INERTIA / step ** 2,
    );
    [depth, slopeX, slopeY, nextDepth, nextX, nextY] = [nextDepth, nextX, nextY, depth, slopeX, slopeY];
  }
  const inverseDepth = new Float32Array(pixels);
  const confidence = new Float32Array(pixels);
  const deviation = new Float32Array(pixels);
  const [finalDepth, finalAlike, finalInformed] = [floats(depth), floats(alike), floats(informed)];
  const factor = width / start.width;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const from = (y + PLANE_PAD) * stride + x + PLANE_PAD;
      inverseDepth[at] = finalDepth[from];
      const before = start.confidence[Math.floor(y / factor) * start.width + Math.floor(x / factor)];
      // Without texture it is what the sweep leaves.
      deviation[at] = Math.sqrt(1 / (finalInformed[from] / CORRELATION + 4 / step ** 2));
      confidence[at] = inverseDepth[at] > 0 ? before * finalAlike[from] : 0;
    }
  return { width, height, inverseDepth, confidence, deviation };
}

/** Bilinear where the four pixels lie on one surface, else the nearest. */
function enlarge(
  map: DepthMap,
  width: number,
  height: number,
  out: Float32Array,
  stride: number,
  gate: number,
): void {
  const [fx, fy] = [map.width / width, map.height / height];
  for (let y = 0; y < height; y++) {
    const v = Math.min(map.height - 1, Math.max(0, (y + 0.5) * fy - 0.5));
    const v0 = Math.min(map.height - 2, Math.floor(v));
    for (let x = 0; x < width; x++) {
      const u = Math.min(map.width - 1, Math.max(0, (x + 0.5) * fx - 0.5));
      const u0 = Math.min(map.width - 2, Math.floor(u));
      const at = v0 * map.width + u0;
      const [a, b] = [map.inverseDepth[at], map.inverseDepth[at + 1]];
      const [c, d] = [map.inverseDepth[at + map.width], map.inverseDepth[at + map.width + 1]];
      const [s, t] = [u - u0, v - v0];
      const isOne = Math.max(a, b, c, d) - Math.min(a, b, c, d) < gate;
      out[(y + PLANE_PAD) * stride + x + PLANE_PAD] = isOne
        ? (a + (b - a) * s) * (1 - t) + (c + (d - c) * s) * t
        : map.inverseDepth[Math.round(v) * map.width + Math.round(u)];
    }
  }
}
