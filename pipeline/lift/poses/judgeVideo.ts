import { DirectorError } from '../../../engine/errors.ts';
import { createRandom } from '../../../engine/random.ts';
import { correspondencesOf, type KeyframePair, type TrackSet } from './buildTracks.ts';
import { focalOfFov } from './estimateFocal.ts';
import type { Correspondences } from './fundamental.ts';
import { cross, dot3, type Matrix3, multiply3, normalized, transpose3 } from './smallMatrices.ts';
import { median, type VideoTracks } from './trackVideo.ts';

/** Fewer frames than this cannot show parallax that outweighs the noise. */
const LEAST_FRAMES = 5;
/** Mean luma of 255 under which a compressed picture holds codec noise instead of texture. */
const DARK_LUMA = 14;
const DARK_FEATURES = 120;
/** A camera whose view shifts by less than this share of the width over the whole video gives no depth. */
const LEAST_SHIFT = 0.01;
/** Pairs that a rotation explains this well hold no parallax. */
const ROTATION_SHARE = 0.94;
/** From here on the focal length may be what keeps a rotation from explaining the rest. */
const CLOSER_LOOK_SHARE = 0.4;
const ROTATION_THRESHOLD_PIXELS = 1.5;
/** A shot that covers this share of the video is lifted, and the rest reported as dropped. */
const MAIN_SHOT_SHARE = 0.85;
/** Median share of matches that one rigid motion explains, under which most of the picture moves by itself. */
const LEAST_RIGID_SHARE = 0.5;

/** Refuses what the pixels alone rule out: too few frames, darkness. */
export function judgePictures(tracks: VideoTracks): void {
  const frames = tracks.frames.length;
  if (frames < LEAST_FRAMES)
    throw new DirectorError(
      'LIFT_TOO_SHORT',
      `The take has ${frames} frames; at least ${LEAST_FRAMES} are needed.`,
      {
        details: { frames, needed: LEAST_FRAMES },
      },
    );
  const meanLuma = median(tracks.evidence.map(entry => entry.meanLuma));
  const features = median(tracks.keyframes.map(keyframe => keyframe.features.count));
  if (meanLuma < DARK_LUMA && features < DARK_FEATURES)
    throw new DirectorError(
      'LIFT_TOO_DARK',
      `The take is too dark: mean luma ${meanLuma.toFixed(1)} of 255, ${features} features a frame.`,
      {
        details: { meanLuma, features, lumaLimit: DARK_LUMA, featuresNeeded: DARK_FEATURES },
      },
    );
}

/** Largest shift of the view between keyframes, as a share of the frame's width. */
export function largestShift(tracks: VideoTracks): number {
  return Math.max(0, ...tracks.evidence.map(entry => entry.medianShiftPixels)) / tracks.width;
}

/** Refuses a view that stands still. */
export function judgeStillness(tracks: VideoTracks): void {
  const shift = largestShift(tracks);
  if (shift < LEAST_SHIFT)
    throw new DirectorError(
      'LIFT_NO_PARALLAX',
      `The camera stands still: the picture shifts by ${(100 * shift).toFixed(2)} % of its width at most.`,
      { details: { largestShiftShare: shift, needed: LEAST_SHIFT, frames: tracks.frames.length } },
    );
}

/** Share of matches within the threshold of the best pure rotation at this focal length, by two-match samples. */
function rotationShare(c: Correspondences, focal: number, cx: number, cy: number, seed: string): number {
  const count = c.length >> 2;
  const rays = new Float64Array(count * 6);
  for (let i = 0; i < count; i++) {
    rays.set(normalized([(c[4 * i] - cx) / focal, (c[4 * i + 1] - cy) / focal, 1]), 6 * i);
    rays.set(normalized([(c[4 * i + 2] - cx) / focal, (c[4 * i + 3] - cy) / focal, 1]), 6 * i + 3);
  }
  const frameOf = (i: number, j: number, offset: number): Matrix3 => {
    const a = rays.subarray(6 * i + offset, 6 * i + offset + 3);
    const b = rays.subarray(6 * j + offset, 6 * j + offset + 3);
    const x = normalized([a[0] + b[0], a[1] + b[1], a[2] + b[2]]);
    const z = normalized(cross(a, b));
    const y = cross(z, x);
    return Float64Array.of(x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]);
  };
  const limit = Math.cos(ROTATION_THRESHOLD_PIXELS / focal);
  const random = createRandom(seed);
  let best = 0;
  for (let iteration = 0; iteration < 60; iteration++) {
    const i = random.integer(count);
    const j = random.integer(count);
    // Far-apart matches pin a rotation down; near ones amplify their noise.
    if (Math.hypot(c[4 * i] - c[4 * j], c[4 * i + 1] - c[4 * j + 1]) < 0.3 * cx) continue;
    const rotation = multiply3(frameOf(i, j, 3), transpose3(frameOf(i, j, 0)));
    let inliers = 0;
    for (let k = 0; k < count; k++) {
      const x = rays[6 * k];
      const y = rays[6 * k + 1];
      const z = rays[6 * k + 2];
      const turned = [
        rotation[0] * x + rotation[1] * y + rotation[2] * z,
        rotation[3] * x + rotation[4] * y + rotation[5] * z,
        rotation[6] * x + rotation[7] * y + rotation[8] * z,
      ];
      if (dot3(turned, rays.subarray(6 * k + 3, 6 * k + 6)) > limit) inliers++;
    }
    best = Math.max(best, inliers / count);
  }
  return best;
}

/** Refuses a camera that only turns: at one focal length, rotations explain every pair. */
export function judgeParallax(tracks: VideoTracks, set: TrackSet, focalIfKnown: number | undefined): void {
  const wide = [...set.pairs]
    .filter(pair => pair.medianShiftPixels > 0.02 * tracks.width)
    .sort(
      (p, q) =>
        q.medianShiftPixels * Math.sqrt(q.matches.length) -
          p.medianShiftPixels * Math.sqrt(p.matches.length) || p.a - q.a,
    )
    .slice(0, 10);
  const judged = wide.length > 0 ? wide : set.pairs.slice(0, 10);
  if (judged.length === 0) return;
  const focals = focalIfKnown
    ? [focalIfKnown]
    : [30, 40, 50, 60, 70, 80, 90, 105].map(fov => focalOfFov(fov, tracks.width));
  let bestShare = 0;
  let bestFocal = 0;
  const tryFocal = (focal: number) => {
    const shares = judged.map((pair: KeyframePair) =>
      rotationShare(
        correspondencesOf(tracks, pair.a, pair.b, pair.matches),
        focal,
        tracks.width / 2 - 0.5,
        tracks.height / 2 - 0.5,
        `rotation ${pair.a} ${pair.b}`,
      ),
    );
    const share = median(shares);
    if (share <= bestShare) return;
    bestShare = share;
    bestFocal = focal;
  };
  focals.forEach(tryFocal);
  // A wide turn tells focal lengths a few percent apart: near a candidate that explains much, look closer.
  if (focalIfKnown === undefined && bestShare >= CLOSER_LOOK_SHARE) {
    const coarse = bestFocal;
    for (let percent = -12; percent <= 12; percent += 3) tryFocal(coarse * (1 + percent / 100));
  }
  if (bestShare >= ROTATION_SHARE)
    throw new DirectorError(
      'LIFT_NO_PARALLAX',
      `The camera turns without travelling: one rotation explains ${Math.round(100 * bestShare)} % of the matches between its views.`,
      {
        details: {
          rotationShare: bestShare,
          limit: ROTATION_SHARE,
          focalPixels: bestFocal,
          pairs: judged.length,
        },
      },
    );
}

/**
 * Splits the keyframes where nothing connects one side with the other.
 * @returns first keyframe of each shot, ascending, starting with 0.
 */
export function shotStarts(tracks: VideoTracks, set: TrackSet): number[] {
  const bridged = new Uint8Array(tracks.keyframes.length);
  for (const { a, b } of set.pairs) for (let k = a; k < b; k++) bridged[k] = 1;
  const starts = [0];
  for (let k = 0; k + 1 < tracks.keyframes.length; k++) if (!bridged[k]) starts.push(k + 1);
  return starts;
}

/** Refuses a take of several shots unless one makes up most of it. */
export function judgeCuts(tracks: VideoTracks, set: TrackSet): void {
  const starts = shotStarts(tracks, set);
  if (starts.length < 2) return;
  const firstFrames = starts.map(k => tracks.keyframes[k].frame);
  const lengths = firstFrames.map((frame, i) => (firstFrames[i + 1] ?? tracks.frames.length) - frame);
  const longest = Math.max(...lengths);
  if (longest >= MAIN_SHOT_SHARE * tracks.frames.length) return;
  // A cut is a jump between pictures that each hold enough to match; a blank or blurred stretch is something else.
  const cuts = starts
    .slice(1)
    .filter(k => tracks.keyframes[k - 1].features.count >= 100 && tracks.keyframes[k].features.count >= 100)
    .map(k => {
      const { frame, timeSeconds, survival, histogramDistance } = tracks.evidence[tracks.keyframes[k].frame];
      return { frame, timeSeconds, survival, histogramDistance };
    });
  if (cuts.length === 0 || cuts.length > tracks.keyframes.length / 3)
    throw new DirectorError(
      'LIFT_INCONSISTENT',
      `The views do not connect: ${starts.length - 1} breaks in ${tracks.keyframes.length} keyframes.`,
      {
        details: {
          breaks: starts.length - 1,
          keyframes: tracks.keyframes.length,
          longestShotFrames: longest,
        },
      },
    );
  const times = cuts.map(cut => `${cut.timeSeconds.toFixed(2)} s`).join(', ');
  throw new DirectorError(
    'LIFT_CUT',
    `The take is cut at ${times}; its longest shot has ${longest} of ${tracks.frames.length} frames.`,
    {
      details: { cuts, longestShotFrames: longest, frames: tracks.frames.length },
    },
  );
}

/** Refuses a picture most of which moves by itself. */
export function judgeRigidity(tracks: VideoTracks, set: TrackSet): void {
  const neighbours = set.attempts.filter(attempt => attempt.b - attempt.a === 1 && attempt.proposed >= 40);
  if (neighbours.length < 2) return;
  const share = median(neighbours.map(attempt => attempt.rigid / attempt.proposed));
  if (share < LEAST_RIGID_SHARE)
    throw new DirectorError(
      'LIFT_MOSTLY_MOVING',
      `Most of the picture moves by itself: one rigid motion explains ${Math.round(100 * share)} % of the matches.`,
      {
        details: {
          rigidShare: share,
          needed: LEAST_RIGID_SHARE,
          pairs: neighbours.length,
          keyframes: tracks.keyframes.length,
        },
      },
    );
}
