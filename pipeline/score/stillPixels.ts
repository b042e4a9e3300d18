import { loadPictureKernel } from './picture.ts';

/** What stays put in a picture while the rest moves, gathered over the looks of a whole video. */
export interface StillPixels {
  add(gray: Uint8Array): void;
  finish(): StillMeasurements;
}

export interface StillMeasurements {
  /** Share of the pixels that keep one level while what is around them changes. */
  frozenShare: number;
  /** Share of the picture under strong edges that keep their place, in full for edges of 64 levels. */
  fixedEdgeShare: number;
  /** Share of all strong edges that keep their place. */
  fixedOfEdges: number;
}

/** A pixel whose levels stay within this is frozen; compression makes painted pixels tremble. */
const FROZEN_LEVELS = 5;
/** The typical pixel around it changes by this much. */
const MOVING_LEVELS = 24;
/** Side of the cells in which it is asked whether the scene moves, and the share of their pixels that have to. */
const CELL = 16;
const MOVING_SHARE = 0.7;
/** How many cells each way: what is frozen must not be all that is looked at. */
const AROUND = 4;
const FEWEST_LOOKS = 4;
/** Rows that are looked at, here and in the kernel; strokes are longer than this. Divides CELL. */
const EVERY_ROW = 2;
/** Gray levels between neighbours: strokes and frames of overlays are at least this strong, and in full at the second. */
const LEAST_EDGE = 10;
const FULL_EDGE = 64;
/** What the kernel reads past the end of a picture. */
const ROOM_BYTES = 16;
/** Length of the mean gradient over the mean length: 1 where an edge never moves. */
const FIXED_SHARE = 0.9;

/** Holds planes of half the size given: two of bytes, three of integers. */
export async function createStillPixels(width: number, height: number): Promise<StillPixels> {
  const kernel = await loadPictureKernel();
  const kept = width * Math.ceil(height / EVERY_ROW);
  const image = kernel.allocate(width * height + ROOM_BYTES);
  const planes = {
    lowest: kernel.allocate(kept),
    highest: kernel.allocate(kept),
    sumX: kernel.allocate(kept * 4),
    sumY: kernel.allocate(kept * 4),
    lengths: kernel.allocate(kept * 4),
  };
  const { buffer } = kernel.memory;
  const lowest = new Uint8Array(buffer, planes.lowest, kept).fill(255);
  const highest = new Uint8Array(buffer, planes.highest, kept);
  const [sumX, sumY, lengths] = [planes.sumX, planes.sumY, planes.lengths].map(
    plane => new Int32Array(buffer, plane, kept),
  ) as [Int32Array, Int32Array, Int32Array];
  let looks = 0;
  return {
    add(gray) {
      looks++;
      new Uint8Array(buffer, image, width * height).set(gray);
      kernel.exports.addLook(
        image,
        width,
        height,
        planes.lowest,
        planes.highest,
        planes.sumX,
        planes.sumY,
        planes.lengths,
      );
    },
    finish() {
      if (looks < FEWEST_LOOKS) return { frozenShare: 0, fixedEdgeShare: 0, fixedOfEdges: 0 };
      let [fixed, edges] = [0, 0];
      for (let i = 0; i < lengths.length; i++) {
        const length = lengths[i] / looks;
        if (length < LEAST_EDGE) continue;
        const weight = Math.min(1, length / FULL_EDGE);
        edges += weight;
        if (Math.abs(sumX[i]) + Math.abs(sumY[i]) >= FIXED_SHARE * lengths[i]) fixed += weight;
      }
      return {
        frozenShare: frozenShare(lowest, highest, width, height),
        fixedEdgeShare: (EVERY_ROW * fixed) / (width * height),
        fixedOfEdges: edges > 0 ? fixed / edges : 0,
      };
    },
  };
}

function frozenShare(lowest: Uint8Array, highest: Uint8Array, w: number, h: number): number {
  const rangeAt = (x: number, y: number) => {
    const i = (y / EVERY_ROW) * w + x;
    return highest[i] - lowest[i];
  };
  let frozen = 0;
  for (let top = 0; top < h - 1; top += CELL)
    for (let left = 0; left < w - 1; left += CELL) {
      // Pixels of the cells around, every eighth: does the scene move here?
      let [still, moving] = [0, 0];
      const [bottom, right] = [top + (AROUND + 1) * CELL, left + (AROUND + 1) * CELL];
      for (let y = Math.max(0, top - AROUND * CELL); y < Math.min(h - 1, bottom); y += 8)
        for (let x = Math.max(0, left - AROUND * CELL); x < Math.min(w - 1, right); x += 8) {
          if (rangeAt(x, y) >= MOVING_LEVELS) moving++;
          else still++;
        }
      if (moving < MOVING_SHARE * (moving + still)) continue;
      for (let y = top; y < Math.min(h - 1, top + CELL); y += EVERY_ROW)
        for (let x = left; x < Math.min(w - 1, left + CELL); x++)
          if (rangeAt(x, y) <= FROZEN_LEVELS) frozen += EVERY_ROW;
    }
  return frozen / (w * h);
}
