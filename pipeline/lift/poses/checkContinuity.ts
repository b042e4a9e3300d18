import type { Lens } from './bundleAdjust.ts';
import { PointFollower } from './followPoints.ts';
import {
  type KeyframeMap,
  type PointInView,
  reprojectionSquared,
  triangulateViews,
  undistort,
} from './keyframeMap.ts';
import type { VideoTracks } from './trackVideo.ts';

/** How well one stretch of the path explains what the tracker followed along it. */
export interface Continuity {
  /** The stretch: three registered keyframes in a row, by their index in the video. */
  frames: [number, number, number];
  /** Points, of those tried, followed through all three. */
  followed: number;
  /** Share of them that some point in front of all three cameras explains. */
  explained: number;
}

const ERROR_PIXELS = 3;
/** As good as infinite in a map whose median depth is 1. */
const FAR = 1e4;
/** Points tried per stretch. */
const SAMPLE = 500;
/** Fewer followed points, or a smaller share of those tried, are no witness. */
const LEAST_FOLLOWED = 40;
const LEAST_FOLLOWED_SHARE = 0.1;

/**
 * Compares the path with the tracker, stretch by stretch. The map's own reprojection errors cannot show that the path
 * jumped from one look-alike place to another, because the matches that misled it fit it. Points that the tracker
 * followed from frame to frame do not: under a jump they would have to lie behind a camera or at two depths at once.
 * @returns the worst stretch; undefined where no stretch has witnesses.
 */
export function worstContinuity(tracks: VideoTracks, map: KeyframeMap): Continuity | undefined {
  const follower = new PointFollower(tracks.keyframes);
  let worst: Continuity | undefined;
  for (let k = 0; k + 2 < tracks.keyframes.length; k++) {
    const stretch = continuityAt(tracks, map, follower, k);
    if (stretch && (!worst || stretch.explained < worst.explained)) worst = stretch;
  }
  return worst;
}

function continuityAt(
  tracks: VideoTracks,
  map: KeyframeMap,
  follower: PointFollower,
  k: number,
): Continuity | undefined {
  const keyframes = [k, k + 1, k + 2];
  const poses = keyframes.flatMap(keyframe => map.poses[keyframe] ?? []);
  if (poses.length < keyframes.length || follower.isBroken(k, k + 2)) return undefined;
  const positions = keyframes.map(keyframe => follower.follow(k, keyframe));
  const cx = tracks.width / 2 - 0.5;
  const cy = tracks.height / 2 - 0.5;
  let tried = 0;
  let followed = 0;
  let explained = 0;
  const step = 2 * Math.max(1, Math.floor(positions[0].length / 2 / SAMPLE));
  for (let i = 0; i < positions[0].length; i += step) {
    tried++;
    if (positions.some(list => Number.isNaN(list[i]))) continue;
    followed++;
    const views = poses.map((pose, v) => ({ pose, x: positions[v][i] - cx, y: positions[v][i + 1] - cy }));
    if (isExplained(map.lens, views)) explained++;
  }
  if (followed < Math.max(LEAST_FOLLOWED, LEAST_FOLLOWED_SHARE * tried)) return undefined;
  const [a, b, c] = keyframes.map(keyframe => tracks.keyframes[keyframe].frame);
  return { frames: [a, b, c], followed, explained: explained / followed };
}

function isExplained(lens: Lens, views: readonly PointInView[]): boolean {
  const near = triangulateViews(lens, views);
  const fits = (point: readonly number[]) => {
    const position = Float64Array.from(point);
    return views.every(
      ({ pose, x, y }) => reprojectionSquared(pose, lens, position, 0, x, y) <= ERROR_PIXELS ** 2,
    );
  };
  if (near && fits(near)) return true;
  // Rays that are all but parallel may meet behind the camera by noise alone: such a point may be as far as it likes.
  const [{ pose, x, y }] = views;
  const [ux, uy] = undistort(lens, x, y);
  const inCamera = [ux / lens.focal, uy / lens.focal, 1].map((value, i) => FAR * value - pose.translation[i]);
  const { rotation: r } = pose;
  return fits([0, 1, 2].map(i => r[i] * inCamera[0] + r[3 + i] * inCamera[1] + r[6 + i] * inCamera[2]));
}
