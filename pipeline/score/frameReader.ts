import { loadKernel } from '../../engine/kernels/loadKernel.ts';
import { type BlockField, type BlockFlow, type BlockKernel, createBlockFlow } from './blockFlow.ts';

export interface FrameReader {
  /** Working size: the frame's own, or half of it where its long side exceeds 720 pixels. */
  width: number;
  height: number;
  blocks: Pick<BlockFlow, 'columns' | 'rows' | 'differencesAt' | 'mediansAround'>;
  /**
   * Takes the next frame.
   * @returns the frame at its own and at the working size, good until the next one; and since the frame before, the mean |difference| of
   *   all its own pixels in gray levels, and where its blocks went, undefined for the first.
   */
  next(pixels: Uint8Array): {
    own: Uint8Array;
    gray: Uint8Array;
    difference: number;
    field: BlockField | undefined;
  };
}

const MOST_WORKING_LONG_SIDE_PIXELS = 720;

/** What every frame goes through: made smaller, and compared with the one before. @param videoRange frames come as coded, 16 to 235. */
export async function createFrameReader(
  ownWidth: number,
  ownHeight: number,
  videoRange = false,
): Promise<FrameReader> {
  const halved = Math.max(ownWidth, ownHeight) > MOST_WORKING_LONG_SIDE_PIXELS;
  const width = halved ? ownWidth >> 1 : ownWidth;
  const height = halved ? ownHeight >> 1 : ownHeight;
  const kernel = await loadKernel<BlockKernel>(new URL('./blockFlow.kernel.ts', import.meta.url).href);
  const count = ownWidth * ownHeight;
  let previous = kernel.allocate(count + 16);
  let current = kernel.allocate(count + 16);
  const small = kernel.allocate(width * height + 16);
  const flow = await createBlockFlow(width, height);
  let started = false;
  return {
    width,
    height,
    blocks: flow,
    next(pixels) {
      [previous, current] = [current, previous];
      const own = new Uint8Array(kernel.memory.buffer, current, count);
      own.set(pixels);
      if (videoRange) kernel.exports.stretch(current, count);
      let gray = own;
      if (halved) {
        kernel.exports.halve(current, small, ownWidth, ownHeight);
        gray = new Uint8Array(kernel.memory.buffer, small, width * height);
      }
      const difference = started ? kernel.exports.absoluteDifference(previous, current, count) / count : 0;
      started = true;
      return { own, gray, difference, field: flow.next(gray) };
    },
  };
}
