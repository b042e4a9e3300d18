import { DirectorError } from '../../../engine/errors.ts';
import { createRandom } from '../../../engine/random.ts';
import { correspondencesOf, type KeyframePair, type TrackSet } from './buildTracks.ts';
import { focalOfFov } from './estimateFocal.ts';
import type { Correspondences } from './fundamental.ts';
import type { Shot } from './shots.ts';
import { cross, type Matrix3, multiply3, normalized, transpose3 } from './smallMatrices.ts';
import { median, type VideoTracks } from './trackVideo.ts';

/** Fewer frames than this cannot show parallax that outweighs the noise. */
const LEAST_FRAMES = 5;
/** A shorter shot among others is a flash, not a take; asked for by number it is tried all the same. */
const LEAST_SHOT_SECONDS = 1;
/** Mean luma of 255 under which a compressed picture holds codec noise instead of texture. */
const DARK_LUMA = 14;
const DARK_FEATURES = 120;
/** Under this a picture may still be lifted; where it cannot be, the dark is the reason. */
const DIM_LUMA = 30;
/** A camera whose view shifts by less than this share of the width over the whole video gives no depth. */
const LEAST_SHIFT = 0.01;
/** A pair that a rotation explains this well holds no parallax … */
const ROTATION_SHARE = 0.94;
/** … and the worst pairs of a camera that turns still keep this much; where it travels, rotations explain 0.1 to 0.6. */
const LEAST_ROTATION_SHARE = 0.7;
/** From here on the focal length may be what keeps a rotation from explaining the rest. */
const CLOSER_LOOK_SHARE = 0.4;
const ROTATION_THRESHOLD_PIXELS = 1.5;
const JUDGED_PAIRS = 14;
const JUDGED_MATCHES = 300;
/** Rotations must explain all but the pairs with this part of the matches: a few may be mismatched, many may not. */
const PARALLAX_QUANTILE = 0.2;
/** A shot that covers this share of the video is the take: what is wrong with it is what is wrong. */
const MAIN_SHOT_SHARE = 0.85;

/**
 * Refuses what the pixels alone rule out: too few frames, a frozen picture, darkness.
 * @param shown frames of the take, repeated ones included; `tracks` is without them.
 */
export function judgePictures(tracks: VideoTracks, shown: number): void {
  const frames = tracks.frames.length;
  if (shown < LEAST_FRAMES)
    throw new DirectorError(
      'LIFT_TOO_SHORT',
      `The take has ${shown} frames; at least ${LEAST_FRAMES} are needed.`,
      { details: { frames: shown, needed: LEAST_FRAMES } },
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
  if (frames < LEAST_FRAMES)
    throw new DirectorError(
      'LIFT_NO_PARALLAX',
      `Nothing moves: ${shown - frames} of ${shown} frames repeat the one before.`,
      { details: { frames: shown, repeated: shown - frames } },
    );
}

/**
 * Refuses a shot of several that is too short to be the take.
 * @param registeredShare of its frames, 1 before that is known.
 * @throws LIFT_TOO_SHORT
 */
export function judgeShot(
  tracks: VideoTracks,
  { firstFrame, lastFrame, firstSeconds }: Shot,
  registeredShare: number,
): void {
  const end = tracks.frames.find(({ frame }) => frame > lastFrame) ?? tracks.frames[tracks.frames.length - 1];
  const seconds = registeredShare * (end.timeSeconds - firstSeconds);
  if (seconds < LEAST_SHOT_SECONDS)
    throw new DirectorError(
      'LIFT_TOO_SHORT',
      `The shot of frames ${firstFrame} to ${lastFrame} gives ${seconds.toFixed(2)} s; at least ${LEAST_SHOT_SECONDS} s are needed.`,
      { details: { firstFrame, lastFrame, seconds, needed: LEAST_SHOT_SECONDS } },
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
      const cosine =
        (rotation[0] * x + rotation[1] * y + rotation[2] * z) * rays[6 * k + 3] +
        (rotation[3] * x + rotation[4] * y + rotation[5] * z) * rays[6 * k + 4] +
        (rotation[6] * x + rotation[7] * y + rotation[8] * z) * rays[6 * k + 5];
      if (cosine > limit) inliers++;
    }
    best = Math.max(best, inliers / count);
  }
  return best;
}

/** How well a camera that only turns explains the pairs of views. */
export interface ParallaxEvidence {
  pairs: number;
  /** Share of the matches that rotations explain, in all but the worst fifth of the pairs. */
  share: number;
  /** The same in the median pair. */
  medianShare: number;
}

/** For every keyframe its pair with the longest shift, at most JUDGED_PAIRS of them, evenly over the shot. */
function spreadPairs(tracks: VideoTracks, set: TrackSet): KeyframePair[] {
  const widest = new Map<number, KeyframePair>();
  for (const pair of set.pairs) {
    const known = widest.get(pair.a);
    if (!known || pair.medianShiftPixels > known.medianShiftPixels) widest.set(pair.a, pair);
  }
  const all = [...widest.values()].sort((p, q) => p.a - q.a);
  const moving = all.filter(pair => pair.medianShiftPixels > 0.02 * tracks.width);
  const list = moving.length > 0 ? moving : all;
  const step = Math.max(1, list.length / JUDGED_PAIRS);
  return Array.from({ length: Math.min(list.length, JUDGED_PAIRS) }, (_, i) => list[Math.floor(i * step)]);
}

/** The share below which pairs hold this part of all matches: pairs of few matches, which mismatches fill, weigh little. */
function weightedQuantile(shares: readonly number[], pairs: readonly KeyframePair[], part: number): number {
  const total = pairs.reduce((sum, { matches }) => sum + matches.length, 0);
  const order = [...shares.keys()].sort((p, q) => shares[p] - shares[q]);
  let below = 0;
  for (const i of order) {
    below += pairs[i].matches.length;
    if (below > part * total) return shares[i];
  }
  return shares[order[order.length - 1]];
}

/** At most JUDGED_MATCHES of them, evenly. */
function sample(matches: Int32Array): Int32Array {
  const step = 2 * Math.max(1, Math.floor(matches.length / 2 / JUDGED_MATCHES));
  const kept: number[] = [];
  for (let k = 0; k < matches.length; k += step) kept.push(matches[k], matches[k + 1]);
  return Int32Array.from(kept);
}

/**
 * Refuses a camera that only turns: at one focal length, rotations explain all but every pair. A shot that turns for
 * most of its time and travels for the rest is lifted.
 */
export function judgeParallax(
  tracks: VideoTracks,
  set: TrackSet,
  focalIfKnown: number | undefined,
): ParallaxEvidence {
  const judged = spreadPairs(tracks, set);
  if (judged.length === 0) return { pairs: 0, share: 0, medianShare: 0 };
  const focals = focalIfKnown
    ? [focalIfKnown]
    : [30, 40, 50, 60, 70, 80, 90, 105].map(fov => focalOfFov(fov, tracks.width));
  let bestShare = 0;
  let bestFocal = 0;
  let medianShare = 0;
  const tryFocal = (focal: number) => {
    const shares = judged.map(pair =>
      rotationShare(
        correspondencesOf(tracks, pair.a, pair.b, sample(pair.matches)),
        focal,
        tracks.width / 2 - 0.5,
        tracks.height / 2 - 0.5,
        `rotation ${pair.a} ${pair.b}`,
      ),
    );
    const share = weightedQuantile(shares, judged, PARALLAX_QUANTILE);
    medianShare = Math.max(medianShare, weightedQuantile(shares, judged, 0.5));
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
  if (medianShare >= ROTATION_SHARE && bestShare >= LEAST_ROTATION_SHARE)
    throw new DirectorError(
      'LIFT_NO_PARALLAX',
      `The camera turns without travelling: rotations explain ${Math.round(100 * medianShare)} % of the matches between its views.`,
      {
        details: {
          rotationShare: medianShare,
          limit: ROTATION_SHARE,
          worstPairs: bestShare,
          worstLimit: LEAST_ROTATION_SHARE,
          focalPixels: bestFocal,
          pairs: judged.length,
        },
      },
    );
  return { pairs: judged.length, share: bestShare, medianShare };
}

/**
 * The verdict on a take of which no shot could be lifted.
 * @param refusals what was said of each shot that was tried, longest first.
 */
export function refusalOf(
  tracks: VideoTracks,
  shots: readonly Shot[],
  refusals: readonly { shot: Shot; error: DirectorError }[],
  wasAsked: boolean,
): DirectorError {
  const [{ shot, error: first }] = refusals;
  const error = inTheDark(tracks, first);
  const length = ({ firstFrame, lastFrame }: Shot) => lastFrame - firstFrame + 1;
  const frames = tracks.frames.length;
  if (wasAsked || shots.length === 1 || length(shot) >= MAIN_SHOT_SHARE * frames) return error;
  const cuts = shots.filter(({ beginsWithCut }) => beginsWithCut);
  if (cuts.length < (shots.length - 1) / 2)
    return new DirectorError(
      'LIFT_INCONSISTENT',
      `The views do not connect: ${shots.length - 1} breaks in ${tracks.keyframes.length} keyframes.`,
      {
        details: {
          breaks: shots.length - 1,
          keyframes: tracks.keyframes.length,
          longestShotFrames: length(shot),
        },
      },
    );
  const times = cuts.map(({ firstSeconds }) => `${firstSeconds.toFixed(2)} s`).join(', ');
  return new DirectorError(
    'LIFT_CUT',
    `The take is cut at ${times}; its longest shot has ${length(shot)} of ${frames} frames and is refused by itself: ${error.message}`,
    {
      details: {
        cuts: cuts.map(({ firstFrame, firstSeconds }) => ({ frame: firstFrame, timeSeconds: firstSeconds })),
        shots: refusals.map(refusal => ({
          firstFrame: refusal.shot.firstFrame,
          lastFrame: refusal.shot.lastFrame,
          code: refusal.error.code,
        })),
        longestShotFrames: length(shot),
        frames,
      },
    },
  );
}

/** A dim picture that gives no map is refused for the dark, whatever its noise looked like. */
function inTheDark(tracks: VideoTracks, error: DirectorError): DirectorError {
  const meanLuma = median(tracks.evidence.map(entry => entry.meanLuma));
  if (meanLuma >= DIM_LUMA || error.code === 'LIFT_TOO_SHORT') return error;
  return new DirectorError(
    'LIFT_TOO_DARK',
    `The take is too dark: mean luma ${meanLuma.toFixed(1)} of 255. ${error.message}`,
    { details: { meanLuma, lumaLimit: DIM_LUMA, because: error.code, ...error.details } },
  );
}
