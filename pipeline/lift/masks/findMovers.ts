import { throwIfCancelled } from '../../../engine/progress.ts';
import { PointFollower } from '../poses/followPoints.ts';
import type { KeyframeMap, PointInView } from '../poses/keyframeMap.ts';
import { median, type VideoTracks } from '../poses/trackVideo.ts';
import { isAtRest } from './isAtRest.ts';
import { CELL_PIXELS, cellsOf } from './pictureMasks.ts';

/** What the tracker's witnesses say of a map. */
export interface MoverSearch {
  /** By index in the video: 1 per cell that moves by itself. Frames without any are absent. */
  movers: Map<number, Uint8Array>;
  /** Points followed through neighbouring keyframes. */
  followed: number;
  /** Share of them that one point at rest explains, 0–1. */
  explained: number;
  /** Mean share of the keyframes' cells that move by themselves. */
  share: number;
}

/** Keyframes before and after through which a point is followed: enough for a mover to leave its epipolar line. */
const REACH = 2;
/** Points tried per keyframe: a mover of a hundredth of the picture still has several. */
const SAMPLE = 900;
/** Half the side of the window in which a cell takes its vote, cells: 5 × 5 cells are 40 pixels of 640. */
const VOTE_RADIUS = 2;
/** Unexplained points that a window needs: fewer are the tracker's slips at edges … */
const LEAST_VOTES = 5;
/** … and among all points there, so that a slip within a still surface counts for nothing. */
const MOVING_SHARE = 0.6;

/** What the tracker drifts by from keyframe to keyframe … */
export const DRIFT_PIXELS = 2.5;
/** … and by what share of the way more, where a point is carried along by a neighbour at another depth. */
export const DRIFT_SHARE = 0.08;

/** A mover's points go the same way: this share of them within … */
const COHERENT_SHARE = 0.6;
/** … so many pixels, or such a share of the way, of their median. Where the tracker is lost, they scatter. */
const COHERENT_PIXELS = 2;
const COHERENT_WAY = 0.25;

const UNEXPLAINED = 2;
const EXPLAINED = 1;

/**
 * Parts of the picture that no point at rest explains, though the tracker followed them: people, cars, reflections,
 * flames. Judged against the finished path, whose majority of points is at rest; per point over five keyframes, then
 * by vote over a window, because single points slip.
 * What moves so that it looks at rest cannot be found: a car ahead at one's own speed looks infinitely far.
 */
export function findMovers(
  tracks: VideoTracks,
  map: KeyframeMap,
  signal: AbortSignal | undefined,
): MoverSearch {
  const follower = new PointFollower(tracks.keyframes);
  const verdicts = tracks.keyframes.map((_, k) => {
    throwIfCancelled(signal);
    return judgePoints(tracks, map, follower, k);
  });
  const moves = tracks.keyframes.map((_, k) => movesOf(tracks, follower, k));
  let followed = 0;
  let explained = 0;
  for (const list of verdicts)
    for (const verdict of list ?? []) {
      if (verdict) followed++;
      if (verdict === EXPLAINED) explained++;
    }
  const movers = new Map<number, Uint8Array>();
  let share = 0;
  let judged = 0;
  for (const { frame, keyframe, positions } of tracks.frames) {
    const list = verdicts[keyframe];
    if (!list) continue;
    const isKeyframe = positions.length === 0;
    const from = tracks.keyframes[keyframe].positions;
    const cells = voteCells(tracks, isKeyframe ? from : positions, list, moves[keyframe]);
    const marked = cells.reduce((sum, cell) => sum + cell, 0);
    if (marked > 0) movers.set(frame, cells);
    if (!isKeyframe) continue;
    share += marked / cells.length;
    judged++;
  }
  return {
    movers,
    followed,
    explained: followed > 0 ? explained / followed : 1,
    share: judged > 0 ? share / judged : 0,
  };
}

/** Per point of keyframe k 0 where nobody knows, EXPLAINED or UNEXPLAINED; undefined where k has no pose. */
function judgePoints(
  tracks: VideoTracks,
  map: KeyframeMap,
  follower: PointFollower,
  k: number,
): Uint8Array | undefined {
  const own = map.poses[k];
  if (!own) return undefined;
  const { positions } = tracks.keyframes[k];
  const cx = tracks.width / 2 - 0.5;
  const cy = tracks.height / 2 - 0.5;
  const others: { pose: typeof own; positions: Float32Array }[] = [];
  for (let j = Math.max(0, k - REACH); j <= Math.min(tracks.keyframes.length - 1, k + REACH); j++) {
    const pose = map.poses[j];
    if (j === k || !pose || follower.isBroken(Math.min(j, k), Math.max(j, k))) continue;
    others.push({ pose, positions: follower.follow(k, j) });
  }
  const verdicts = new Uint8Array(positions.length >> 1);
  const stride = Math.max(1, Math.floor(verdicts.length / SAMPLE));
  for (let p = 0; p < verdicts.length; p += stride) {
    const views: PointInView[] = [{ pose: own, x: positions[2 * p] - cx, y: positions[2 * p + 1] - cy }];
    for (const other of others)
      if (!Number.isNaN(other.positions[2 * p]))
        views.push({ pose: other.pose, x: other.positions[2 * p] - cx, y: other.positions[2 * p + 1] - cy });
    if (views.length > 1)
      verdicts[p] = isAtRest(map.lens, views, DRIFT_PIXELS + DRIFT_SHARE * wayOf(views))
        ? EXPLAINED
        : UNEXPLAINED;
  }
  return verdicts;
}

/** How far the point goes from its own view to any other, pixels. */
function wayOf([own, ...others]: readonly PointInView[]): number {
  return Math.max(0, ...others.map(({ x, y }) => Math.hypot(x - own.x, y - own.y)));
}

/** Per point of keyframe k the way it goes to the next keyframe, or where it is lost, from the one before; NaN else. */
function movesOf({ keyframes }: VideoTracks, follower: PointFollower, k: number): Float32Array {
  const { positions, inNext } = keyframes[k];
  const moves = new Float32Array(positions.length).fill(Number.NaN);
  if (inNext.length > 0) for (let i = 0; i < moves.length; i++) moves[i] = inNext[i] - positions[i];
  if (k === 0) return moves;
  const before = follower.follow(k, k - 1);
  for (let i = 0; i < moves.length; i++) if (Number.isNaN(moves[i])) moves[i] = positions[i] - before[i];
  return moves;
}

/** 1 per cell around which most judged points are unexplained and go the same way, and on its neighbours. */
function voteCells(
  { width, height }: VideoTracks,
  positions: Float32Array,
  verdicts: Uint8Array,
  moves: Float32Array,
): Uint8Array {
  const { columns, rows } = cellsOf(width, height);
  const unexplained: number[][] = Array.from({ length: columns * rows }, () => []);
  const judged = new Uint16Array(columns * rows);
  for (let p = 0; p < verdicts.length; p++) {
    if (!verdicts[p] || Number.isNaN(positions[2 * p])) continue;
    const cell =
      Math.min(rows - 1, Math.max(0, Math.floor(positions[2 * p + 1] / CELL_PIXELS))) * columns +
      Math.min(columns - 1, Math.max(0, Math.floor(positions[2 * p] / CELL_PIXELS)));
    judged[cell]++;
    if (verdicts[p] === UNEXPLAINED) unexplained[cell].push(p);
  }
  const cells = new Uint8Array(columns * rows);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const votes: number[] = [];
      let voters = 0;
      const [low, high] = [Math.max(0, x - VOTE_RADIUS), Math.min(columns - 1, x + VOTE_RADIUS)];
      for (let v = Math.max(0, y - VOTE_RADIUS); v <= Math.min(rows - 1, y + VOTE_RADIUS); v++)
        for (let u = low; u <= high; u++) {
          votes.push(...unexplained[v * columns + u]);
          voters += judged[v * columns + u];
        }
      if (votes.length < LEAST_VOTES || votes.length < MOVING_SHARE * voters || !goTogether(moves, votes))
        continue;
      for (let v = Math.max(0, y - 1); v <= Math.min(rows - 1, y + 1); v++)
        cells.fill(1, v * columns + Math.max(0, x - 1), v * columns + Math.min(columns, x + 2));
    }
  return cells;
}

function goTogether(moves: Float32Array, points: readonly number[]): boolean {
  const x = median(points.map(p => moves[2 * p]));
  const y = median(points.map(p => moves[2 * p + 1]));
  const reach = Math.max(COHERENT_PIXELS, COHERENT_WAY * Math.hypot(x, y));
  const together = points.filter(p => Math.hypot(moves[2 * p] - x, moves[2 * p + 1] - y) <= reach);
  return together.length >= COHERENT_SHARE * points.length;
}
