import { throwIfCancelled } from '../../../engine/progress.ts';
import { PointFollower } from '../poses/followPoints.ts';
import type { KeyframeMap } from '../poses/keyframeMap.ts';
import { median, type VideoTracks } from '../poses/trackVideo.ts';
import { createPointFit, type PointFit } from './fitPoint.ts';
import { CELL_PIXELS, cellsOf } from './pictureMasks.ts';

export interface Melting {
  /** Keyframes through which points were followed. */
  keyframes: number;
  /** Pairs of neighbouring points that were compared. */
  pairs: number;
  /** What neighbours miss together, in units of what a place at rest may show (see ALLOWED_PIXELS); median pair. */
  shared: number;
  /** The same in pixels of a picture 640 wide. */
  sharedPixels: number;
}

/** Keyframes of a stretch: over fewer a point's own place takes the melting up, over more too few points hold out. */
const STRETCH = 7;
/** Stretches looked at, evenly over the take, and points tried in each. */
const STRETCHES = 16;
const SAMPLE = 250;
/** Neighbours lie this far apart at 640 pixels of width: nearer ones share pixels of the tracker's windows. */
const NEAREST = 24 / 640;
const FURTHEST = 60 / 640;
/** Fewer pairs are no witnesses. */
const LEAST_PAIRS = 100;
/**
 * What neighbours at rest may miss together: the jitter of codec and shutter, pixels at 640 of width, and the error of
 * lens and path, a share of the way.
 */
const ALLOWED_PIXELS = 0.25;
const ALLOWED_SHARE = 0.01;

interface Witness {
  x: number;
  y: number;
  /** How far it goes within the stretch, pixels at 640 of width. */
  way: number;
  /** dx, dy per view from where it is seen to where the best point at rest would be, pixels at 640 of width. */
  misses: Float64Array;
}

/**
 * Whether the place keeps its shape. A map's own errors cannot tell: where a scene melts, long tracks are refused one by
 * one and the short ones fit. So points that the tracker followed are each given the best place of their own, and what
 * remains is compared between neighbours: a slip of the tracker, noise and coarse compression are each point's own,
 * what the place does its neighbours do too.
 * @param movers what moves by itself and is not asked, by index in the video.
 * @returns undefined where too few points hold out.
 */
export function measureMelting(
  tracks: VideoTracks,
  map: KeyframeMap,
  movers: ReadonlyMap<number, Uint8Array>,
  signal: AbortSignal | undefined,
): Melting | undefined {
  const follower = new PointFollower(tracks.keyframes);
  const squares: number[] = [];
  const units: number[] = [];
  const starts = tracks.keyframes.length - STRETCH + 1;
  for (let k = 0; k < starts; k += Math.max(1, Math.floor(starts / STRETCHES))) {
    throwIfCancelled(signal);
    const poses = map.poses.slice(k, k + STRETCH).filter(pose => pose !== undefined);
    if (poses.length < STRETCH || follower.isBroken(k, k + STRETCH - 1)) continue;
    const fit = createPointFit(map.lens, poses);
    const witnesses = witnessesOf(tracks, follower, k, fit, movers.get(tracks.keyframes[k].frame));
    for (const witness of witnesses) {
      const neighbour = neighbourOf(witness, witnesses, tracks.width);
      if (!neighbour) continue;
      let product = 0;
      for (let i = 0; i < witness.misses.length; i++) product += witness.misses[i] * neighbour.misses[i];
      product /= STRETCH;
      squares.push(product);
      units.push(product / (ALLOWED_PIXELS + ALLOWED_SHARE * Math.min(witness.way, neighbour.way)) ** 2);
    }
  }
  if (units.length < LEAST_PAIRS) return undefined;
  const root = (square: number) => Math.sqrt(Math.max(0, square));
  return {
    keyframes: STRETCH,
    pairs: units.length,
    shared: root(median(units)),
    sharedPixels: root(median(squares)),
  };
}

/** Points of keyframe k that are followed to the end of the stretch, evenly over the picture. */
function witnessesOf(
  tracks: VideoTracks,
  follower: PointFollower,
  k: number,
  fit: PointFit,
  hidden: Uint8Array | undefined,
): Witness[] {
  const { columns } = cellsOf(tracks.width, tracks.height);
  const [cx, cy] = [tracks.width / 2 - 0.5, tracks.height / 2 - 0.5];
  const positions = Array.from({ length: STRETCH }, (_, i) => follower.follow(k, k + i));
  const [first] = positions;
  const last = positions[STRETCH - 1];
  const held: number[] = [];
  for (let p = 0; p < first.length; p += 2) {
    const cell = Math.floor(first[p + 1] / CELL_PIXELS) * columns + Math.floor(first[p] / CELL_PIXELS);
    if (!hidden?.[cell] && !Number.isNaN(last[p])) held.push(p);
  }
  const unit = 640 / tracks.width;
  const step = Math.max(1, Math.floor(held.length / SAMPLE));
  const witnesses: Witness[] = [];
  for (let i = 0; i < held.length; i += step) {
    const p = held[i];
    const seen = positions.flatMap(list => [list[p] - cx, list[p + 1] - cy]);
    const misses = fit(seen)?.map(miss => miss * unit);
    if (!misses) continue;
    const way = Math.hypot(last[p] - first[p], last[p + 1] - first[p + 1]) * unit;
    witnesses.push({ x: first[p], y: first[p + 1], way, misses });
  }
  return witnesses;
}

function neighbourOf(one: Witness, all: readonly Witness[], width: number): Witness | undefined {
  let best: Witness | undefined;
  let least = FURTHEST * width;
  for (const other of all) {
    const distance = Math.hypot(other.x - one.x, other.y - one.y);
    if (distance < NEAREST * width || distance >= least) continue;
    least = distance;
    best = other;
  }
  return best;
}
