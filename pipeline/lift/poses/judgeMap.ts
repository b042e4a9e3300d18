import { DirectorError } from '../../../engine/errors.ts';
import type { MoverSearch } from '../masks/findMovers.ts';
import type { Melting } from '../masks/measureMelting.ts';
import type { TrackSet } from './buildTracks.ts';
import type { ParallaxEvidence } from './judgeVideo.ts';
import { type KeyframeMap, measureMap } from './keyframeMap.ts';
import { MOST_SURVIVAL_AT_CUT } from './shots.ts';
import { median, type VideoTracks } from './trackVideo.ts';

const LARGEST_MEDIAN_ERROR_PIXELS = 1.5;
/** Fewer registered keyframes than this share is no reconstruction of the take. */
const LEAST_REGISTERED_SHARE = 0.5;
/** The same of all its frames, which are placed between keyframes where those stand close. */
const LEAST_REGISTERED_FRAMES = 0.4;
/** Where no rigid place comes about, this much is enough: what the rotations leave moves by itself. */
const MOSTLY_ROTATION_SHARE = 0.7;
/**
 * What neighbouring points may miss together, in units of what codec, shutter and lens do: filmed places show 0.2, coarsely
 * compressed ones 0.46, generated ones that change their shape 0.6 to 1.4 (docs/lift-robust.md).
 */
const MOST_MELTING = 0.55;
/** Mean share of the picture that may move by itself: beyond it the movers may have won the path from the place. */
const MOST_MOVERS_SHARE = 0.45;
/** Share of the followed points that the finished path must explain: a busy motorway still has 0.65. */
const LEAST_EXPLAINED_SHARE = 0.5;
/** A take that jumps so often … */
const LEAST_JUMPS = 3;
/** … yet not so often that it is rather filmed with few frames a second … */
const MOST_JUMPS_SHARE = 0.33;
/** … and never goes on for this share of its length is cut up. A viewer's recording that stutters goes on for 0.6. */
const LEAST_STRETCH_SHARE = 0.25;
/** Median share of matches that one rigid motion explains, under which most of the picture moves by itself. */
const LEAST_RIGID_SHARE = 0.5;

/** The registry's own fix asks for texture too, which a scene that melts may well have. */
const MELTING_MENDED =
  'Ask for things that keep their shape: "a static place, every object keeps its rigid shape and its place, nothing morphs, slow steady camera".';

/** Median share of the matches between neighbouring keyframes that one rigid motion explains; undefined without witnesses. */
function rigidShare(set: TrackSet): number | undefined {
  const neighbours = set.attempts.filter(attempt => attempt.b - attempt.a === 1 && attempt.proposed >= 40);
  if (neighbours.length < 2) return undefined;
  return median(neighbours.map(attempt => attempt.rigid / attempt.proposed));
}

interface Jumps {
  /** Times that the tracker lost all but chance hits from one frame to the next. */
  jumps: number;
  /** The longest stretch without, and the whole, seconds. */
  longestSeconds: number;
  seconds: number;
}

function jumpsOf({ evidence }: VideoTracks): Jumps {
  const first = evidence[0]?.timeSeconds ?? 0;
  let jumps = 0;
  let start = first;
  let longestSeconds = 0;
  for (const { survival, timeSeconds } of evidence) {
    if (survival < MOST_SURVIVAL_AT_CUT) {
      jumps++;
      start = timeSeconds;
    }
    longestSeconds = Math.max(longestSeconds, timeSeconds - start);
  }
  return { jumps, longestSeconds, seconds: (evidence[evidence.length - 1]?.timeSeconds ?? 0) - first };
}

/** Whether the take is cut into short shots that one place seems to hold: what ties them are look-alikes. */
function isCutUp({ jumps, longestSeconds, seconds }: Jumps, frames: number): boolean {
  return (
    jumps >= LEAST_JUMPS &&
    jumps <= MOST_JUMPS_SHARE * frames &&
    longestSeconds < LEAST_STRETCH_SHARE * seconds
  );
}

/** The verdict on a shot in which no two views show enough to start a map from. */
export function noStart(tracks: VideoTracks, set: TrackSet): DirectorError {
  return new DirectorError('LIFT_NO_PARALLAX', 'No two views show enough parallax to start from.', {
    details: { pairs: set.pairs.length, keyframes: tracks.keyframes.length },
  });
}

/** Refuses a map that leaves out most of the take, does not agree with what the tracker saw, or whose place melts. */
export function judgeMap(
  tracks: VideoTracks,
  set: TrackSet,
  map: KeyframeMap,
  search: MoverSearch,
  parallax: ParallaxEvidence,
  melting: Melting | undefined,
): void {
  const quality = measureMap(map);
  const rigid = rigidShare(set);
  const keyframesTotal = tracks.keyframes.length;
  const moving = (share: number, evidence: Record<string, unknown>) =>
    new DirectorError(
      'LIFT_MOSTLY_MOVING',
      `Most of the picture moves by itself: one rigid motion explains ${Math.round(100 * share)} % of what was followed, and movers take ${Math.round(100 * search.share)} % of the picture.`,
      { details: { ...evidence, keyframesTotal } },
    );
  const cuts = jumpsOf(tracks);
  const melts = melting !== undefined && melting.shared > MOST_MELTING;
  const isMissing =
    quality.keyframes < LEAST_REGISTERED_SHARE * keyframesTotal ||
    quality.keyframes < 3 ||
    quality.medianErrorPixels > LARGEST_MEDIAN_ERROR_PIXELS;
  if ((isMissing || melts) && parallax.medianShare >= MOSTLY_ROTATION_SHARE)
    throw new DirectorError(
      'LIFT_NO_PARALLAX',
      `The camera turns without travelling: rotations explain ${Math.round(100 * parallax.medianShare)} % of the matches between its views, and the rest moves by itself.`,
      { details: { ...parallax, ...quality, ...melting, keyframesTotal } },
    );
  if (isMissing) {
    if (cuts.jumps > 0)
      throw new DirectorError(
        'LIFT_CUT',
        `The view jumps ${cuts.jumps} times, and no shot between holds most of the take: ${quality.keyframes} of ${keyframesTotal} keyframes fit one place.`,
        { details: { ...cuts, ...quality, keyframesTotal } },
      );
    if (rigid !== undefined && rigid < LEAST_RIGID_SHARE)
      throw moving(rigid, { rigidShare: rigid, needed: LEAST_RIGID_SHARE, ...quality });
    throw new DirectorError(
      'LIFT_INCONSISTENT',
      `The views do not agree on one rigid place: ${quality.keyframes} of ${keyframesTotal} keyframes fit, median error ${quality.medianErrorPixels.toFixed(2)} px.`,
      { details: { ...quality, keyframesTotal } },
    );
  }
  if (isCutUp(cuts, tracks.frames.length))
    throw new DirectorError(
      'LIFT_CUT',
      `The view jumps ${cuts.jumps} times, and never goes on for longer than ${cuts.longestSeconds.toFixed(2)} of ${cuts.seconds.toFixed(2)} s.`,
      { details: { ...cuts, neededShare: LEAST_STRETCH_SHARE, keyframesTotal } },
    );
  if (search.explained < LEAST_EXPLAINED_SHARE || search.share > MOST_MOVERS_SHARE)
    throw moving(search.explained, {
      explained: search.explained,
      needed: LEAST_EXPLAINED_SHARE,
      moversShare: search.share,
      moversLimit: MOST_MOVERS_SHARE,
    });
  if (melts)
    throw new DirectorError(
      'LIFT_INCONSISTENT',
      `The scene melts: over ${melting.keyframes} keyframes neighbouring points leave the places that fit them best together, by ${melting.sharedPixels.toFixed(2)} px of ${melting.width}; that is ${(melting.shared / MOST_MELTING).toFixed(1)} times what a rigid place may show.`,
      {
        suggestion: MELTING_MENDED,
        details: { ...melting, limit: MOST_MELTING, keyframesTotal },
      },
    );
}

/** Refuses a shot most of whose frames found no place in the map, though its keyframes hang together. */
export function judgeRegistered(tracks: VideoTracks, registered: number): void {
  const frames = tracks.frames.length;
  if (registered >= LEAST_REGISTERED_FRAMES * frames) return;
  const { jumps } = jumpsOf(tracks);
  throw new DirectorError(
    jumps > 0 ? 'LIFT_CUT' : 'LIFT_INCONSISTENT',
    `${registered} of ${frames} frames could be placed; ${jumps > 0 ? `the view jumps ${jumps} times` : 'the rest do not agree with them'}.`,
    { details: { registered, frames, jumps, needed: LEAST_REGISTERED_FRAMES } },
  );
}
