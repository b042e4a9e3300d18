import { DirectorError } from '../../../engine/errors.ts';
import { type LongOptions, subProgress } from '../../../engine/progress.ts';
import { probeVideo } from '../../video/probeVideo.ts';
import type { SparsePoint, SparseReconstruction } from '../types.ts';
import { buildTracks, type TrackSet } from './buildTracks.ts';
import { type Continuity, worstContinuity } from './checkContinuity.ts';
import { closeLoops } from './closeLoops.ts';
import { focalHypotheses, focalOfFov, profileFocal } from './estimateFocal.ts';
import {
  judgeCuts,
  judgeParallax,
  judgePictures,
  judgeRigidity,
  judgeStillness,
  largestShift,
} from './judgeVideo.ts';
import { filterPoints, type KeyframeMap, measureMap, undistort } from './keyframeMap.ts';
import { FINAL, mapKeyframes, polishMap } from './mapKeyframes.ts';
import { registerFrames } from './registerFrames.ts';
import { trackVideo, type VideoTracks } from './trackVideo.ts';

export interface EstimatePosesOptions extends LongOptions {
  /** Horizontal field of view of the video, degrees, when it is known; otherwise it is estimated. */
  fovDegrees?: number;
  seed?: number;
}

const LONG_SIDE_PIXELS = 640;
const FEATURE_LIMIT = 1500;
/** Keyframes come after the view has shifted by this share of the width … */
const KEYFRAME_SHIFT = 0.035;
/** … or sooner where the whole video would give fewer keyframes than this. */
const LEAST_KEYFRAMES = 10;
/** Fewer registered keyframes than this share is no reconstruction of the take. */
const LEAST_REGISTERED_SHARE = 0.5;
/** A path that explains less than this share of what the tracker followed along some stretch jumps there. */
const LEAST_EXPLAINED = 0.4;
const LARGEST_MEDIAN_ERROR_PIXELS = 1.5;
/** A hypothesis on the focal length is tried on this many keyframes. */
const HYPOTHESIS_KEYFRAMES = 8;

export async function trackWithEnoughKeyframes(
  videoPath: string,
  framesExpected: number,
  options: LongOptions,
): Promise<VideoTracks> {
  const base = { maxLongSidePixels: LONG_SIDE_PIXELS, featureLimit: FEATURE_LIMIT, framesExpected };
  const tracks = await trackVideo(videoPath, {
    ...base,
    ...subProgress(options, 0, 0.7),
    keyframeShift: KEYFRAME_SHIFT,
  });
  judgePictures(tracks);
  const wanted = Math.min(LEAST_KEYFRAMES, tracks.frames.length);
  if (tracks.keyframes.length >= wanted) return tracks;
  if (tracks.keyframes.length <= 2) judgeStillness(tracks);
  const travelled = KEYFRAME_SHIFT * Math.max(0, tracks.keyframes.length - 2) + largestShift(tracks);
  return trackVideo(videoPath, {
    ...base,
    ...subProgress(options, 0.7, 1),
    keyframeShift: travelled / (wanted + 2),
  });
}

function chooseFocal(tracks: VideoTracks, set: TrackSet, seed: number, options: LongOptions): number {
  const profile = profileFocal(tracks, set.pairs, seed, options);
  const hypotheses = focalHypotheses(profile, tracks.width, 3);
  if (hypotheses.length === 1) return hypotheses[0];
  let best = hypotheses[0];
  let bestScore = -1;
  for (const focal of hypotheses) {
    const map = mapKeyframes(tracks, set, {
      focal,
      focalIsKnown: false,
      seed,
      keyframeLimit: HYPOTHESIS_KEYFRAMES,
      startLimit: 1,
      signal: options.signal,
    });
    if (!map) continue;
    const quality = measureMap(map);
    const score = quality.observations / (0.3 + quality.medianErrorPixels);
    if (score > bestScore) {
      bestScore = score;
      best = map.lens.focal;
    }
  }
  return best;
}

/**
 * Finds the camera of every frame of a video, its focal length and a sparse cloud of points.
 * @param videoPath any video that pipeline/video decodes; one continuous shot with a travelling camera.
 * @returns poses up to a similarity, OpenCV axes, with pixels of the working size (long side ≤ 640).
 * @throws what decodeVideo throws; LIFT_TOO_SHORT, LIFT_TOO_DARK, LIFT_NO_PARALLAX, LIFT_CUT, LIFT_MOSTLY_MOVING,
 *   LIFT_INCONSISTENT with the evidence in details; CANCELLED
 */
export async function estimatePoses(
  videoPath: string,
  options: EstimatePosesOptions = {},
): Promise<SparseReconstruction> {
  const seed = options.seed ?? 1;
  const info = await probeVideo(videoPath);
  const tracks = await trackWithEnoughKeyframes(
    videoPath,
    info.timesSeconds.length,
    subProgress(options, 0, 0.4),
  );
  return posesFromTracks(tracks, { ...options, seed, ...subProgress(options, 0.4, 1) });
}

/** The same from a video tracked already. @throws the LIFT_… errors of estimatePoses; CANCELLED */
export async function posesFromTracks(
  tracks: VideoTracks,
  options: EstimatePosesOptions,
): Promise<SparseReconstruction> {
  const seed = options.seed ?? 1;
  const knownFocal =
    options.fovDegrees === undefined ? undefined : focalOfFov(options.fovDegrees, tracks.width);
  let set = await buildTracks(tracks, seed, subProgress(options, 0, 0.33));
  judgeRigidity(tracks, set);
  judgeCuts(tracks, set);
  judgeParallax(tracks, set, knownFocal);

  let map = mapTake(tracks, set, seed, knownFocal, subProgress(options, 0.33, 0.8));
  let jump = jumpOf(tracks, map);
  if (jump) {
    set = await buildTracks(tracks, seed, { confirmedOnly: true, ...subProgress(options, 0.8, 0.82) });
    map = mapTake(tracks, set, seed, knownFocal, subProgress(options, 0.82, 0.85));
    jump = jumpOf(tracks, map);
  }
  const quality = measureMap(map);
  const share = quality.keyframes / tracks.keyframes.length;
  if (
    share < LEAST_REGISTERED_SHARE ||
    quality.keyframes < 3 ||
    quality.medianErrorPixels > LARGEST_MEDIAN_ERROR_PIXELS
  )
    throw new DirectorError(
      'LIFT_INCONSISTENT',
      `The views do not agree on one rigid place: ${quality.keyframes} of ${tracks.keyframes.length} keyframes fit, median error ${quality.medianErrorPixels.toFixed(2)} px.`,
      { details: { ...quality, keyframesTotal: tracks.keyframes.length } },
    );
  if (jump)
    throw new DirectorError(
      'LIFT_INCONSISTENT',
      `The path found jumps between frames ${jump.frames[0]} and ${jump.frames[2]}: it explains ${Math.round(100 * jump.explained)} % of what was followed there from frame to frame.`,
      { details: { ...jump, needed: LEAST_EXPLAINED } },
    );
  const closed = await closeLoops(tracks, set, map, {
    focal: map.lens.focal,
    focalIsKnown: knownFocal !== undefined,
    seed,
    ...subProgress(options, 0.85, 0.9),
  });
  if (closed && !jumpOf(tracks, closed.map)) ({ set, map } = closed);
  return describe(tracks, set, map, seed, subProgress(options, 0.9, 1));
}

function mapTake(
  tracks: VideoTracks,
  set: TrackSet,
  seed: number,
  knownFocal: number | undefined,
  options: LongOptions,
): KeyframeMap {
  const focal = knownFocal ?? chooseFocal(tracks, set, seed, subProgress(options, 0, 0.3));
  const mapOptions = {
    focal,
    focalIsKnown: knownFocal !== undefined,
    seed,
    ...subProgress(options, 0.3, 1),
  };
  const map = mapKeyframes(tracks, set, mapOptions);
  if (!map) {
    throw new DirectorError('LIFT_NO_PARALLAX', 'No two views show enough parallax to start from.', {
      details: { pairs: set.pairs.length, keyframes: tracks.keyframes.length },
    });
  }
  return polishMap(tracks, set, map, mapOptions);
}

function jumpOf(tracks: VideoTracks, map: KeyframeMap): Continuity | undefined {
  const worst = worstContinuity(tracks, map);
  return worst && worst.explained < LEAST_EXPLAINED ? worst : undefined;
}

function describe(
  tracks: VideoTracks,
  set: TrackSet,
  map: KeyframeMap,
  seed: number,
  options: LongOptions,
): SparseReconstruction {
  const { width, height } = tracks;
  const cx = width / 2 - 0.5;
  const cy = height / 2 - 0.5;
  const frames = registerFrames(tracks, set.tracks, map, seed, options);
  // Points that only held the path where it shows no parallax place no surface.
  filterPoints(map, FINAL);
  const { observations } = map;
  const points: SparsePoint[] = [];
  let rejected = 0;
  for (let t = 0; t < map.hasPoint.length; t++) {
    if (!map.hasPoint[t]) {
      if (observations.trackStart[t + 1] - observations.trackStart[t] >= 3) rejected++;
      continue;
    }
    const seen: SparsePoint['observations'] = [];
    for (let o = observations.trackStart[t]; o < observations.trackStart[t + 1]; o++) {
      if (!map.isActive[o]) continue;
      const [x, y] = undistort(map.lens, observations.pixels[2 * o], observations.pixels[2 * o + 1]);
      seen.push({ frame: tracks.keyframes[observations.keyframe[o]].frame, x: x + cx, y: y + cy });
    }
    points.push({
      position: [map.points[3 * t], map.points[3 * t + 1], map.points[3 * t + 2]],
      observations: seen,
    });
  }
  const proposed = set.attempts.reduce((sum, attempt) => sum + attempt.proposed, 0);
  const rigid = set.attempts.reduce((sum, attempt) => sum + attempt.rigid, 0);
  const lost = tracks.frames.length - frames.length;
  const dropped = [
    { what: 'frames', why: 'their view could not be tied to the map', count: lost },
    {
      what: 'matches',
      why: 'they move otherwise than the rigid scene: movers or mismatches',
      count: proposed - rigid,
    },
    {
      what: 'tracks',
      why: 'no single point explains them: movers, reflections or too little parallax',
      count: rejected,
    },
    { what: 'features', why: 'they sit on a static overlay', count: set.overlayPoints },
  ].filter(entry => entry.count > 0);
  const { focal } = map.lens;
  return {
    intrinsics: { fx: focal, fy: focal, cx, cy, width, height },
    frames,
    keyframes: tracks.keyframes.filter((_, k) => map.poses[k]).map(keyframe => keyframe.frame),
    points,
    medianReprojectionErrorPixels: measureMap(map).medianErrorPixels,
    framesTotal: tracks.frames.length,
    dropped,
  };
}
