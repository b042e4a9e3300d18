import type { Kernel } from '../../../engine/kernels/loadKernel.ts';
import { type DepthMap, epipolarMap, halfView, type View } from './view.ts';

export interface AlignDepthExports {
  packQuads(gray: number, out: number, width: number, height: number): void;
  alignWindows(
    reference: number,
    sources: number,
    count: number,
    scratch: number,
    inverseDepth: number,
    slopeX: number,
    slopeY: number,
    information: number,
    shift: number,
    likeness: number,
    views: number,
    width: number,
    height: number,
    noise: number,
    apart: number,
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
    apart: number,
    gate: number,
    inertia: number,
  ): void;
  enlarge(
    gray: number,
    depth: number,
    slopeX: number,
    slopeY: number,
    luma: number,
    alike: number,
    informed: number,
    confidence: number,
    outDepth: number,
    outConfidence: number,
    outDeviation: number,
    width: number,
    height: number,
    nearness: number,
    prior: number,
    correlation: number,
  ): void;
}

/** The kernel's padding of planes, pixels; bytes of its scratch for a window and of a source in its table. */
export const PLANE_PAD = 16;
export const WINDOW_BYTES = 16 * 36;
export const SOURCE_BYTES = 64;

// Grey levels: codec, interpolation and gloss.
const NOISE_LEVELS = 4;
interface Round {
  /** Of the window, pixels. */
  radius: number;
  /** Windows are asked at every so-many-th row and column: they overlap. */
  apart: number;
  /** Neighbours farther from a pixel's plane lie on another surface; sweep steps. */
  gateSteps: number;
  /** Which pictures are asked before: far ones can tell only where the depth is nearly right. */
  asks: 'none' | 'sources' | 'all';
}

/** First planes through the sweep's stairs, then ever narrower, so that edges stay. */
const ROUNDS: readonly Round[] = [
  { radius: 6, apart: 1, gateSteps: 1.5, asks: 'none' },
  { radius: 6, apart: 2, gateSteps: 0.75, asks: 'none' },
  { radius: 4, apart: 2, gateSteps: 0.75, asks: 'sources' },
  { radius: 4, apart: 2, gateSteps: 0.5, asks: 'all' },
  { radius: 2, apart: 1, gateSteps: 0.5, asks: 'all' },
];
/** Pixels of a window and the sources they are held against are not independent: their errors average out less. */
const CORRELATION = 90;
/** Grey levels that a pixel of the map's may differ more from a pixel of the picture for being nearer by one of the map's. */
const NEARNESS_LEVELS = 8;
/** Say of a neighbour's present depth, in information per squared step: a seventh of a pixel in fair texture. */
const INERTIA = 0.1;

/**
 * Refines inverse depth below the sweep's step: a window about every pixel lies in the plane of its neighbourhood and
 * is held against each source up to gain and offset, tells by a Gauss-Newton step which way its depth has to go and
 * how sure that is, and takes the value of the plane that fits what its neighbours of like colour and depth ask for. A
 * plane in the world is linear in inverse depth, so slanted floors and walls are fitted without bias, and pixels
 * without texture follow those that have it.
 *
 * Sources: Lucas and Kanade 1981, over slanted support as Bleyer 2011 has it; gain and offset as in zero-mean
 * normalised cross-correlation, since a walk forward shows the same texture larger and in another light; guided as He
 * 2010. Unlike PatchMatch nothing is drawn at random: the sweep starts near enough.
 * @param witnesses views that see much the same from farther along the path.
 * @param start depth at half the reference's size.
 * @param step between two hypotheses of the sweep, inverse depth.
 * @returns at the reference's size: what lies between two pixels of the start is told apart by luma.
 */
export function alignDepth(
  kernel: Kernel<AlignDepthExports>,
  reference: View,
  sources: readonly View[],
  witnesses: readonly View[],
  start: DepthMap,
  step: number,
): DepthMap {
  const asked = [...sources, ...witnesses];
  const { width, height } = start;
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
  const confidence = kernel.allocate(4 * width * height);
  const large = [0, 1, 2].map(() => kernel.allocate(16 * width * height));
  const pictures = loadPictures(kernel, reference, asked);
  const bytes = new Uint8Array(kernel.memory.buffer);
  bytes.fill(0, first, informed + 4 * padded);
  const floats = (offset: number) => new Float32Array(kernel.memory.buffer, offset, padded);
  new Float32Array(kernel.memory.buffer, confidence, width * height).set(start.confidence);
  const { gray } = halfView(reference);
  const [startPlane, lumaPlane] = [floats(depth), floats(luma)];
  for (let y = 0; y < height; y++) {
    const row = (y + PLANE_PAD) * stride + PLANE_PAD;
    lumaPlane.set(gray.subarray(y * width, (y + 1) * width), row);
    startPlane.set(start.inverseDepth.subarray(y * width, (y + 1) * width), row);
  }
  for (const { radius, apart, gateSteps, asks } of ROUNDS) {
    for (const sum of [information, shift, likeness, views]) bytes.fill(0, sum, sum + 4 * padded);
    if (asks !== 'none')
      exports.alignWindows(
        pictures.reference,
        pictures.table,
        asks === 'all' ? asked.length : sources.length,
        pictures.scratch,
        depth,
        slopeX,
        slopeY,
        information,
        shift,
        likeness,
        views,
        2 * width,
        2 * height,
        NOISE_LEVELS,
        apart,
      );
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
  exports.enlarge(
    pictures.reference,
    depth,
    slopeX,
    slopeY,
    luma,
    alike,
    informed,
    confidence,
    large[0],
    large[1],
    large[2],
    2 * width,
    2 * height,
    NEARNESS_LEVELS,
    // Without texture a depth deviates by what the sweep leaves.
    4 / step ** 2,
    CORRELATION,
  );
  const [inverseDepth, likely, deviation] = large.map(offset =>
    new Float32Array(kernel.memory.buffer, offset, 4 * width * height).slice(),
  );
  return { width: 2 * width, height: 2 * height, inverseDepth, confidence: likely, deviation };
}

/** Puts pictures into the kernel's memory. */
function loadPictures(
  kernel: Kernel<AlignDepthExports>,
  reference: View,
  sources: readonly View[],
): { reference: number; table: number; scratch: number } {
  const own = kernel.allocate(reference.gray.length);
  const scratch = kernel.allocate(WINDOW_BYTES);
  const table = kernel.allocate(SOURCE_BYTES * sources.length);
  const gray = kernel.allocate(Math.max(...sources.map(source => source.gray.length)));
  const quads = sources.map(source => kernel.allocate(4 * source.gray.length));
  const bytes = new Uint8Array(kernel.memory.buffer);
  bytes.set(reference.gray, own);
  for (const [i, source] of sources.entries()) {
    const { width, height } = source.intrinsics;
    bytes.set(source.gray, gray);
    kernel.exports.packQuads(gray, quads[i], width, height);
    const { base, offset } = epipolarMap(reference, source);
    new Float32Array(kernel.memory.buffer, table + SOURCE_BYTES * i, 12).set([...base, ...offset]);
    new Int32Array(kernel.memory.buffer, table + SOURCE_BYTES * i + 48, 3).set([quads[i], width, height]);
  }
  return { reference: own, table, scratch };
}
