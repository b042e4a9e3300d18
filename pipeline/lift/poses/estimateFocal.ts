import { type LongOptions, throwIfCancelled } from '../../../engine/progress.ts';
import { createRandom } from '../../../engine/random.ts';
import { correspondencesOf, type KeyframePair } from './buildTracks.ts';
import {
  describeFit,
  estimateRelativePose,
  normalizeCorrespondences,
  type RelativePose,
  refineRelativePose,
} from './relativePose.ts';
import type { VideoTracks } from './trackVideo.ts';

/** How well two-view geometry agrees with each candidate focal length. */
export interface FocalProfile {
  /** Candidates, pixels, ascending. */
  focals: Float64Array;
  /** Mean over the pairs of (cost − the pair's best cost)/matches, pixels² a match, without the prior. */
  excess: Float64Array;
  pairs: number;
}

/** Horizontal fields of view that cameras and video models use. */
export const NARROWEST_DEGREES = 25;
export const WIDEST_DEGREES = 110;
const CANDIDATES = 20;
const PROFILE_PAIRS = 10;
const MATCHES_PER_PAIR = 150;
const SCALE_PIXELS = 0.7;
const INLIER_THRESHOLD_PIXELS = 1.5;
/** A match that a pose puts behind a camera costs like one that misses by some 2 pixels, pixels². */
const BEHIND_COST = 1;

export function focalOfFov(fovDegrees: number, width: number): number {
  return width / 2 / Math.tan((fovDegrees * Math.PI) / 360);
}

export function fovOfFocal(focal: number, width: number): number {
  return (Math.atan(width / 2 / focal) * 360) / Math.PI;
}

/** What is known of the focal length before looking at the pictures. */
export interface FocalPrior {
  /** The likeliest, pixels: ln(focal) is normal around it. */
  focal: number;
  /** It lies between these, pixels. */
  range: readonly [number, number];
}

/** Two standard deviations around a 70° horizontal field of view reach about 35° and 110°. */
const PRIOR_DEGREES = 70;
export const PRIOR_SIGMA = 0.42;
/** No video camera or model is wider or narrower; beyond lies what inconsistent pictures drift to. */
const WIDEST_FOV_DEGREES = 125;
const NARROWEST_FOV_DEGREES = 20;

/** What is known of any video. */
export function usualPrior(width: number): FocalPrior {
  return {
    focal: focalOfFov(PRIOR_DEGREES, width),
    range: [focalOfFov(WIDEST_FOV_DEGREES, width), focalOfFov(NARROWEST_FOV_DEGREES, width)],
  };
}

/** The pairs that say most about the focal length: many matches, long shifts, not explained by one plane. */
export function informativePairs(pairs: KeyframePair[], limit: number): KeyframePair[] {
  const score = (pair: KeyframePair) =>
    Math.sqrt(pair.matches.length) * Math.min(pair.medianShiftPixels, 80) * (1.05 - pair.homographyShare);
  return [...pairs].sort((p, q) => score(q) - score(p) || p.a - q.a || p.b - q.b).slice(0, limit);
}

/**
 * Profile likelihood of the focal length: for each candidate the relative pose of each pair is refined to its robust
 * optimum, and the costs are summed. Unlike closed forms on the fundamental matrix (Bougnoux 1998; Kruppa) it stays
 * finite where the optical axes meet, and weighs each pair by what its matches can tell.
 */
export function profileFocal(
  tracks: VideoTracks,
  pairs: KeyframePair[],
  seed: number,
  options: LongOptions,
): FocalProfile {
  const { width, height } = tracks;
  const low = Math.log(focalOfFov(WIDEST_DEGREES, width));
  const high = Math.log(focalOfFov(NARROWEST_DEGREES, width));
  const focals = Float64Array.from({ length: CANDIDATES }, (_, i) =>
    Math.exp(low + ((high - low) * i) / (CANDIDATES - 1)),
  );
  const excess = new Float64Array(CANDIDATES);
  const chosen = informativePairs(pairs, PROFILE_PAIRS);
  for (const pair of chosen) {
    throwIfCancelled(options.signal);
    const random = createRandom(seed).fork(`focal ${pair.a} ${pair.b}`);
    const stride = Math.max(1, Math.floor(pair.matches.length / 2 / MATCHES_PER_PAIR));
    const kept: number[] = [];
    for (let k = 0; k < pair.matches.length; k += 2 * stride) kept.push(pair.matches[k], pair.matches[k + 1]);
    const c = correspondencesOf(tracks, pair.a, pair.b, Int32Array.from(kept));
    const best = new Float64Array(CANDIDATES).fill(Number.POSITIVE_INFINITY);
    for (const startIndex of [3, 9, 15]) {
      const start = estimateRelativePose(
        c,
        focals[startIndex],
        width / 2 - 0.5,
        height / 2 - 0.5,
        INLIER_THRESHOLD_PIXELS,
        random,
        60,
      );
      if (!start) continue;
      for (const direction of [1, -1]) {
        let pose: RelativePose = start.pose;
        for (let i = startIndex; i >= 0 && i < CANDIDATES; i += direction) {
          const n = normalizeCorrespondences(c, focals[i], width / 2 - 0.5, height / 2 - 0.5);
          const refined = refineRelativePose(pose, n, focals[i], SCALE_PIXELS, 8);
          pose = refined.pose;
          const fit = describeFit(refined, n, INLIER_THRESHOLD_PIXELS / focals[i]);
          best[i] = Math.min(best[i], refined.cost + BEHIND_COST * (fit.inlierCount - fit.inFront));
        }
      }
    }
    const lowest = best.reduce((p, q) => Math.min(p, q));
    for (let i = 0; i < CANDIDATES; i++) excess[i] += (best[i] - lowest) / (c.length / 4) / chosen.length;
  }
  return { focals, excess, pairs: chosen.length };
}

/** A candidate this much worse than the best, pixels² a match, is out of the question. */
const FIRM_EXCESS = 0.02;
/** What one prior sigma weighs against the profile, pixels² a match or observation. */
export const PRIOR_WEIGHT = 0.0005;

/** What each candidate costs by the pictures and the prior, pixels² a match; Infinity far out of the prior's range. */
export function scoreFocals({ focals, excess }: FocalProfile, { focal, range }: FocalPrior): Float64Array {
  const mean = Math.log(focal);
  // The optimum may lie within the range and its candidate beyond.
  const step = focals[1] / focals[0];
  return focals.map((candidate, i) =>
    candidate > range[0] / step && candidate < range[1] * step
      ? excess[i] + PRIOR_WEIGHT * ((Math.log(candidate) - mean) / PRIOR_SIGMA) ** 2
      : Number.POSITIVE_INFINITY,
  );
}

/**
 * Focal lengths to reconstruct from, best first: the profile's minimum under the prior, refined by a parabola, and
 * where the profile is too flat to rule them out, others at a distance.
 */
export function focalHypotheses(profile: FocalProfile, prior: FocalPrior, limit: number): number[] {
  const { focals } = profile;
  const [low, high] = prior.range;
  const score = scoreFocals(profile, prior);
  const order = Array.from(focals.keys()).sort((p, q) => score[p] - score[q]);
  const chosen: number[] = [];
  for (const i of order) {
    if (chosen.length === limit || score[i] > score[order[0]] + FIRM_EXCESS) break;
    if (chosen.every(j => Math.abs(i - j) >= 4)) chosen.push(i);
  }
  const step = Math.log(focals[1] / focals[0]);
  return chosen.map(i => {
    if (i === 0 || i === focals.length - 1) return focals[i];
    const curvature = score[i - 1] - 2 * score[i] + score[i + 1];
    const offset =
      curvature > 0 && curvature < Number.POSITIVE_INFINITY
        ? (score[i - 1] - score[i + 1]) / (2 * curvature)
        : 0;
    const refined = focals[i] * Math.exp(step * Math.max(-0.5, Math.min(0.5, offset)));
    return Math.max(low, Math.min(high, refined));
  });
}
