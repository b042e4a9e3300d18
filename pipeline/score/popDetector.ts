import { median } from './statistics.ts';

/** Something that appeared, vanished or changed at once, in one frame. */
export interface Pop {
  frame: number;
  timeSeconds: number;
  /** Share of the picture. */
  area: number;
  /** Box in shares of the picture, from the top left. */
  box: { left: number; top: number; right: number; bottom: number };
  /** Median unexplained difference of its blocks, gray levels. */
  strength: number;
}

export interface PopDetector {
  /** @param residuals, meanDifference from createBlockChange. @returns the pops of the frame two before, when its future is known. */
  next(residuals: Float32Array, meanDifference: number, frame: number, timeSeconds: number): Pop[];
}

/** Gray levels; compression noise and subpixel motion stay below. */
const LEAST_STRENGTH = 5.5;
/** A pop exceeds what was there in the two frames before and after by this. */
const SPIKE_RATIO = 2.2;
/** And what was around it: edges that motion takes from block to block stay below. */
const SURROUNDING_RATIO = 1.25;
/** 0.7 % of the picture: a chair at four metres. */
const LEAST_AREA = 0.007;
/** More than this at once is the whole picture changing: a cut or a jump of the camera. */
const MOST_AREA = 0.35;
/** Focus or light that changes at once lifts the picture's median residual by twice and more; a thing does not. */
const WHOLE_PICTURE_RATIO = 1.5;
/** After a repeated frame everything jumps by two steps; a neighbour that moves less than this share is one. */
const REPEATED_SHARE = 0.3;
const REACH = 2;

/**
 * Finds connected blocks whose motion-compensated difference is a spike in time: high from one frame to the next
 * and low in the two before and after, within a block around. Things that move by themselves are high for many frames and do
 * not count; nor does brightness, which the residual leaves out.
 */
export function createPopDetector(columns: number, rows: number): PopDetector {
  const ring: Entry[] = [];
  return {
    next(residuals, meanDifference, frame, timeSeconds) {
      ring.push({
        residuals,
        dilated: dilate(residuals, columns, rows),
        medianResidual: median(residuals.filter(residual => residual >= 0)),
        meanDifference,
        frame,
        timeSeconds,
      });
      if (ring.length > 2 * REACH + 1) ring.shift();
      if (ring.length < 2 * REACH + 1) return [];
      const middle = ring[REACH];
      const others = ring.filter(entry => entry !== middle);
      if (others.some(other => other.meanDifference < REPEATED_SHARE * middle.meanDifference)) return [];
      if (others.every(other => middle.medianResidual > WHOLE_PICTURE_RATIO * other.medianResidual))
        return [];
      const spikes = new Uint8Array(columns * rows);
      let marked = 0;
      for (let i = 0; i < spikes.length; i++) {
        const here = middle.residuals[i];
        if (here < LEAST_STRENGTH) continue;
        if (
          others.every(
            other => here > SPIKE_RATIO * other.residuals[i] && here > SURROUNDING_RATIO * other.dilated[i],
          )
        ) {
          spikes[i] = 1;
          marked++;
        }
      }
      if (marked === 0 || marked > MOST_AREA * spikes.length) return [];
      return connected(spikes, columns, rows)
        .filter(blocks => blocks.length >= LEAST_AREA * columns * rows)
        .map(blocks => describe(blocks, middle, columns, rows));
    },
  };
}

interface Entry {
  residuals: Float32Array;
  /** The largest residual of each block and those around it. */
  dilated: Float32Array;
  medianResidual: number;
  meanDifference: number;
  frame: number;
  timeSeconds: number;
}

function dilate(map: Float32Array, columns: number, rows: number): Float32Array {
  const out = new Float32Array(map.length);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      let most = 0;
      for (let v = Math.max(0, y - 1); v <= Math.min(rows - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(columns - 1, x + 1); u++)
          most = Math.max(most, map[v * columns + u]);
      out[y * columns + x] = most;
    }
  return out;
}

/** Groups of marked blocks that touch, corners included; clears the marks. */
function connected(marks: Uint8Array, columns: number, rows: number): number[][] {
  const groups: number[][] = [];
  for (let start = 0; start < marks.length; start++) {
    if (!marks[start]) continue;
    const group = [start];
    marks[start] = 0;
    for (const block of group) {
      const x = block % columns;
      const y = Math.floor(block / columns);
      for (let v = Math.max(0, y - 1); v <= Math.min(rows - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(columns - 1, x + 1); u++) {
          const neighbour = v * columns + u;
          if (!marks[neighbour]) continue;
          marks[neighbour] = 0;
          group.push(neighbour);
        }
    }
    groups.push(group);
  }
  return groups;
}

function describe(blocks: number[], at: Entry, columns: number, rows: number): Pop {
  const xs = blocks.map(block => block % columns);
  const ys = blocks.map(block => Math.floor(block / columns));
  const strengths = blocks.map(block => at.residuals[block]).sort((a, b) => a - b);
  return {
    frame: at.frame,
    timeSeconds: at.timeSeconds,
    area: blocks.length / (columns * rows),
    box: {
      left: Math.min(...xs) / columns,
      top: Math.min(...ys) / rows,
      right: (Math.max(...xs) + 1) / columns,
      bottom: (Math.max(...ys) + 1) / rows,
    },
    strength: strengths[strengths.length >> 1],
  };
}
