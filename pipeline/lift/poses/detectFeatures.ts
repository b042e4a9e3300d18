import { type Kernel, loadKernel } from '../../../engine/kernels/loadKernel.ts';

/** Features of one gray image, strongest first. */
export interface Features {
  count: number;
  /** x, y per feature, pixels, (0, 0) the centre of the top-left pixel. */
  positions: Float32Array;
  /** Gaussian scale per feature, pixels. */
  scales: Float32Array;
  /** 128 i16 per feature, RootSIFT times 512. */
  descriptors: Int16Array;
}

export interface FeatureDetector {
  /** @param gray 8 bits a pixel, rows from the top. @param isMasked pixels on which no feature may sit. */
  detect(gray: Uint8Array, isMasked?: (x: number, y: number) => boolean): Features;
}

export interface FeaturesKernel {
  blur(
    src: number,
    dst: number,
    temporary: number,
    row: number,
    width: number,
    height: number,
    taps: number,
    radius: number,
  ): void;
  subtract(a: number, b: number, dst: number, count: number): void;
  toFloat(src: number, dst: number, count: number): void;
  upsample(src: number, dst: number, width: number, height: number): void;
  downsample(src: number, dst: number, width: number, height: number): void;
  findExtrema(
    dog: number,
    width: number,
    height: number,
    threshold: number,
    edgeRatio: number,
    out: number,
    capacity: number,
  ): number;
  describe(
    image: number,
    width: number,
    height: number,
    x: number,
    y: number,
    sigma: number,
    out: number,
    scratch: number,
  ): void;
}

const LAYERS = 3;
const BASE_SIGMA = 1.6;
/** Blur a camera leaves in its pixels, as Lowe assumes. */
const CAMERA_SIGMA = 0.5;
/** Lowe's DoG contrast limit (0.04 / layers) lowered: video is compressed and rooms have plain walls. */
const CONTRAST = 0.0018;
const EDGE_RATIO = 10;
const CANDIDATE_CAPACITY = 20000;
const DESCRIPTOR_BYTES = 256;

export function loadFeaturesKernel(): Promise<Kernel<FeaturesKernel>> {
  return loadKernel<FeaturesKernel>(new URL('./features.kernel.ts', import.meta.url).href);
}

/** Half a normalised Gaussian from its centre outwards, cut at 3.5 sigma. */
export function gaussianTaps(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(3.5 * sigma));
  const taps = Float32Array.from({ length: radius + 1 }, (_, i) => Math.exp((-i * i) / (2 * sigma * sigma)));
  const total = taps[0] + 2 * taps.subarray(1).reduce((sum, tap) => sum + tap, 0);
  return taps.map(tap => tap / total);
}

interface Candidate {
  x: number;
  y: number;
  response: number;
  octave: number;
  layer: number;
  octaveX: number;
  octaveY: number;
}

/**
 * Keeps the strongest `limit`, but at most `perCell` in any cell of a 12×8 grid until every cell had its turn, so
 * that a rug does not take every feature from the walls.
 */
function spread(candidates: Candidate[], width: number, height: number, limit: number): Candidate[] {
  const perCell = Math.ceil((2 * limit) / 96);
  const used = new Uint16Array(96);
  const chosen: Candidate[] = [];
  const rest: Candidate[] = [];
  for (const candidate of candidates) {
    const cell =
      Math.min(7, Math.floor((candidate.y / height) * 8)) * 12 +
      Math.min(11, Math.floor((candidate.x / width) * 12));
    if (used[cell] < perCell) {
      used[cell]++;
      chosen.push(candidate);
    } else rest.push(candidate);
  }
  return chosen.concat(rest).slice(0, limit);
}

/**
 * Prepares a detector for images of one size: difference of Gaussians from a doubled image, three layers an octave
 * (Lowe, IJCV 2004), upright RootSIFT descriptors (see features.kernel.ts).
 * @param limit most features an image gives.
 */
export async function createFeatureDetector(
  width: number,
  height: number,
  limit: number,
): Promise<FeatureDetector> {
  const kernel = await loadFeaturesKernel();
  const { exports } = kernel;
  const pixels = width * height;
  const large = 4 * pixels;
  // subtract works on whole vectors, hence the slack.
  const imageBytes = large * 4 + 64;
  const bytesPointer = kernel.allocate(pixels);
  const floatPointer = kernel.allocate(pixels * 4 + 64);
  const temporary = kernel.allocate(imageBytes);
  const row = kernel.allocate(width * 8 + 1024);
  const gaussians = Array.from({ length: LAYERS + 3 }, () => kernel.allocate(imageBytes));
  const dog = kernel.allocate((LAYERS + 2) * large * 4 + 64);
  const records = kernel.allocate(CANDIDATE_CAPACITY * 16);
  const descriptor = kernel.allocate(DESCRIPTOR_BYTES);
  const scratch = kernel.allocate(4096);
  const filter = (sigma: number) => {
    const taps = gaussianTaps(sigma);
    const pointer = kernel.allocate(taps.byteLength);
    new Float32Array(kernel.memory.buffer, pointer, taps.length).set(taps);
    return { pointer, radius: taps.length - 1 };
  };
  const ratio = 2 ** (1 / LAYERS);
  const firstBlur = filter(Math.sqrt(BASE_SIGMA ** 2 - (2 * CAMERA_SIGMA) ** 2));
  const blurs = Array.from({ length: LAYERS + 2 }, (_, i) =>
    filter(BASE_SIGMA * ratio ** i * Math.sqrt(ratio ** 2 - 1)),
  );
  const octaves = Math.max(1, Math.floor(Math.log2(Math.min(2 * width, 2 * height) / 24)));

  return {
    detect(gray, isMasked) {
      new Uint8Array(kernel.memory.buffer, bytesPointer, pixels).set(gray.subarray(0, pixels));
      exports.toFloat(bytesPointer, floatPointer, pixels);
      exports.upsample(floatPointer, gaussians[LAYERS], width, height);
      let octaveWidth = 2 * width;
      let octaveHeight = 2 * height;
      exports.blur(
        gaussians[LAYERS],
        gaussians[0],
        temporary,
        row,
        octaveWidth,
        octaveHeight,
        firstBlur.pointer,
        firstBlur.radius,
      );

      // Descriptors need the blurred layers, which the next octave overwrites: describe every candidate of an
      // octave at once, then choose.
      const candidates: Candidate[] = [];
      const descriptors: Int16Array[] = [];
      const order: number[] = [];
      for (let octave = 0; octave < octaves; octave++) {
        if (octave > 0) {
          exports.downsample(gaussians[LAYERS], gaussians[0], octaveWidth, octaveHeight);
          octaveWidth >>= 1;
          octaveHeight >>= 1;
        }
        const count = octaveWidth * octaveHeight;
        for (let i = 0; i < LAYERS + 2; i++) {
          const { pointer, radius } = blurs[i];
          exports.blur(
            gaussians[i],
            gaussians[i + 1],
            temporary,
            row,
            octaveWidth,
            octaveHeight,
            pointer,
            radius,
          );
          exports.subtract(gaussians[i + 1], gaussians[i], dog + i * count * 4, count);
        }
        const found = exports.findExtrema(
          dog,
          octaveWidth,
          octaveHeight,
          CONTRAST,
          EDGE_RATIO,
          records,
          CANDIDATE_CAPACITY,
        );
        const values = new Float32Array(kernel.memory.buffer, records, found * 4).slice();
        const step = 2 ** (octave - 1);
        const ofOctave: Candidate[] = [];
        for (let i = 0; i < found; i++) {
          const [octaveX, octaveY, layer, response] = values.subarray(i * 4, i * 4 + 4);
          const x = octaveX * step;
          const y = octaveY * step;
          if (isMasked?.(x, y)) continue;
          ofOctave.push({ x, y, response, octave, layer, octaveX, octaveY });
        }
        ofOctave.sort((p, q) => q.response - p.response || p.y - q.y || p.x - q.x);
        for (const candidate of ofOctave.slice(0, limit)) {
          const level = Math.min(LAYERS, Math.max(0, Math.round(candidate.layer)));
          const sigma = BASE_SIGMA * ratio ** candidate.layer;
          exports.describe(
            gaussians[level],
            octaveWidth,
            octaveHeight,
            candidate.octaveX,
            candidate.octaveY,
            sigma,
            descriptor,
            scratch,
          );
          order.push(candidates.length);
          candidates.push(candidate);
          descriptors.push(new Int16Array(kernel.memory.buffer, descriptor, 128).slice());
        }
      }
      order.sort((p, q) => candidates[q].response - candidates[p].response || p - q);
      const indexOf = new Map(candidates.map((candidate, index) => [candidate, index]));
      const chosen = spread(
        order.map(index => candidates[index]),
        width,
        height,
        limit,
      );
      const features: Features = {
        count: chosen.length,
        positions: new Float32Array(chosen.length * 2),
        scales: new Float32Array(chosen.length),
        descriptors: new Int16Array(chosen.length * 128),
      };
      chosen.forEach((candidate, i) => {
        features.positions[2 * i] = candidate.x;
        features.positions[2 * i + 1] = candidate.y;
        features.scales[i] = BASE_SIGMA * ratio ** candidate.layer * 2 ** (candidate.octave - 1);
        features.descriptors.set(descriptors[indexOf.get(candidate) ?? 0], i * 128);
      });
      return features;
    },
  };
}
