import type { TrackSet } from './buildTracks.ts';
import type { VideoTracks } from './trackVideo.ts';

/** A stretch of the video whose views connect. */
export interface Shot {
  /** Indices into keyframes, both included. */
  firstKeyframe: number;
  lastKeyframe: number;
  /** Indices in the video, both included. */
  firstFrame: number;
  lastFrame: number;
  firstSeconds: number;
  /** Whether it begins with a jump between two pictures that each hold enough to match, not with a blank or a melt. */
  beginsWithCut: boolean;
}

/** At a cut the tracker loses all but chance hits from one frame to the next. */
export const MOST_SURVIVAL_AT_CUT = 0.2;
/** A picture with fewer features is blank, dark or blurred: losing the views there is no cut. */
const FEATURES_OF_A_PICTURE = 100;

/** Splits the video where no pair of keyframes connects one side with the other. */
export function findShots(tracks: VideoTracks, set: TrackSet): Shot[] {
  const { keyframes, frames, evidence } = tracks;
  const survivalOf = new Map(evidence.map(({ frame, survival }) => [frame, survival]));
  const bridged = new Uint8Array(keyframes.length);
  for (const { a, b } of set.pairs) for (let k = a; k < b; k++) bridged[k] = 1;
  const timeOf = new Map(frames.map(({ frame, timeSeconds }) => [frame, timeSeconds]));
  const isFull = (k: number) => keyframes[k].features.count >= FEATURES_OF_A_PICTURE;
  const shots: Shot[] = [];
  let first = 0;
  for (let k = 0; k < keyframes.length; k++) {
    if (k + 1 < keyframes.length && bridged[k]) continue;
    const firstFrame = keyframes[first].frame;
    const next = keyframes[k + 1]?.frame ?? Number.POSITIVE_INFINITY;
    const within = frames.filter(({ frame }) => frame >= firstFrame && frame < next);
    shots.push({
      firstKeyframe: first,
      lastKeyframe: k,
      firstFrame,
      lastFrame: within[within.length - 1]?.frame ?? firstFrame,
      firstSeconds: timeOf.get(firstFrame) ?? 0,
      beginsWithCut:
        first > 0 &&
        isFull(first - 1) &&
        isFull(first) &&
        (survivalOf.get(firstFrame) ?? 0) < MOST_SURVIVAL_AT_CUT,
    });
    first = k + 1;
  }
  return shots;
}

/** The video as if it held only this shot; indices in the video stay. */
export function tracksOfShot(tracks: VideoTracks, shot: Shot): VideoTracks {
  const isWithin = ({ frame }: { frame: number }) => frame >= shot.firstFrame && frame <= shot.lastFrame;
  const keyframes = tracks.keyframes.slice(shot.firstKeyframe, shot.lastKeyframe + 1);
  const last = keyframes[keyframes.length - 1];
  keyframes[keyframes.length - 1] = { ...last, inNext: new Float32Array(0) };
  return {
    ...tracks,
    keyframes,
    frames: tracks.frames
      .filter(isWithin)
      .map(entry => ({ ...entry, keyframe: entry.keyframe - shot.firstKeyframe })),
    evidence: tracks.evidence.filter(isWithin),
  };
}

/** The shot's part of what was matched over the whole video. */
export function setOfShot(set: TrackSet, { firstKeyframe, lastKeyframe }: Shot): TrackSet {
  const isWithin = ({ a, b }: { a: number; b: number }) => a >= firstKeyframe && b <= lastKeyframe;
  const shift = <T extends { a: number; b: number }>(pair: T): T => ({
    ...pair,
    a: pair.a - firstKeyframe,
    b: pair.b - firstKeyframe,
  });
  return {
    ...set,
    pairs: set.pairs.filter(isWithin).map(shift),
    attempts: set.attempts.filter(isWithin).map(shift),
    tracks: set.tracks
      .filter(({ keyframes }) => keyframes[0] >= firstKeyframe && keyframes[0] <= lastKeyframe)
      .map(({ keyframes, points }) => ({ keyframes: keyframes.map(k => k - firstKeyframe), points })),
  };
}
