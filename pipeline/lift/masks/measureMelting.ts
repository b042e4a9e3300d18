import { throwIfCancelled } from '../../../engine/progress.ts';
import { PointFollower } from '../poses/followPoints.ts';
import type { KeyframeMap } from '../poses/keyframeMap.ts';
import { median, type VideoTracks } from '../poses/trackVideo.ts';
import { DRIFT_PIXELS, DRIFT_SHARE } from './findMovers.ts';
import { createPointFit, type PointFit } from './fitPoint.ts';
import { CELL_PIXELS, cellsOf } from './pictureMasks.ts';

export interface Melting {
  /** Keyframes through which points were followed. */
  keyframes: number;
  /** Pairs of neighbouring points that were compared. */
  pairs: number;
  /** What neighbours miss together, in units of what a place at rest may show (see ALLOWED_PIXELS); median pair. */
  shared: number;
  /** The same in pixels, and the width that they are of. */
  sharedPixels: number;
  width: number;
}

/** Keyframes of a stretch: over fewer a point's own place takes the melting up, over more too few points hold out. */
const STRETCH = 7;
/** Stretches looked at, evenly over the take, and points tried in each. */
const STRETCHES = 16;
const SAMPLE = 250;
/** Neighbours lie this share of the width apart … */
const NEAREST = 24 / 640;
const FURTHEST = 60 / 640;
/** … taken as no smaller than this, so that they do not share what the tracker's windows of 12 pixels see. */
const LEAST_WIDTH = 384;
/** Fewer pairs are no witnesses. */
const LEAST_PAIRS = 100;
/** What neighbours at rest may miss together: the jitter of codec and shutter, and the error of lens and path, a share of the way. */
const ALLOWED_PIXELS = 0.25;
const ALLOWED_SHARE = 0.01;

interface Witness {
  x: number;
  y: number;
  /** How far it goes within the stretch, pixels. */
  way: number;
  /** dx, dy per view from where it is seen to where the best point at rest would be. */
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
    const place = createPointFit(map.lens, poses);
    const witnesses = witnessesOf(tracks, follower, k, place, movers);
    for (const witness of witnesses) {
      const neighbour = neighbourOf(witness, witnesses, Math.max(LEAST_WIDTH, tracks.width));
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
    width: tracks.width,
  };
}

/** Points of keyframe k that are followed to the end of the stretch, evenly over the picture. */
function witnessesOf(
  tracks: VideoTracks,
  follower: PointFollower,
  k: number,
  place: PointFit,
  movers: ReadonlyMap<number, Uint8Array>,
): Witness[] {
  const { columns } = cellsOf(tracks.width, tracks.height);
  const [cx, cy] = [tracks.width / 2 - 0.5, tracks.height / 2 - 0.5];
  const positions = Array.from({ length: STRETCH }, (_, i) => follower.follow(k, k + i));
  const [first] = positions;
  const last = positions[STRETCH - 1];
  // A mover may be told from the place in one view only.
  const hidden = positions.map((_, i) => movers.get(tracks.keyframes[k + i].frame));
  const moves = (p: number) =>
    positions.some(
      (list, i) =>
        hidden[i]?.[Math.floor(list[p + 1] / CELL_PIXELS) * columns + Math.floor(list[p] / CELL_PIXELS)],
    );
  const held: number[] = [];
  for (let p = 0; p < first.length; p += 2) if (!Number.isNaN(last[p]) && !moves(p)) held.push(p);
  const step = Math.max(1, Math.floor(held.length / SAMPLE));
  const witnesses: Witness[] = [];
  for (let i = 0; i < held.length; i += step) {
    const p = held[i];
    const seen = positions.flatMap(list => [list[p] - cx, list[p + 1] - cy]);
    const misses = place(seen);
    if (!misses) continue;
    const way = Math.hypot(last[p] - first[p], last[p + 1] - first[p + 1]);
    const rms = Math.sqrt(misses.reduce((sum, miss) => sum + miss * miss, 0) / STRETCH);
    // A mover that looked at rest over fewer views.
    if (rms > DRIFT_PIXELS + DRIFT_SHARE * way) continue;
    witnesses.push({
      x: first[p],
      y: first[p + 1],
      way,
      misses,
    });
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
