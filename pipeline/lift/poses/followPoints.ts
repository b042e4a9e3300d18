import type { Keyframe } from './trackVideo.ts';

/** Where a keyframe's points lie in another keyframe; x, y per point, NaN where the tracker lost them on the way. */
export type Followed = Float32Array;

/** A point is carried on by the tracked point nearest to it, where that is no further than this. */
const BORROW_PIXELS = 4;

interface Reached {
  keyframe: number;
  positions: Followed;
}

/** Points in square cells, for the nearest within one cell's width. */
class PointGrid {
  private readonly cells = new Map<number, number[]>();
  private readonly positions: Float32Array;

  constructor(positions: Float32Array) {
    this.positions = positions;
    for (let i = 0; i < positions.length >> 1; i++) {
      if (Number.isNaN(positions[2 * i])) continue;
      const key = PointGrid.key(positions[2 * i] / BORROW_PIXELS, positions[2 * i + 1] / BORROW_PIXELS);
      const list = this.cells.get(key);
      if (list) list.push(i);
      else this.cells.set(key, [i]);
    }
  }

  private static key(column: number, row: number): number {
    return (Math.floor(row) + 4096) * 16384 + Math.floor(column) + 4096;
  }

  /** The nearest point for which `usable` holds, −1 where none lies within BORROW_PIXELS. */
  nearest(x: number, y: number, usable: (i: number) => boolean): number {
    let best = -1;
    let least = BORROW_PIXELS ** 2;
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++)
        for (const i of this.cells.get(PointGrid.key(x / BORROW_PIXELS + dx, y / BORROW_PIXELS + dy)) ?? []) {
          const squared = (this.positions[2 * i] - x) ** 2 + (this.positions[2 * i + 1] - y) ** 2;
          if (squared > least || !usable(i)) continue;
          least = squared;
          best = i;
        }
    return best;
  }
}

/**
 * Follows points from keyframe to keyframe through every frame between them. The tracker moves a few pixels a frame,
 * so unlike a descriptor it cannot take one brick, shelf or door for the next: what it says decides between look-alikes.
 */
export class PointFollower {
  private readonly here: PointGrid[];
  private readonly there: PointGrid[];
  private readonly keyframes: Keyframe[];
  /** Share of a keyframe's points held up to the next. */
  private readonly held: number[];
  /** By keyframe: how far its points were followed last, backwards and forwards. */
  private readonly reached: [Reached[], Reached[]] = [[], []];

  constructor(keyframes: Keyframe[]) {
    this.keyframes = keyframes;
    this.held = keyframes.map(({ inNext }) => {
      let held = 0;
      for (let i = 0; i < inNext.length; i += 2) if (!Number.isNaN(inNext[i])) held++;
      return held / Math.max(1, inNext.length >> 1);
    });
    this.here = keyframes.map(keyframe => new PointGrid(keyframe.positions));
    this.there = keyframes.map(keyframe => new PointGrid(keyframe.inNext));
  }

  positions(k: number): Float32Array {
    return this.keyframes[k].positions;
  }

  /** The points of keyframe `from` in keyframe `to`, which may be later or earlier. */
  follow(from: number, to: number): Followed {
    const direction = to < from ? -1 : 1;
    const memo = this.reached[direction < 0 ? 0 : 1];
    // Callers ask for ever wider steps, so the way starts where the last one ended.
    const known = memo[from];
    const goesOn = known && (to - known.keyframe) * direction >= 0;
    let { keyframe, positions } = goesOn ? known : { keyframe: from, positions: this.positions(from) };
    for (; keyframe < to; keyframe++) {
      const { positions: here, inNext } = this.keyframes[keyframe];
      positions = carry(positions, here, inNext, this.here[keyframe]);
    }
    for (; keyframe > to; keyframe--) {
      const { positions: before, inNext } = this.keyframes[keyframe - 1];
      positions = carry(positions, inNext, before, this.there[keyframe - 1]);
    }
    memo[from] = { keyframe, positions };
    return positions;
  }

  /** Whether the tracker lost nearly everything on some step from keyframe a to b > a. */
  isBroken(a: number, b: number): boolean {
    return this.held.slice(a, b).some(share => share < BROKEN_SHARE);
  }
}

function carry(positions: Float32Array, from: Float32Array, to: Float32Array, grid: PointGrid): Followed {
  const result = new Float32Array(positions.length).fill(Number.NaN);
  const usable = (i: number) => !Number.isNaN(to[2 * i]) && !Number.isNaN(from[2 * i]);
  for (let i = 0; i < positions.length; i += 2) {
    if (Number.isNaN(positions[i])) continue;
    const guide = grid.nearest(positions[i], positions[i + 1], usable);
    if (guide < 0) continue;
    result[i] = positions[i] + to[2 * guide] - from[2 * guide];
    result[i + 1] = positions[i + 1] + to[2 * guide + 1] - from[2 * guide + 1];
  }
  return result;
}

/** What the tracker says of a match: it lost both points, it agrees, or it saw the point go elsewhere. */
export const UNKNOWN = 0;
export const CONFIRMED = 1;
export const DENIED = 2;
/** A verdict per match. */
export type Verdicts = Uint8Array;

/** How far match and tracker may be apart at 640 pixels of width; the tracker drifts with every keyframe. */
const TOLERANCE = 2.5 / 640;
const DRIFT = 1 / 640;
/** A tracker that holds less than this share from one keyframe to the next (blur, a flash) bears no witness. */
const BROKEN_SHARE = 0.15;

/**
 * Asks the tracker about matches between keyframes a < b.
 * @param matches point indices, a's and b's alternating.
 * @returns undefined where the tracker broke off between them and cannot judge.
 */
export function judgeMatches(
  follower: PointFollower,
  a: number,
  b: number,
  matches: ArrayLike<number>,
  width: number,
): Verdicts | undefined {
  if (follower.isBroken(a, b)) return undefined;
  const forward = follower.follow(a, b);
  const backward = follower.follow(b, a);
  const from = follower.positions(a);
  const to = follower.positions(b);
  const tolerance = (TOLERANCE + DRIFT * (b - a)) * width;
  const verdicts = new Uint8Array(matches.length >> 1);
  for (let k = 0; k < verdicts.length; k++) {
    const p = matches[2 * k];
    const q = matches[2 * k + 1];
    const there = Math.hypot(forward[2 * p] - to[2 * q], forward[2 * p + 1] - to[2 * q + 1]);
    const back = Math.hypot(backward[2 * q] - from[2 * p], backward[2 * q + 1] - from[2 * p + 1]);
    if (there <= tolerance || back <= tolerance) verdicts[k] = CONFIRMED;
    else if (there > tolerance || back > tolerance) verdicts[k] = DENIED;
  }
  return verdicts;
}
