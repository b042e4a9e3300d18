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
    difference: number,
    temporary: number,
    row: number,
    width: number,
    height: number,
    taps: number,
    radius: number,
  ): void;
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
  // The kernel looks at whole vectors, hence the slack.
  const imageBytes = large * 4 + 64;
  const bytesPointer = kernel.allocate(pixels);
  const floatPointer = kernel.allocate(pixels * 4 + 64);
  const temporary = kernel.allocate(imageBytes);
  const row = kernel.allocate(width * 8 + 1024);
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
  const sides = Array.from({ length: octaves }, (_, octave) => ({
    width: (2 * width) >> octave,
    height: (2 * height) >> octave,
  }));
  // Every octave keeps its blurred layers: only features that are chosen among all octaves are described.
  const layers = sides.map(side =>
    Array.from({ length: LAYERS + 3 }, () => kernel.allocate(side.width * side.height * 4 + 64)),
  );

  return {
    detect(gray, isMasked) {
      new Uint8Array(kernel.memory.buffer, bytesPointer, pixels).set(gray.subarray(0, pixels));
      exports.toFloat(bytesPointer, floatPointer, pixels);
      exports.upsample(floatPointer, layers[0][LAYERS], width, height);
      exports.blur(
        layers[0][LAYERS],
        layers[0][0],
        0,
        temporary,
        row,
        sides[0].width,
        sides[0].height,
        firstBlur.pointer,
        firstBlur.radius,
      );
      const candidates: Candidate[] = [];
      for (const [octave, { width: octaveWidth, height: octaveHeight }] of sides.entries()) {
        const gaussians = layers[octave];
        if (octave > 0) {
          const { width: finerWidth, height: finerHeight } = sides[octave - 1];
          exports.downsample(layers[octave - 1][LAYERS], gaussians[0], finerWidth, finerHeight);
        }
        const count = octaveWidth * octaveHeight;
        for (let i = 0; i < LAYERS + 2; i++) {
          const { pointer, radius } = blurs[i];
          exports.blur(
            gaussians[i],
            gaussians[i + 1],
            dog + i * count * 4,
            temporary,
            row,
            octaveWidth,
            octaveHeight,
            pointer,
            radius,
          );
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
        for (let i = 0; i < found; i++) {
          const [octaveX, octaveY, layer, response] = values.subarray(i * 4, i * 4 + 4);
          const x = octaveX * step;
          const y = octaveY * step;
          if (!isMasked?.(x, y)) candidates.push({ x, y, response, octave, layer, octaveX, octaveY });
        }
      }
      candidates.sort((p, q) => q.response - p.response || p.octave - q.octave || p.y - q.y || p.x - q.x);
      const chosen = spread(candidates, width, height, limit);
      const features: Features = {
        count: chosen.length,
        positions: new Float32Array(chosen.length * 2),
        scales: new Float32Array(chosen.length),
        descriptors: new Int16Array(chosen.length * 128),
      };
      chosen.forEach((candidate, i) => {
        const sigma = BASE_SIGMA * ratio ** candidate.layer;
        exports.describe(
          layers[candidate.octave][Math.min(LAYERS, Math.max(0, Math.round(candidate.layer)))],
          sides[candidate.octave].width,
          sides[candidate.octave].height,
          candidate.octaveX,
          candidate.octaveY,
          sigma,
          descriptor,
          scratch,
        );
        features.positions[2 * i] = candidate.x;
        features.positions[2 * i + 1] = candidate.y;
        features.scales[i] = sigma * 2 ** (candidate.octave - 1);
        features.descriptors.set(new Int16Array(kernel.memory.buffer, descriptor, 128), i * 128);
      });
      return features;
    },
  };
}
