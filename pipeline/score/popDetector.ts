import { median } from './statistics.ts';

/** Something that appeared, vanished or changed at once, in one frame. */
export interface Pop {
  frame: number;
  timeSeconds: number;
  /** Share of the picture. */
  area: number;
  /** Box in shares of the picture, from the top left. */
  box: { left: number; top: number; right: number; bottom: number };
  /** Median difference of its blocks, gray levels. */
  strength: number;
}

export interface PopDetector {
  /** @param differences of createRestDifferences. @param meanDifference of all pixels. @returns the pops of the frame two before, when its future is known. */
  next(differences: Float32Array, meanDifference: number, frame: number, timeSeconds: number): Pop[];
}

/** Gray levels; compression noise and subpixel motion stay below. */
const LEAST_STRENGTH = 8;
/** A pop exceeds what was there in the two frames before and after by this. */
const SPIKE_RATIO = 2;
/** And what was around it, so many blocks away: edges that motion takes from block to block stay below. */
const SURROUNDING_RATIO = 1.25;
const SURROUNDING_BLOCKS = 2;
/** 0.7 % of the picture: a chair at four metres. */
const LEAST_AREA = 0.007;
/** More than this at once is the whole picture changing: a cut or a jump of the camera. */
const MOST_AREA = 0.35;
/** Focus or light that changes at once lifts the picture's median difference by twice and more; a thing does not. */
const WHOLE_PICTURE_RATIO = 1.5;
/** After a repeated frame everything jumps by two steps; a neighbour that moves less than this share is one. */
const REPEATED_SHARE = 0.3;
const REACH = 2;

/**
 * Finds connected blocks whose difference from where the scene takes them is a spike in time: high from one frame to the
 * next and low in the two before and after, within two blocks around. So what is there before agrees with itself, what is
 * there after does, and the two do not agree with each other. Things that move by themselves differ for many frames and do
 * not count.
 */
export function createPopDetector(columns: number, rows: number): PopDetector {
  const ring: Entry[] = [];
  return {
    next(differences, meanDifference, frame, timeSeconds) {
      ring.push({
        differences,
        medianDifference: median(differences.filter(difference => difference >= 0)),
        meanDifference,
        frame,
        timeSeconds,
      });
      if (ring.length > 2 * REACH + 1) ring.shift();
      if (ring.length < 2 * REACH + 1) return [];
      const middle = ring[REACH];
      const others = ring.filter(entry => entry !== middle);
      if (others.some(other => other.meanDifference < REPEATED_SHARE * middle.meanDifference)) return [];
      if (others.every(other => middle.medianDifference > WHOLE_PICTURE_RATIO * other.medianDifference))
        return [];
      const maps = others.map(other => other.differences);
      const spikes = new Uint8Array(columns * rows);
      let marked = 0;
      for (let i = 0; i < spikes.length; i++) {
        const here = middle.differences[i];
        if (here < LEAST_STRENGTH) continue;
        if (
          maps.every(then => here > SPIKE_RATIO * then[i]) &&
          maps.every(then => here > SURROUNDING_RATIO * mostAround(then, i, columns, rows))
        ) {
          spikes[i] = 1;
          marked++;
        }
      }
      if (marked === 0 || marked > MOST_AREA * spikes.length) return [];
      return connected(spikes, columns, rows)
        .filter(
          blocks =>
            blocks.length >= LEAST_AREA * columns * rows &&
            isBroad(blocks, columns) &&
            !comesIn(blocks, middle.differences, columns, rows),
        )
        .map(blocks => describe(blocks, middle, columns, rows));
    },
  };
}

interface Entry {
  differences: Float32Array;
  medianDifference: number;
  meanDifference: number;
  frame: number;
  timeSeconds: number;
}

/** The largest of a block and those within SURROUNDING_BLOCKS of it. */
function mostAround(map: Float32Array, block: number, columns: number, rows: number): number {
  const [column, row] = [block % columns, Math.floor(block / columns)];
  const reach = SURROUNDING_BLOCKS;
  let most = 0;
  for (let v = Math.max(0, row - reach); v <= Math.min(rows - 1, row + reach); v++)
    for (let u = Math.max(0, column - reach); u <= Math.min(columns - 1, column + reach); u++)
      most = Math.max(most, map[v * columns + u]);
  return most;
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

/** A strip one block wide is the edge of something that comes in fast. */
function isBroad(blocks: readonly number[], columns: number): boolean {
  const across = new Set(blocks.map(block => block % columns));
  const down = new Set(blocks.map(block => Math.floor(block / columns)));
  return across.size > 1 && down.size > 1;
}

/** Most of it lies beside blocks that are not judged, at the border: it may have come in from outside. */
function comesIn(
  blocks: readonly number[],
  differences: Float32Array,
  columns: number,
  rows: number,
): boolean {
  const beside = blocks.filter(block => {
    const [column, row] = [block % columns, Math.floor(block / columns)];
    for (let v = row - 1; v <= row + 1; v++)
      for (let u = column - 1; u <= column + 1; u++)
        if (u < 0 || v < 0 || u >= columns || v >= rows || differences[v * columns + u] < 0) return true;
    return false;
  });
  return beside.length > blocks.length / 2;
}

function describe(blocks: number[], at: Entry, columns: number, rows: number): Pop {
  const xs = blocks.map(block => block % columns);
  const ys = blocks.map(block => Math.floor(block / columns));
  const strengths = blocks.map(block => at.differences[block]).sort((a, b) => a - b);
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
