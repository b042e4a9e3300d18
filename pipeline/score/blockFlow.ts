import { loadKernel } from '../../engine/kernels/loadKernel.ts';

export interface BlockKernel {
  blockFlow(
    a: number,
    b: number,
    width: number,
    height: number,
    guessX: number,
    guessY: number,
    margin: number,
    vectors: number,
    out: number,
  ): void;
  differencesAt(a: number, b: number, width: number, height: number, given: number, out: number): void;
  mediansAround(motions: number, columns: number, rows: number, out: number): void;
  absoluteDifference(a: number, b: number, count: number): number;
  stretch(image: number, count: number): void;
  halve(src: number, dst: number, width: number, height: number): void;
}

/** Where every block of one picture is in the next; blocks are 16×16 pixels of the frames given, row by row. */
export interface BlockField {
  columns: number;
  rows: number;
  /** x, y pairs, pixels of the frames given. */
  motions: Float32Array;
  /** Mean |difference| that motion and light leave, gray levels; −1 at the border, where it is not judged. */
  residuals: Float32Array;
  /** Mean change of the light, gray levels. */
  changes: Float32Array;
  /** Mean |difference| of a block's pixels from their mean, gray levels. */
  textures: Float32Array;
}

export interface BlockFlow {
  columns: number;
  rows: number;
  /** Takes the next frame. @returns undefined for the first. */
  next(gray: Uint8Array): BlockField | undefined;
  /** The field from the last frame back to the one before it. */
  backward(): BlockField;
  /**
   * How unlike the blocks of the last two frames are where given ways lead them, to the pixel.
   * @param given three numbers a block: the way, x and y in pixels of the frames given, and the change of light in gray
   *   levels; a block whose x is NaN is left out.
   * @returns mean |difference| a block, gray levels; −1 where left out or led out of the picture.
   */
  differencesAt(given: Float32Array): Float32Array;
  /**
   * Medians of the motions of the 5×5 blocks around each, judged or not; what is within two blocks of the border is 0.
   * @returns x of all blocks, then y.
   */
  mediansAround(motions: Float32Array): Float32Array;
}

/** Half-size pixels: what may come in from outside within a step is not judged. */
const MARGIN = 7;
const FLOATS = 5;
/** The kernel takes the medians around four blocks of a row at a time. */
const LEAST_SIDE_BLOCKS = 8;

/**
 * Block motion between frames at half their size. The picture's own motion, the median of the field before, is
 * the guess from which each search starts.
 */
export async function createBlockFlow(width: number, height: number): Promise<BlockFlow> {
  const kernel = await loadKernel<BlockKernel>(new URL('./blockFlow.kernel.ts', import.meta.url).href);
  const w = width >> 1;
  const h = height >> 1;
  const columns = w >> 3;
  const rows = h >> 3;
  const count = columns * rows;
  const full = kernel.allocate(width * height);
  // The kernel reads rows of 16 bytes: a little room after each image.
  let previous = kernel.allocate(w * h + 16);
  let current = kernel.allocate(w * h + 16);
  const forwardVectors = kernel.allocate(count * 8);
  const backwardVectors = kernel.allocate(count * 8);
  const ways = kernel.allocate(count * 12);
  const out = kernel.allocate(count * FLOATS * 4);
  const planes = kernel.allocate(count * 8);
  const medians = kernel.allocate(count * 8);
  let frames = 0;
  let guess = [0, 0];

  const run = (from: number, to: number, guessX: number, guessY: number, vectors: number): BlockField => {
    kernel.exports.blockFlow(from, to, w, h, guessX, guessY, MARGIN, vectors, out);
    const floats = new Float32Array(kernel.memory.buffer, out, count * FLOATS);
    const field: BlockField = {
      columns,
      rows,
      motions: new Float32Array(2 * count),
      residuals: new Float32Array(count),
      changes: new Float32Array(count),
      textures: new Float32Array(count),
    };
    for (let i = 0; i < count; i++) {
      field.motions[2 * i] = 2 * floats[FLOATS * i];
      field.motions[2 * i + 1] = 2 * floats[FLOATS * i + 1];
      field.residuals[i] = floats[FLOATS * i + 2];
      field.changes[i] = floats[FLOATS * i + 3];
      field.textures[i] = floats[FLOATS * i + 4];
    }
    return field;
  };

  return {
    columns,
    rows,
    next(gray) {
      [previous, current] = [current, previous];
      new Uint8Array(kernel.memory.buffer, full, width * height).set(gray);
      kernel.exports.halve(full, current, width, height);
      if (frames++ === 0) return undefined;
      const field = run(previous, current, guess[0], guess[1], forwardVectors);
      guess = medianVector(new Int32Array(kernel.memory.buffer, forwardVectors, 2 * count));
      return field;
    },
    backward: () => run(current, previous, -guess[0], -guess[1], backwardVectors),
    differencesAt(given) {
      const halved = new Float32Array(kernel.memory.buffer, ways, 3 * count);
      for (let i = 0; i < 3 * count; i += 3) {
        halved[i] = given[i] / 2;
        halved[i + 1] = given[i + 1] / 2;
        halved[i + 2] = given[i + 2];
      }
      kernel.exports.differencesAt(previous, current, w, h, ways, out);
      return new Float32Array(kernel.memory.buffer, out, count).slice();
    },
    mediansAround(motions) {
      const given = new Float32Array(kernel.memory.buffer, planes, 2 * count);
      for (let i = 0; i < count; i++) {
        given[i] = motions[2 * i];
        given[count + i] = motions[2 * i + 1];
      }
      const found = new Float32Array(kernel.memory.buffer, medians, 2 * count);
      if (columns < LEAST_SIDE_BLOCKS || rows < LEAST_SIDE_BLOCKS) return found.fill(0).slice();
      kernel.exports.mediansAround(planes, columns, rows, medians);
      return found.slice();
    },
  };
}

function medianVector(vectors: Int32Array): [number, number] {
  const along = (axis: 0 | 1) => {
    const values = new Int32Array(vectors.length >> 1);
    for (let i = 0; i < values.length; i++) values[i] = vectors[2 * i + axis];
    values.sort();
    return values[values.length >> 1] ?? 0;
  };
  return [along(0), along(1)];
}
