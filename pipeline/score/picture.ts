import { loadKernel } from '../../engine/kernels/loadKernel.ts';

export interface PictureKernel {
  blurSums(
    image: number,
    width: number,
    top: number,
    bottom: number,
    left: number,
    right: number,
    step: number,
    every: number,
    least: number,
  ): void;
  variation: WebAssembly.Global;
  kept: WebAssembly.Global;
  noiseOfBlocks(
    image: number,
    width: number,
    height: number,
    every: number,
    dark: number,
    bright: number,
    out: number,
  ): number;
  stepSums(
    image: number,
    width: number,
    height: number,
    alongRows: boolean,
    every: number,
    most: number,
    out: number,
  ): void;
  addLook(
    image: number,
    width: number,
    height: number,
    lowest: number,
    highest: number,
    sumX: number,
    sumY: number,
    lengths: number,
  ): void;
}

/** A gray picture that sums can be asked of; good until the next is taken. */
export interface Picture {
  width: number;
  height: number;
  /**
   * Of the steps between neighbours `step` pixels apart, in rows and columns from the first to before the second, every so
   * many rows: what they exceed `least` ninths of a gray level by, and what of that is more than is left after a blur.
   */
  blurSums(
    rows: readonly [number, number],
    columns: readonly [number, number],
    step: number,
    every: number,
    least: number,
  ): { variation: number; kept: number };
  /** Per block of 8×8, every so many blocks: sum of |response| of Immerkær's mask, but of blocks of one level or beyond two. */
  noiseOfBlocks(every: number, dark: number, bright: number): Int32Array;
  /** Per column (or row) the steps from the one before, `most` at most, summed up over every so many rows (or columns) from the second on. */
  stepSums(along: 'rows' | 'columns', every: number, most: number): Int32Array;
}

export function loadPictureKernel() {
  return loadKernel<PictureKernel>(new URL('./picture.kernel.ts', import.meta.url).href);
}

/** What the kernel reads past the end of a picture. */
const ROOM_BYTES = 16;

/** Room for one picture at a time. */
export async function createPictures(): Promise<
  (gray: Uint8Array, width: number, height: number) => Picture
> {
  const kernel = await loadPictureKernel();
  let capacity = 0;
  let [image, out] = [0, 0];
  return (gray, width, height) => {
    if (width * height > capacity) {
      capacity = width * height;
      kernel.reset();
      image = kernel.allocate(capacity + ROOM_BYTES);
      // A sum for every fourth pixel is more than any of them gives.
      out = kernel.allocate(capacity);
    }
    const { memory, exports } = kernel;
    new Uint8Array(memory.buffer, image, width * height).set(gray.subarray(0, width * height));
    return {
      width,
      height,
      blurSums([top, bottom], [left, right], step, every, least) {
        exports.blurSums(image, width, top, bottom, left, right, step, every, least);
        return { variation: exports.variation.value, kept: exports.kept.value };
      },
      noiseOfBlocks: (every, dark, bright) =>
        new Int32Array(
          memory.buffer,
          out,
          exports.noiseOfBlocks(image, width, height, every, dark, bright, out),
        ).slice(),
      stepSums(along, every, most) {
        const sums = new Int32Array(memory.buffer, out, along === 'rows' ? width : height).fill(0);
        exports.stepSums(image, width, height, along === 'rows', every, most, out);
        return sums.slice();
      },
    };
  };
}
