import { type LongOptions, throwIfCancelled } from '../../../engine/progress.ts';
import { createRandom } from '../../../engine/random.ts';
import { hiddenIn } from '../masks/pictureMasks.ts';
import type { Features } from './detectFeatures.ts';
import { CONFIRMED, DENIED, judgeMatches, PointFollower, UNKNOWN, type Verdicts } from './followPoints.ts';
import {
  type Correspondences,
  FUNDAMENTAL,
  HOMOGRAPHY,
  ransacTwoView,
  sampsonSquared,
} from './fundamental.ts';
import { createFeatureMatcher } from './matchFeatures.ts';
import type { Keyframe, VideoTracks } from './trackVideo.ts';
import { median } from './trackVideo.ts';

/** One scene point seen in several keyframes: where, by keyframe index, ascending. */
export interface Track {
  keyframes: Int32Array;
  /** Index of the point in that keyframe. */
  points: Int32Array;
}

/** Two keyframes with verified matches. */
export interface KeyframePair {
  a: number;
  b: number;
  /** Point indices, a's and b's alternating, inliers of the epipolar geometry. */
  matches: Int32Array;
  /** Share of the verified matches that a single homography explains as well. */
  homographyShare: number;
  medianShiftPixels: number;
}

export interface TrackSet {
  tracks: Track[];
  pairs: KeyframePair[];
  /** Every comparison that had matches to verify: how many, and how many one rigid motion explains. */
  attempts: { a: number; b: number; proposed: number; rigid: number }[];
  /** Features left out because a mask hides them. */
  hiddenPoints: number;
}

export interface BuildTracksOptions extends LongOptions {
  /** Believe no match that the tracker does not confirm, wherever it can judge. */
  confirmedOnly?: boolean;
}

const EPIPOLAR_THRESHOLD_PIXELS = 1.5;
const HOMOGRAPHY_THRESHOLD_PIXELS = 2;
const LEAST_MATCHES = 20;
/** A wide pair needs this many matches that the tracker confirms … */
const LEAST_CONFIRMED = 12;
/** … and where it denies more than this share of what fits the geometry, only what it confirms is believed. */
const REPETITIVE_SHARE = 0.1;
/** Steps between keyframes whose features are compared; long ones re-find points after they were hidden. */
const PAIR_STEPS = [1, 2, 4, 8, 16];
export const LONGEST_STEP = 16;
/** How far a feature may move between neighbours, as a share of the width, growing with the step up to anywhere … */
const REACH_PER_STEP = 0.25;
/** … but where the tracker held on, no more than this many times what it saw nearly all of its points do … */
const REACH_FACTOR = 1.3;
/** … and this share of the width. */
const REACH_MARGIN = 0.04;

export function correspondencesOf(
  tracks: VideoTracks,
  a: number,
  b: number,
  matches: Int32Array,
): Correspondences {
  const from = tracks.keyframes[a].positions;
  const to = tracks.keyframes[b].positions;
  const c = new Float64Array(matches.length * 2);
  for (let k = 0; k < matches.length; k += 2) {
    c[2 * k] = from[2 * matches[k]];
    c[2 * k + 1] = from[2 * matches[k] + 1];
    c[2 * k + 2] = to[2 * matches[k + 1]];
    c[2 * k + 3] = to[2 * matches[k + 1] + 1];
  }
  return c;
}

/** How far features may lie from where keyframe k has them in keyframe k + 1, pixels (see REACH_PER_STEP). */
function reachesOf(tracks: VideoTracks, follower: PointFollower): Float64Array {
  return Float64Array.from(tracks.keyframes, ({ positions, inNext }, k) => {
    if (inNext.length === 0 || follower.isBroken(k, k + 1)) return REACH_PER_STEP * 2 * tracks.width;
    const moves: number[] = [];
    for (let i = 0; i < inNext.length; i += 2)
      if (!Number.isNaN(inNext[i]))
        moves.push(Math.max(Math.abs(inNext[i] - positions[i]), Math.abs(inNext[i + 1] - positions[i + 1])));
    const most = Float64Array.from(moves).sort()[Math.floor(0.97 * moves.length)];
    return REACH_FACTOR * most + REACH_MARGIN * tracks.width;
  });
}

/** Points of keyframe k that the tracker led onto points of keyframe k + 1. */
function trackedMatches(tracks: VideoTracks, k: number): number[] {
  const { inNext } = tracks.keyframes[k];
  const next = tracks.keyframes[k + 1];
  const cell = 4;
  const columns = Math.ceil(tracks.width / cell) + 2;
  const byCell = new Map<number, number[]>();
  for (let j = 0; j < next.positions.length >> 1; j++) {
    const key =
      Math.floor(next.positions[2 * j + 1] / cell + 1) * columns +
      Math.floor(next.positions[2 * j] / cell + 1);
    const list = byCell.get(key);
    if (list) list.push(j);
    else byCell.set(key, [j]);
  }
  const matches: number[] = [];
  const taken = new Set<number>();
  for (let i = 0; i < inNext.length >> 1; i++) {
    const x = inNext[2 * i];
    const y = inNext[2 * i + 1];
    if (Number.isNaN(x)) continue;
    // Carried points lie exactly where the tracker left them; a detected feature there would have been matched already.
    const key = Math.floor(y / cell + 1) * columns + Math.floor(x / cell + 1);
    const j = byCell
      .get(key)
      ?.find(p => p >= next.features.count && next.positions[2 * p] === x && next.positions[2 * p + 1] === y);
    if (j !== undefined && !taken.has(j)) {
      taken.add(j);
      matches.push(i, j);
    }
  }
  return matches;
}

/** Disjoint sets of (keyframe, point) that never hold two points of one keyframe. */
class TrackBuilder {
  readonly members = new Map<number, { keyframe: number; point: number }[]>();
  readonly root = new Map<number, number>();
  readonly stride: number;
  constructor(stride: number) {
    this.stride = stride;
  }

  private find(keyframe: number, point: number): number {
    const id = keyframe * this.stride + point;
    const known = this.root.get(id);
    if (known !== undefined) return known;
    this.root.set(id, id);
    this.members.set(id, [{ keyframe, point }]);
    return id;
  }

  join(a: number, pointA: number, b: number, pointB: number): void {
    const first = this.find(a, pointA);
    const second = this.find(b, pointB);
    if (first === second) return;
    const left = this.members.get(first) ?? [];
    const right = this.members.get(second) ?? [];
    if (left.some(p => right.some(q => q.keyframe === p.keyframe))) return;
    const [keep, drop, kept, dropped] =
      left.length >= right.length ? [first, second, left, right] : [second, first, right, left];
    for (const member of dropped) {
      kept.push(member);
      this.root.set(member.keyframe * this.stride + member.point, keep);
    }
    this.members.delete(drop);
  }
}

/** Features without those that a mask hides; `index` maps back. */
export function visibleFeatures(
  tracks: VideoTracks,
  k: number,
  hides = maskOf(tracks, tracks.keyframes[k]),
): { features: Features; index: number[] } {
  const { features } = tracks.keyframes[k];
  const index: number[] = [];
  for (let i = 0; i < features.count; i++)
    if (!hides(features.positions[2 * i], features.positions[2 * i + 1])) index.push(i);
  if (index.length === features.count) return { features, index };
  const kept: Features = {
    count: index.length,
    positions: Float32Array.from(
      index.flatMap(i => [features.positions[2 * i], features.positions[2 * i + 1]]),
    ),
    scales: Float32Array.from(index.map(i => features.scales[i])),
    descriptors: new Int16Array(index.length * 128),
  };
  index.forEach((i, to) => {
    kept.descriptors.set(features.descriptors.subarray(128 * i, 128 * i + 128), 128 * to);
  });
  return { features: kept, index };
}

/** Whether a point of a keyframe lies on what is not the place. */
type Hides = (x: number, y: number) => boolean;

function maskOf({ masks, width, height }: VideoTracks, { frame }: Keyframe): Hides {
  const hidden = hiddenIn(masks, frame, width, height);
  return hidden ? (x, y) => hidden[Math.round(y) * width + Math.round(x)] === 1 : () => false;
}

/**
 * Matches keyframes by descriptors and by the tracker, verifies each pair by its epipolar geometry and joins the
 * matches into tracks. The work grows linearly with the number of keyframes.
 */
export async function buildTracks(
  tracks: VideoTracks,
  seed: number,
  options: BuildTracksOptions,
): Promise<TrackSet> {
  const { keyframes, width } = tracks;
  const hides = keyframes.map(keyframe => maskOf(tracks, keyframe));
  const visible = keyframes.map((_, k) => visibleFeatures(tracks, k, hides[k]));
  const hiddenPoints = keyframes.reduce(
    (sum, keyframe, k) => sum + keyframe.features.count - visible[k].index.length,
    0,
  );
  const matcher = await createFeatureMatcher(
    Math.max(1, ...keyframes.map(keyframe => keyframe.features.count)),
  );
  const follower = new PointFollower(keyframes);
  const reaches = reachesOf(tracks, follower);
  const pairs: KeyframePair[] = [];
  const attempts: TrackSet['attempts'] = [];
  const lastUseful = new Int32Array(keyframes.length).fill(0x7fffffff);
  for (const [stage, step] of PAIR_STEPS.entries()) {
    for (let a = 0; a + step < keyframes.length; a++) {
      throwIfCancelled(options.signal);
      const b = a + step;
      // Once neither neighbour pair at the step before gave anything, a longer one will not.
      if (stage > 0 && lastUseful[a] < PAIR_STEPS[stage - 1]) continue;
      const moved = reaches.subarray(a, b).reduce((sum, reach) => sum + reach, 0);
      const reach = Math.min(REACH_PER_STEP * (1 + step) * width, moved);
      const found = matcher.match(visible[a].features, visible[b].features, reach);
      const matches: number[] = [];
      const usedA = new Set<number>();
      for (let k = 0; k < found.length; k += 2) {
        matches.push(visible[a].index[found[k]], visible[b].index[found[k + 1]]);
        usedA.add(visible[a].index[found[k]]);
      }
      if (step === 1) {
        const tracked = trackedMatches(tracks, a);
        for (let k = 0; k < tracked.length; k += 2) {
          const p = tracked[k];
          if (!usedA.has(p) && !hides[a](keyframes[a].positions[2 * p], keyframes[a].positions[2 * p + 1]))
            matches.push(p, tracked[k + 1]);
        }
      }
      const proposed = matches.length / 2;
      const verified =
        proposed >= LEAST_MATCHES
          ? verifyMatches(
              tracks,
              a,
              b,
              matches,
              judgeMatches(follower, a, b, matches, width),
              options.confirmedOnly ? 0 : REPETITIVE_SHARE,
              seed,
            )
          : undefined;
      if (verified) attempts.push({ a, b, proposed, rigid: verified.rigid });
      if (verified?.pair) pairs.push(verified.pair);
      else lastUseful[a] = Math.min(lastUseful[a], step - 1);
    }
    options.onProgress?.({
      stage: 'match',
      fraction: (stage + 1) / PAIR_STEPS.length,
      message: `${pairs.length} pairs`,
    });
  }
  return { tracks: joinTracks(tracks, pairs), pairs, attempts, hiddenPoints };
}

/** Chains the matches of pairs into tracks. */
export function joinTracks(tracks: VideoTracks, pairs: readonly KeyframePair[]): Track[] {
  const stride = Math.max(...tracks.keyframes.map(keyframe => keyframe.positions.length >> 1)) + 1;
  const builder = new TrackBuilder(stride);
  for (const { a, b, matches } of pairs)
    for (let k = 0; k < matches.length; k += 2) builder.join(a, matches[k], b, matches[k + 1]);
  const built: Track[] = [];
  for (const members of builder.members.values()) {
    if (members.length < 2) continue;
    members.sort((p, q) => p.keyframe - q.keyframe);
    built.push({
      keyframes: Int32Array.from(members, m => m.keyframe),
      points: Int32Array.from(members, m => m.point),
    });
  }
  return built;
}

/**
 * The pair's matches that lie on one epipolar geometry and that the tracker does not deny. Look-alikes along the way
 * of the camera lie on the same epipolar lines, so geometry alone cannot tell them apart.
 */
export function verifyMatches(
  tracks: VideoTracks,
  a: number,
  b: number,
  proposals: number[],
  verdicts: Verdicts | undefined,
  repetitiveShare: number,
  seed: number,
): { pair?: KeyframePair; rigid: number } {
  const random = createRandom(seed).fork(`pair ${a} ${b}`);
  const all = Int32Array.from(proposals);
  const matches = verdicts ? selectMatches(all, k => verdicts[k] !== DENIED) : all;
  if (matches.length < 2 * LEAST_MATCHES) return { rigid: matches.length / 2 };
  const c = correspondencesOf(tracks, a, b, matches);
  const fit = ransacTwoView(FUNDAMENTAL, c, EPIPOLAR_THRESHOLD_PIXELS, random, 600);
  if (!fit || fit.inlierCount < LEAST_MATCHES || fit.inlierCount < 0.25 * fit.inliers.length)
    return { rigid: fit?.inlierCount ?? 0 };
  let kept = selectMatches(matches, k => fit.inliers[k] === 1);
  if (verdicts) {
    const everything = correspondencesOf(tracks, a, b, all);
    const onLine = (k: number) => sampsonSquared(fit.model, everything, k) <= EPIPOLAR_THRESHOLD_PIXELS ** 2;
    let confirmed = 0;
    let denied = 0;
    for (let k = 0; k < verdicts.length; k++) {
      if (verdicts[k] === UNKNOWN || !onLine(k)) continue;
      if (verdicts[k] === CONFIRMED) confirmed++;
      else denied++;
    }
    if (confirmed < LEAST_CONFIRMED || denied > confirmed) return { rigid: fit.inlierCount };
    if (repetitiveShare === 0 || denied > repetitiveShare * confirmed)
      kept = selectMatches(all, k => verdicts[k] === CONFIRMED && onLine(k));
    if (kept.length < 2 * LEAST_MATCHES) return { rigid: fit.inlierCount };
  }
  const inliers = correspondencesOf(tracks, a, b, kept);
  const shifts: number[] = [];
  for (let i = 0; i < inliers.length; i += 4)
    shifts.push(Math.hypot(inliers[i + 2] - inliers[i], inliers[i + 3] - inliers[i + 1]));
  const plane = ransacTwoView(HOMOGRAPHY, inliers, HOMOGRAPHY_THRESHOLD_PIXELS, random, 100);
  const pair: KeyframePair = {
    a,
    b,
    matches: kept,
    homographyShare: (plane?.inlierCount ?? 0) / (kept.length / 2),
    medianShiftPixels: median(shifts),
  };
  return { pair, rigid: fit.inlierCount };
}

function selectMatches(matches: Int32Array, keep: (k: number) => boolean): Int32Array {
  const kept: number[] = [];
  for (let k = 0; 2 * k < matches.length; k++) if (keep(k)) kept.push(matches[2 * k], matches[2 * k + 1]);
  return Int32Array.from(kept);
}
