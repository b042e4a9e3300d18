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

/** The kernel's padding of planes, pixels; bytes of its scratch for a window and of a source in its table. */
export const PLANE_PAD = 16;
export const WINDOW_BYTES = 16 * 36;
export const SOURCE_BYTES = 64;

// Grey levels: codec, interpolation and gloss.
const NOISE_LEVELS = 4;
interface Round {
  /** Of the window, and between those of its pixels that are asked; pixels. */
  radius: number;
  stride: number;
  /** Neighbours farther from a pixel's plane lie on another surface; sweep steps. */
  gateSteps: number;
  /** Which pictures are asked before: far ones can tell only where the depth is nearly right. */
  asks: 'none' | 'sources' | 'all';
}

/** First planes through the sweep's stairs, then ever narrower, so that edges stay. */
const ROUNDS: readonly Round[] = [
  { radius: 6, stride: 1, gateSteps: 1.5, asks: 'none' },
  { radius: 6, stride: 1, gateSteps: 0.75, asks: 'none' },
  { radius: 4, stride: 2, gateSteps: 0.75, asks: 'sources' },
  { radius: 4, stride: 2, gateSteps: 0.5, asks: 'all' },
  { radius: 2, stride: 1, gateSteps: 0.5, asks: 'all' },
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
  const pictures = loadPictures(kernel, reference, asked);
  const bytes = new Uint8Array(kernel.memory.buffer);
  bytes.fill(0, first, informed + 4 * padded);
  const floats = (offset: number) => new Float32Array(kernel.memory.buffer, offset, padded);
  const { gray } = halfView(reference);
  const [startPlane, lumaPlane] = [floats(depth), floats(luma)];
  for (let y = 0; y < height; y++) {
    const row = (y + PLANE_PAD) * stride + PLANE_PAD;
    lumaPlane.set(gray.subarray(y * width, (y + 1) * width), row);
    startPlane.set(start.inverseDepth.subarray(y * width, (y + 1) * width), row);
  }
  for (const { radius, stride: apart, gateSteps, asks } of ROUNDS) {
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
  return enlarge(reference.gray, start, stride, step, {
    depth: floats(depth),
    slopeX: floats(slopeX),
    slopeY: floats(slopeY),
    luma: lumaPlane,
    alike: floats(alike),
    informed: floats(informed),
  });
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

interface Planes {
  depth: Float32Array;
  slopeX: Float32Array;
  slopeY: Float32Array;
  luma: Float32Array;
  alike: Float32Array;
  informed: Float32Array;
}

/** The map at twice its size: a pixel lies in the plane of that one of the four about it whose luma is most like its own. */
function enlarge(
  gray: Uint8Array,
  start: DepthMap,
  stride: number,
  step: number,
  { depth, slopeX, slopeY, luma, alike, informed }: Planes,
): DepthMap {
  const [width, height] = [2 * start.width, 2 * start.height];
  const inverseDepth = new Float32Array(width * height);
  const confidence = new Float32Array(width * height);
  const deviation = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const v = (y - 0.5) / 2;
    const v0 = Math.min(start.height - 2, Math.max(0, Math.floor(v)));
    for (let x = 0; x < width; x++) {
      const u = (x - 0.5) / 2;
      const u0 = Math.min(start.width - 2, Math.max(0, Math.floor(u)));
      const at = y * width + x;
      const own = gray[at];
      let least = Number.POSITIVE_INFINITY;
      let [column, row] = [u0, v0];
      for (let k = 0; k < 4; k++) {
        const [i, j] = [u0 + (k & 1), v0 + (k >> 1)];
        const unlike = Math.abs(luma[(j + PLANE_PAD) * stride + i + PLANE_PAD] - own);
        const cost = unlike + NEARNESS_LEVELS * (Math.abs(i - u) + Math.abs(j - v));
        if (cost >= least) continue;
        least = cost;
        [column, row] = [i, j];
      }
      const from = (row + PLANE_PAD) * stride + column + PLANE_PAD;
      const q = depth[from] + (u - column) * slopeX[from] + (v - row) * slopeY[from];
      if (!(depth[from] > 0 && q > 0)) continue;
      inverseDepth[at] = q;
      // Without texture it is what the sweep leaves.
      deviation[at] = Math.sqrt(1 / (informed[from] / CORRELATION + 4 / step ** 2));
      confidence[at] = start.confidence[row * start.width + column] * alike[from];
    }
  }
  return { width, height, inverseDepth, confidence, deviation };
}
