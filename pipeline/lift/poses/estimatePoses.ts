import { DirectorError, toDirectorError } from '../../../engine/errors.ts';
import { type LongOptions, subProgress } from '../../../engine/progress.ts';
import type { DecodeOptions } from '../../video/decodeVideo.ts';
import { readFocalTag } from '../../video/readFocalTag.ts';
import { confirmOverlays } from '../masks/confirmOverlays.ts';
import { findMovers, type MoverSearch } from '../masks/findMovers.ts';
import { measureMelting } from '../masks/measureMelting.ts';
import type { SparsePoint, SparseReconstruction } from '../types.ts';
import { buildTracks, type TrackSet } from './buildTracks.ts';
import { type Continuity, worstContinuity } from './checkContinuity.ts';
import { chooseFocal } from './chooseFocal.ts';
import { closeLoops } from './closeLoops.ts';
import { type FocalPrior, focalOfFov } from './estimateFocal.ts';
import { judgeMap, judgeRegistered, noStart } from './judgeMap.ts';
import { judgeParallax, judgePictures, judgeShot, refusalOf } from './judgeVideo.ts';
import { filterPoints, type KeyframeMap, measureMap, undistort } from './keyframeMap.ts';
import { FINAL, mapKeyframes, polishMap } from './mapKeyframes.ts';
import { registerFrames } from './registerFrames.ts';
import { findShots, type Shot, setOfShot, tracksOfShot } from './shots.ts';
import { surveyAndTrack } from './surveyAndTrack.ts';
import { priorOfTag } from './taggedFocal.ts';
import type { VideoTracks } from './trackVideo.ts';

export interface EstimatePosesOptions extends LongOptions, Pick<DecodeOptions, 'info'> {
  /** Horizontal field of view of the picture, degrees, when it is known; otherwise it is estimated. */
  fovDegrees?: number | undefined;
  seed?: number | undefined;
  /** Which shot of the video to use, from 1; absent: the longest that can be lifted. */
  shot?: number | undefined;
  /** Default FULL_DETAIL. */
  detail?: PoseDetail | undefined;
}

/** How finely a video is looked at: the work grows with the pixels and the features, the error shrinks. */
export interface PoseDetail {
  longSidePixels: number;
  /** Of each keyframe. */
  features: number;
}

export const FULL_DETAIL: PoseDetail = { longSidePixels: 640, features: 1500 };
/** Less than half of the time; `bench lift-poses -- --draft` says what it costs in accuracy. */
export const DRAFT_DETAIL: PoseDetail = { longSidePixels: 320, features: 450 };
/** A path that explains less than this share of what the tracker followed along some stretch jumps there. */
const LEAST_EXPLAINED = 0.4;

/** Movers that take less of the picture than this leave the map as it is. */
const NOTABLE_MOVERS = 0.04;

/**
 * Finds the camera of every frame of a video, its focal length and a sparse cloud of points.
 * @param videoPath any video that pipeline/video decodes; of several shots the longest that can be lifted, or the
 *   one that is asked for.
 * @returns poses up to a similarity, OpenCV axes, with pixels of the working size (by `detail`) of the picture
 *   within its bars.
 * @throws what decodeVideo throws; LIFT_TOO_SHORT, LIFT_TOO_DARK, LIFT_NO_PARALLAX, LIFT_CUT, LIFT_MOSTLY_MOVING,
 *   LIFT_INCONSISTENT with the evidence in details; USAGE for a shot that the video lacks; CANCELLED
 */
export async function estimatePoses(
  videoPath: string,
  options: EstimatePosesOptions = {},
): Promise<SparseReconstruction> {
  const seed = options.seed ?? 1;
  const detail = options.detail ?? FULL_DETAIL;
  const { survey, tracks } = await surveyAndTrack(videoPath, {
    detail,
    info: options.info,
    ...subProgress(options, 0, 0.4),
  });
  tracks.masks = { ...tracks.masks, overlays: confirmOverlays(tracks) };
  const { videoWidth, videoHeight, crop, repeated, frames } = survey;
  const picture = { videoWidth, videoHeight, crop };
  const millimeters = options.fovDegrees === undefined ? await readFocalTag(videoPath) : undefined;
  const sparse = await posesFromTracks(tracks, {
    ...options,
    seed,
    tagged: millimeters === undefined ? undefined : priorOfTag(millimeters, picture, tracks.width),
    ...subProgress(options, 0.4, 1),
  });
  if (repeated.length > 0)
    sparse.dropped.unshift({
      what: 'repeated frames',
      why: 'they show what an earlier frame showed, and have its camera',
      count: repeated.length,
    });
  return { ...sparse, framesTotal: frames, picture, repeated };
}

export interface TrackedOptions extends EstimatePosesOptions {
  /** What the container says of the focal length; fovDegrees outdoes it. */
  tagged?: FocalPrior | undefined;
}

/** The same from a video tracked already. @throws the LIFT_… errors of estimatePoses; USAGE; CANCELLED */
export async function posesFromTracks(
  tracks: VideoTracks,
  options: TrackedOptions,
): Promise<SparseReconstruction> {
  const set = await buildTracks(tracks, options.seed ?? 1, subProgress(options, 0, 0.33));
  const shots = findShots(tracks, set);
  const rest = { ...options, ...subProgress(options, 0.33, 1) };
  const refusals: { shot: Shot; error: DirectorError }[] = [];
  const isOne = shots.length === 1 || options.shot !== undefined;
  for (const shot of shotsToTry(shots, options.shot)) {
    try {
      if (!isOne) judgeShot(tracks, shot, 1);
      const sparse = await posesOfShot(tracksOfShot(tracks, shot), setOfShot(set, shot), rest);
      const others = shots.length - 1;
      if (others === 0) return sparse;
      const within = tracks.frames.filter(({ frame }) => frame >= shot.firstFrame && frame <= shot.lastFrame);
      if (!isOne) judgeShot(tracks, shot, sparse.frames.length / within.length);
      sparse.dropped.unshift({
        what: 'frames',
        why: `they belong to ${others === 1 ? 'another shot' : 'other shots'} than ${shots.indexOf(shot) + 1} of ${shots.length}`,
        count: tracks.frames.length - within.length,
      });
      return { ...sparse, shot: { number: shots.indexOf(shot) + 1, of: shots.length } };
    } catch (thrown) {
      const error = toDirectorError(thrown);
      if (!error.code.startsWith('LIFT_')) throw error;
      refusals.push({ shot, error });
    }
  }
  throw refusalOf(tracks, shots, refusals, options.shot !== undefined);
}

/** Longest first, so that most of the take is used. @throws USAGE for a shot that there is not */
function shotsToTry(shots: Shot[], asked: number | undefined): Shot[] {
  if (asked === undefined)
    return [...shots].sort(
      (p, q) => q.lastFrame - q.firstFrame - (p.lastFrame - p.firstFrame) || p.firstFrame - q.firstFrame,
    );
  const shot = shots[asked - 1];
  if (shot) return [shot];
  throw new DirectorError('USAGE', `There is no shot ${asked}: the video has ${shots.length}.`, {
    suggestion: `Give --shot 1${shots.length > 1 ? ` to ${shots.length}` : ''}, or leave it out.`,
  });
}

async function posesOfShot(
  tracks: VideoTracks,
  matched: TrackSet,
  options: TrackedOptions,
): Promise<SparseReconstruction> {
  const seed = options.seed ?? 1;
  const knownFocal =
    options.fovDegrees === undefined ? undefined : focalOfFov(options.fovDegrees, tracks.width);
  judgePictures(tracks, tracks.frames.length);
  const parallax = judgeParallax(tracks, matched, knownFocal);

  let set = matched;
  const known = { focal: knownFocal, tagged: options.tagged };
  const first = mapTake(tracks, set, seed, known, subProgress(options, 0, 0.7));
  if (!first) throw noStart(tracks, set);
  let { map, focalPrior } = first;
  let search = findMovers(tracks, map, options.signal);
  let jump = jumpOf(tracks, map);
  if (jump || search.share > NOTABLE_MOVERS) {
    // Once more without what moves by itself, and where the path jumps, without matches that the tracker denies.
    const masked = { ...tracks, masks: { ...tracks.masks, movers: search.movers } };
    const clean = await buildTracks(masked, seed, {
      confirmedOnly: jump !== undefined,
      ...subProgress(options, 0.7, 0.73),
    });
    const again = mapTake(masked, clean, seed, known, subProgress(options, 0.73, 0.77));
    // Masks that take the place itself away tear the map: then the one with everything in it counts.
    if (again && (jump || measureMap(again.map).keyframes >= measureMap(map).keyframes)) {
      set = clean;
      ({ map, focalPrior } = again);
      search = findMovers(tracks, map, options.signal);
      jump = jumpOf(tracks, map);
    }
  }
  const melting = measureMelting(tracks, map, search.movers, options.signal);
  judgeMap(tracks, set, map, search, parallax, melting);
  if (jump)
    throw new DirectorError(
      'LIFT_INCONSISTENT',
      `The path found jumps between frames ${jump.frames[0]} and ${jump.frames[2]}: it explains ${Math.round(100 * jump.explained)} % of what was followed there from frame to frame.`,
      { details: { ...jump, needed: LEAST_EXPLAINED } },
    );
  const closed = await closeLoops(tracks, set, map, {
    focal: map.lens.focal,
    focalPrior,
    seed,
    ...subProgress(options, 0.77, 0.85),
  });
  if (closed && !jumpOf(tracks, closed.map)) ({ set, map } = closed);
  const sparse = describe(tracks, set, map, search, seed, subProgress(options, 0.85, 1));
  judgeRegistered(tracks, sparse.frames.length);
  return sparse;
}

function mapTake(
  tracks: VideoTracks,
  set: TrackSet,
  seed: number,
  known: { focal: number | undefined; tagged: FocalPrior | undefined },
  options: LongOptions,
): { map: KeyframeMap; focalPrior: FocalPrior | undefined } | undefined {
  const { focal, focalPrior } =
    known.focal === undefined
      ? chooseFocal(tracks, set, seed, known.tagged, subProgress(options, 0, 0.3))
      : { focal: known.focal, focalPrior: undefined };
  const mapOptions = { focal, focalPrior, seed, ...subProgress(options, 0.3, 1) };
  const map = mapKeyframes(tracks, set, mapOptions);
  return map && { map: polishMap(tracks, set, map, mapOptions), focalPrior };
}

function jumpOf(tracks: VideoTracks, map: KeyframeMap): Continuity | undefined {
  const worst = worstContinuity(tracks, map);
  return worst && worst.explained < LEAST_EXPLAINED ? worst : undefined;
}

function describe(
  tracks: VideoTracks,
  set: TrackSet,
  map: KeyframeMap,
  search: MoverSearch,
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
    { what: 'features', why: 'a mask hides them: overlays and movers', count: set.hiddenPoints },
  ].filter(entry => entry.count > 0);
  const { focal } = map.lens;
  return {
    intrinsics: { fx: focal, fy: focal, cx, cy, width, height },
    frames,
    keyframes: tracks.keyframes.filter((_, k) => map.poses[k]).map(keyframe => keyframe.frame),
    points,
    medianReprojectionErrorPixels: measureMap(map).medianErrorPixels,
    framesTotal: tracks.frames.length,
    masks: { ...tracks.masks, movers: search.movers },
    dropped,
  };
}
