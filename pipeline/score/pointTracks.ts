import { createCornerDetector } from './detectCorners.ts';
import { createPointFollower } from './followPoints.ts';

/** The followed points of one frame. */
export interface TrackSnapshot {
  frame: number;
  timeSeconds: number;
  /** Ascending; the same id is the same point of the scene. */
  ids: Int32Array;
  /** x, y pairs, pixels of the working size. */
  positions: Float32Array;
  /** Share of the frame before's points that were found again; 1 in the first frame. */
  survival: number;
  /** The same of the points whose own motion keeps them well inside the picture; 1 in the first frame. */
  permanence: number;
}

export interface PointTracks {
  /** Takes the next frame and returns its points. */
  advance(gray: Uint8Array, frame: number, timeSeconds: number): TrackSnapshot;
}

/** About 420 cells: one point in each is plenty for the medians that the scores are. */
export const CELLS_PER_LONG_SIDE = 27;
/** A point that comes back this far from where it started is lost. */
const ROUND_TRIP_PIXELS = 0.7;
const REFILL_SURVIVAL = 0.7;
/** Border, as a share of the long side, from which a point may leave the picture within a step. */
const LEAVING_SHARE = 0.06;

/** Follows corners from frame to frame and starts new ones where cells have become empty, every few frames or when many are lost. */
export async function createPointTracks(
  width: number,
  height: number,
  refillEvery: number,
): Promise<PointTracks> {
  const cellPixels = Math.max(8, Math.max(width, height) / CELLS_PER_LONG_SIDE);
  const limit = Math.ceil(width / cellPixels) * Math.ceil(height / cellPixels) * 4;
  const follower = await createPointFollower(width, height, limit);
  const detectCorners = await createCornerDetector(width, height, cellPixels);
  let nextId = 0;
  let before: TrackSnapshot | undefined;
  let firstFrame = 0;
  let stepBefore: { ids: Int32Array; positions: Float32Array } | undefined;

  return {
    advance(gray, frame, timeSeconds) {
      if (!before) firstFrame = frame;
      follower.load(gray);
      const ids: number[] = [];
      const positions: number[] = [];
      let [survived, expected, kept] = [0, 0, 0];
      if (before && before.ids.length > 0) {
        const guesses = predict(before, stepBefore);
        const found = follower.follow(before.positions, guesses, ROUND_TRIP_PIXELS);
        const taken = new Uint8Array(limit * 4);
        const columns = Math.ceil((2 * width) / cellPixels);
        for (let i = 0; i < before.ids.length; i++) {
          const x = found[2 * i];
          const y = found[2 * i + 1];
          const stays = inside(guesses[2 * i], guesses[2 * i + 1], width, height);
          if (stays) expected++;
          if (!(x >= 0 && y >= 0 && x < width && y < height)) continue;
          survived++;
          if (stays) kept++;
          // Points that flow together in half a cell say the same thing twice.
          const cell = Math.floor((2 * y) / cellPixels) * columns + Math.floor((2 * x) / cellPixels);
          if (taken[cell]) continue;
          taken[cell] = 1;
          ids.push(before.ids[i]);
          positions.push(x, y);
        }
      }
      const survival = before && before.ids.length > 0 ? survived / before.ids.length : 1;
      if (!before || (frame - firstFrame) % refillEvery === 0 || survival < REFILL_SURVIVAL)
        for (const coordinate of detectCorners(gray, Float32Array.from(positions)))
          positions.push(coordinate);
      while (2 * ids.length < positions.length) ids.push(nextId++);
      const snapshot: TrackSnapshot = {
        frame,
        timeSeconds,
        ids: Int32Array.from(ids),
        positions: Float32Array.from(positions),
        survival,
        permanence: expected > 0 ? kept / expected : 1,
      };
      stepBefore = before;
      before = snapshot;
      return snapshot;
    },
  };
}

function inside(x: number, y: number, width: number, height: number): boolean {
  const margin = LEAVING_SHARE * Math.max(width, height);
  return x > margin && y > margin && x < width - margin && y < height - margin;
}

/** Where points would be if each went on as it did, new ones as the median of the others. */
function predict(
  now: TrackSnapshot,
  before: { ids: Int32Array; positions: Float32Array } | undefined,
): Float32Array {
  const guesses = Float32Array.from(now.positions);
  if (!before) return guesses;
  const pairs = sharedPoints(before, now);
  for (let i = 0; i < pairs.count; i++) {
    const k = pairs.secondIndex[i];
    guesses[2 * k] += pairs.second[2 * i] - pairs.first[2 * i];
    guesses[2 * k + 1] += pairs.second[2 * i + 1] - pairs.first[2 * i + 1];
  }
  return guesses;
}

export interface SharedPoints {
  count: number;
  /** x, y pairs in the first and in the second. */
  first: Float32Array;
  second: Float32Array;
  /** Index of each in the two snapshots. */
  firstIndex: Int32Array;
  secondIndex: Int32Array;
}

/** The points that two snapshots both have; a merge of the ascending ids. */
export function sharedPoints(
  a: Pick<TrackSnapshot, 'ids' | 'positions'>,
  b: Pick<TrackSnapshot, 'ids' | 'positions'>,
): SharedPoints {
  const most = Math.min(a.ids.length, b.ids.length);
  const first = new Float32Array(most * 2);
  const second = new Float32Array(most * 2);
  const firstIndex = new Int32Array(most);
  const secondIndex = new Int32Array(most);
  let count = 0;
  for (let i = 0, k = 0; i < a.ids.length && k < b.ids.length; ) {
    if (a.ids[i] < b.ids[k]) i++;
    else if (a.ids[i] > b.ids[k]) k++;
    else {
      first.set(a.positions.subarray(2 * i, 2 * i + 2), 2 * count);
      second.set(b.positions.subarray(2 * k, 2 * k + 2), 2 * count);
      firstIndex[count] = i++;
      secondIndex[count++] = k++;
    }
  }
  return {
    count,
    first: first.subarray(0, 2 * count),
    second: second.subarray(0, 2 * count),
    firstIndex,
    secondIndex,
  };
}
