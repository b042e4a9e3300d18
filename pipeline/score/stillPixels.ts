/** What stays put in a picture while the rest moves, gathered over the looks of a whole video. */
export interface StillPixels {
  add(gray: Uint8Array): void;
  finish(): StillMeasurements;
}

export interface StillMeasurements {
  /** Share of the pixels that keep one level while what is around them changes. */
  frozenShare: number;
  /** Share of the picture under strong edges that keep their place, in full for edges of 24 levels. */
  fixedEdgeShare: number;
  /** Share of all strong edges that keep their place. */
  fixedOfEdges: number;
}

/** A pixel whose levels stay within this is frozen; compression makes painted pixels tremble. */
const FROZEN_LEVELS = 5;
/** The typical pixel around it changes by this much. */
const MOVING_LEVELS = 24;
const CELL = 16;
const FEWEST_LOOKS = 4;
/** Gray levels per pixel: strokes and frames of overlays are at least this strong. */
const LEAST_EDGE = 8;
const FULL_EDGE = 24;
/** Length of the mean gradient over the mean length: 1 where an edge never moves. */
const FIXED_SHARE = 0.85;

/** Holds five planes of half the sides given. */
export function createStillPixels(width: number, height: number): StillPixels {
  const w = width >> 1;
  const h = height >> 1;
  const lowest = new Uint8Array(w * h).fill(255);
  const highest = new Uint8Array(w * h);
  const sumX = new Float32Array(w * h);
  const sumY = new Float32Array(w * h);
  const lengths = new Float32Array(w * h);
  let looks = 0;
  return {
    add(gray) {
      looks++;
      for (let y = 0; y < h - 1; y++) {
        let p = 2 * y * width;
        for (let i = y * w; i < y * w + w - 1; i++, p += 2) {
          const level = gray[p];
          if (level < lowest[i]) lowest[i] = level;
          if (level > highest[i]) highest[i] = level;
          const dx = gray[p + 2] - level;
          const dy = gray[p + 2 * width] - level;
          sumX[i] += dx;
          sumY[i] += dy;
          lengths[i] += Math.sqrt(dx * dx + dy * dy);
        }
      }
    },
    finish() {
      if (looks < FEWEST_LOOKS) return { frozenShare: 0, fixedEdgeShare: 0, fixedOfEdges: 0 };
      let [fixed, edges] = [0, 0];
      for (let i = 0; i < w * h; i++) {
        const length = lengths[i] / looks;
        if (length < LEAST_EDGE) continue;
        const weight = Math.min(1, length / FULL_EDGE);
        edges += weight;
        if (Math.hypot(sumX[i], sumY[i]) >= FIXED_SHARE * lengths[i]) fixed += weight;
      }
      return {
        frozenShare: frozenShare(lowest, highest, w, h),
        fixedEdgeShare: fixed / (w * h),
        fixedOfEdges: edges > 0 ? fixed / edges : 0,
      };
    },
  };
}

function frozenShare(lowest: Uint8Array, highest: Uint8Array, w: number, h: number): number {
  let frozen = 0;
  for (let top = 0; top < h - 1; top += CELL)
    for (let left = 0; left < w - 1; left += CELL) {
      // Pixels of the 3×3 cells around, every fourth: does the scene move here?
      let [still, moving] = [0, 0];
      for (let y = Math.max(0, top - CELL); y < Math.min(h - 1, top + 2 * CELL); y += 4)
        for (let x = Math.max(0, left - CELL); x < Math.min(w - 1, left + 2 * CELL); x += 4) {
          if (highest[y * w + x] - lowest[y * w + x] >= MOVING_LEVELS) moving++;
          else still++;
        }
      if (moving < still) continue;
      for (let y = top; y < Math.min(h - 1, top + CELL); y++)
        for (let x = left; x < Math.min(w - 1, left + CELL); x++)
          if (highest[y * w + x] - lowest[y * w + x] <= FROZEN_LEVELS) frozen++;
    }
  return frozen / (w * h);
}
