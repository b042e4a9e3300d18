import { throwIfCancelled } from '../../../engine/progress.ts';
import { PointFollower } from '../poses/followPoints.ts';
import type { KeyframeMap } from '../poses/keyframeMap.ts';
import { median, type VideoTracks } from '../poses/trackVideo.ts';
import { isAtRest } from './isAtRest.ts';
import { CELL_PIXELS, cellsOf } from './pictureMasks.ts';

export interface Rigidity {
  /** Keyframes through which points were followed. */
  keyframes: number;
  /** Stretches of that length that had witnesses. */
  stretches: number;
  /** Of the points at rest at its beginning and at its end, the share that is at rest throughout; median stretch. */
  share: number;
}

/** Keyframes of a stretch: what melts looks rigid over three, and not over seven. */
const STRETCH = 7;
const LEAST_STRETCH = 5;
/** Keyframes at the beginning and at the end over which a witness must look rigid. */
const LOCAL = 3;
const LEAST_STRETCHES = 2;
const TOLERANCE_PIXELS = 2.5;
const SAMPLE = 500;
/** Fewer such points that hold out to the end of the stretch are no witnesses. */
const LEAST_WITNESSES = 25;

/**
 * Whether the place keeps its shape. A map's own errors cannot tell: where a scene melts, long tracks are refused one by
 * one and the short ones fit. Points that the tracker followed through a whole stretch cannot be refused. Those count
 * that look rigid at its beginning and at its end: in a place at rest they are so throughout, however often the tracker
 * slips elsewhere; where the place melts, the two ends disagree.
 * @param movers what moves by itself and is not asked, by index in the video.
 * @returns undefined where too few points hold out.
 */
export function measureRigidity(
  tracks: VideoTracks,
  map: KeyframeMap,
  movers: ReadonlyMap<number, Uint8Array>,
  signal: AbortSignal | undefined,
): Rigidity | undefined {
  const follower = new PointFollower(tracks.keyframes);
  const { columns } = cellsOf(tracks.width, tracks.height);
  const [cx, cy] = [tracks.width / 2 - 0.5, tracks.height / 2 - 0.5];
  const registered = map.poses.filter(pose => pose).length;
  const length = Math.min(STRETCH, registered - LEAST_STRETCHES + 1);
  if (length < LEAST_STRETCH) return undefined;
  const shares: number[] = [];
  const advance = Math.max(1, Math.min(length >> 1, tracks.keyframes.length - length));
  for (let k = 0; k + length <= tracks.keyframes.length; k += advance) {
    throwIfCancelled(signal);
    const poses = map.poses.slice(k, k + length).filter(pose => pose !== undefined);
    if (poses.length < length || follower.isBroken(k, k + length - 1)) continue;
    const positions = poses.map((_, i) => follower.follow(k, k + i));
    const hidden = movers.get(tracks.keyframes[k].frame);
    let witnesses = 0;
    let atRest = 0;
    const step = 2 * Math.max(1, Math.floor(positions[0].length / 2 / SAMPLE));
    for (let p = 0; p < positions[0].length; p += step) {
      const [x, y] = [positions[0][p], positions[0][p + 1]];
      if (hidden?.[Math.floor(y / CELL_PIXELS) * columns + Math.floor(x / CELL_PIXELS)]) continue;
      if (positions.some(list => Number.isNaN(list[p]))) continue;
      const views = poses.map((pose, i) => ({ pose, x: positions[i][p] - cx, y: positions[i][p + 1] - cy }));
      const holds = (part: typeof views) => isAtRest(map.lens, part, TOLERANCE_PIXELS);
      // What does not even hold over three keyframes moves by itself, or the tracker has slipped.
      if (!holds(views.slice(0, LOCAL)) || !holds(views.slice(-LOCAL))) continue;
      witnesses++;
      if (holds(views)) atRest++;
    }
    if (witnesses >= LEAST_WITNESSES) shares.push(atRest / witnesses);
  }
  if (shares.length < LEAST_STRETCHES) return undefined;
  return { keyframes: length, stretches: shares.length, share: median(shares) };
}
