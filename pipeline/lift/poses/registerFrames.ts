import { type LongOptions, throwIfCancelled } from '../../../engine/progress.ts';
import { createRandom } from '../../../engine/random.ts';
import type { CameraFromWorld, RegisteredFrame } from '../types.ts';
import { estimateAbsolutePose, type PointsInImage } from './absolutePose.ts';
import type { Track } from './buildTracks.ts';
import { type KeyframeMap, undistort } from './keyframeMap.ts';
import { multiply3, rotationFromVector, transpose3, vectorFromRotation } from './smallMatrices.ts';
import type { TrackedFrame, VideoTracks } from './trackVideo.ts';

const THRESHOLD_PIXELS = 2;
const LEAST_INLIERS = 12;
const LEAST_SHARE = 0.3;

/** Pose a share of the way from a to b: rotation along the geodesic, camera centre along the line. */
export function interpolatePose(a: CameraFromWorld, b: CameraFromWorld, share: number): CameraFromWorld {
  const turn = vectorFromRotation(multiply3(b.rotation, transpose3(a.rotation)));
  const rotation = multiply3(
    rotationFromVector(turn[0] * share, turn[1] * share, turn[2] * share),
    a.rotation,
  );
  const centre = [0, 1, 2].map(k => {
    const of = ({ rotation: r, translation: t }: CameraFromWorld) =>
      -(r[k] * t[0] + r[3 + k] * t[1] + r[6 + k] * t[2]);
    return of(a) * (1 - share) + of(b) * share;
  });
  const translation = Float64Array.from(
    [0, 1, 2].map(
      k => -(rotation[3 * k] * centre[0] + rotation[3 * k + 1] * centre[1] + rotation[3 * k + 2] * centre[2]),
    ),
  );
  return { rotation, translation };
}

/**
 * Gives every frame its pose: keyframes theirs, the others by resection of the keyframe's points that the tracker led there.
 */
export function registerFrames(
  video: VideoTracks,
  tracks: Track[],
  map: KeyframeMap,
  seed: number,
  options: LongOptions,
): RegisteredFrame[] {
  const trackOfPoint = video.keyframes.map(keyframe =>
    new Int32Array(keyframe.positions.length >> 1).fill(-1),
  );
  tracks.forEach((track, t) => {
    if (!map.hasPoint[t]) return;
    const start = map.observations.trackStart[t];
    track.points.forEach((point, k) => {
      if (map.isActive[start + k]) trackOfPoint[track.keyframes[k]][point] = t;
    });
  });
  const cx = video.width / 2 - 0.5;
  const cy = video.height / 2 - 0.5;
  const registered: RegisteredFrame[] = [];
  for (const [index, entry] of video.frames.entries()) {
    throwIfCancelled(options.signal);
    const { frame, timeSeconds } = entry;
    const own = map.poses[entry.keyframe];
    let pose: CameraFromWorld | undefined;
    if (entry.positions.length === 0) pose = own;
    else if (own) pose = resect(video, entry, map, trackOfPoint[entry.keyframe], cx, cy, own, seed);
    if (pose) registered.push({ frame, timeSeconds, cameraFromWorld: pose });
    options.onProgress?.({
      stage: 'register',
      fraction: (index + 1) / video.frames.length,
      message: `frame ${index + 1}`,
    });
  }
  return registered;
}

function resect(
  video: VideoTracks,
  entry: TrackedFrame,
  map: KeyframeMap,
  trackOfPoint: Int32Array,
  cx: number,
  cy: number,
  own: CameraFromWorld,
  seed: number,
): CameraFromWorld | undefined {
  const points: number[] = [];
  const pixels: number[] = [];
  for (let p = 0; p < trackOfPoint.length; p++) {
    const t = trackOfPoint[p];
    const x = entry.positions[2 * p];
    if (t < 0 || Number.isNaN(x)) continue;
    points.push(map.points[3 * t], map.points[3 * t + 1], map.points[3 * t + 2]);
    pixels.push(...undistort(map.lens, x - cx, entry.positions[2 * p + 1] - cy));
  }
  const data: PointsInImage = { points: Float64Array.from(points), pixels: Float64Array.from(pixels) };
  const next = map.poses[entry.keyframe + 1];
  const from = video.keyframes[entry.keyframe].frame;
  const to = video.keyframes[entry.keyframe + 1]?.frame ?? from + 1;
  const guess = next ? interpolatePose(own, next, (entry.frame - from) / (to - from)) : own;
  const random = createRandom(seed).fork(`frame ${entry.frame}`);
  const fit = estimateAbsolutePose(data, map.lens.focal, THRESHOLD_PIXELS, random, guess, 100);
  if (!fit || fit.inlierCount < LEAST_INLIERS || fit.inlierCount < LEAST_SHARE * fit.inliers.length)
    return undefined;
  return fit.pose;
}
