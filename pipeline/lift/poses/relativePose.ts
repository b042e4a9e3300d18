import type { Random } from '../../../engine/random.ts';
import type { CameraFromWorld } from '../types.ts';
import { fivePoint } from './fivePoint.ts';
import { type Correspondences, ransacTwoView, sampsonSquared } from './fundamental.ts';
import {
  cross,
  determinant3,
  dot3,
  type Matrix3,
  multiply3,
  normalized,
  orthonormalize,
  rotationFromVector,
  skew3,
  solveSymmetric,
  svd3,
  transform3,
  transpose3,
} from './smallMatrices.ts';

/** Pose of camera 2 in camera 1's frame as x2 = rotation · x1 + translation, |translation| = 1. */
export type RelativePose = CameraFromWorld;

export interface RelativePoseFit {
  pose: RelativePose;
  /** Σ robust Sampson error, pixels². */
  cost: number;
  inliers: Uint8Array;
  inlierCount: number;
  /** Inliers that lie in front of both cameras, or too far away to tell. */
  inFront: number;
  /** Median angle between the two rays of an inlier, radians. */
  medianAngle: number;
}

/** Samples are compared with this threshold: sub-pixel tracks tell poses apart that all pass a looser one. */
const SCORING_THRESHOLD_PIXELS = 0.8;
const SCALE_PIXELS = 0.4;
const LEAST_ITERATIONS = 40;

/** Pixel correspondences to normalised image coordinates for a centred principal point. */
export function normalizeCorrespondences(
  c: Correspondences,
  focal: number,
  cx: number,
  cy: number,
): Correspondences {
  const out = new Float64Array(c.length);
  for (let i = 0; i < c.length; i += 2) {
    out[i] = (c[i] - cx) / focal;
    out[i + 1] = (c[i + 1] - cy) / focal;
  }
  return out;
}

export function essentialOf(pose: RelativePose): Matrix3 {
  return multiply3(skew3(pose.translation), pose.rotation);
}

/** Whether the rays of match i come nearest to each other (midpoint) in front of both cameras. */
function isInFront({ rotation: r, translation: t }: RelativePose, n: Correspondences, i: number): boolean {
  // In numbers, not vectors: asked of every match for every pose that is tried.
  const x1 = n[4 * i];
  const y1 = n[4 * i + 1];
  const x2 = n[4 * i + 2];
  const y2 = n[4 * i + 3];
  const length1 = Math.sqrt(x1 * x1 + y1 * y1 + 1);
  const ux = x1 / length1;
  const uy = y1 / length1;
  const uz = 1 / length1;
  const ax = r[0] * ux + r[1] * uy + r[2] * uz;
  const ay = r[3] * ux + r[4] * uy + r[5] * uz;
  const az = r[6] * ux + r[7] * uy + r[8] * uz;
  const length2 = Math.sqrt(x2 * x2 + y2 * y2 + 1);
  const bx = x2 / length2;
  const by = y2 / length2;
  const bz = 1 / length2;
  const cosine = ax * bx + ay * by + az * bz;
  const ta = t[0] * ax + t[1] * ay + t[2] * az;
  const tb = t[0] * bx + t[1] * by + t[2] * bz;
  const denominator = 1 - cosine * cosine + 1e-15;
  return (cosine * tb - ta) / denominator > 0 && (tb - cosine * ta) / denominator > 0;
}

/** Angle between the rays of match i, radians. */
function rayAngle({ rotation }: RelativePose, n: Correspondences, i: number): number {
  const a = transform3(rotation, normalized([n[4 * i], n[4 * i + 1], 1]));
  const b = normalized([n[4 * i + 2], n[4 * i + 3], 1]);
  const [x, y, z] = cross(a, b);
  return Math.atan2(Math.hypot(x, y, z), dot3(a, b));
}

/** The pose among the four of an essential matrix that puts most matches in front of both cameras. */
export function poseFromEssential(
  e: Matrix3,
  n: Correspondences,
  inliers: Uint8Array,
): { pose: RelativePose; inFront: number } {
  const { u, v } = svd3(e);
  if (determinant3(u) < 0) for (let k = 2; k < 9; k += 3) u[k] = -u[k];
  if (determinant3(v) < 0) for (let k = 2; k < 9; k += 3) v[k] = -v[k];
  const w = Float64Array.of(0, -1, 0, 1, 0, 0, 0, 0, 1);
  const rotations = [
    multiply3(multiply3(u, w), transpose3(v)),
    multiply3(multiply3(u, transpose3(w)), transpose3(v)),
  ];
  let best: RelativePose = { rotation: rotations[0], translation: Float64Array.of(u[2], u[5], u[8]) };
  let inFront = -1;
  for (const rotation of rotations)
    for (const sign of [1, -1]) {
      const pose = { rotation, translation: Float64Array.of(sign * u[2], sign * u[5], sign * u[8]) };
      let count = 0;
      for (let i = 0; i < inliers.length; i++) {
        if (!inliers[i]) continue;
        if (isInFront(pose, n, i)) count++;
      }
      if (count > inFront) {
        inFront = count;
        best = pose;
      }
    }
  return { pose: best, inFront };
}

/**
 * Refines a relative pose by Levenberg–Marquardt on Cauchy-weighted Sampson errors; the translation moves on the unit sphere.
 * @param scalePixels Cauchy scale in pixels. @returns the refined pose and its robust cost in pixels².
 */
export function refineRelativePose(
  start: RelativePose,
  n: Correspondences,
  focal: number,
  scalePixels: number,
  iterations: number,
): { pose: RelativePose; cost: number } {
  const count = n.length >> 2;
  const scale = (scalePixels / focal) ** 2;
  const robustCost = (pose: RelativePose) => {
    const e = essentialOf(pose);
    let cost = 0;
    for (let i = 0; i < count; i++) cost += Math.log1p(sampsonSquared(e, n, i) / scale);
    return cost * scalePixels * scalePixels;
  };
  let pose = start;
  let cost = robustCost(pose);
  let damping = 1e-4;
  const jacobian = new Float64Array(5);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const { rotation, translation } = pose;
    const e = essentialOf(pose);
    const t = normalized(translation);
    const axis = Math.abs(t[0]) < 0.7 ? [1, 0, 0] : [0, 1, 0];
    const tangent1 = normalized(cross(t, axis));
    const tangent2 = cross(t, tangent1);
    const derivatives = [
      ...[0, 1, 2].map(k =>
        multiply3(skew3(translation), multiply3(skew3([+(k === 0), +(k === 1), +(k === 2)]), rotation)),
      ),
      multiply3(skew3(tangent1), rotation),
      multiply3(skew3(tangent2), rotation),
    ];
    const normal = new Float64Array(25);
    const gradient = new Float64Array(5);
    for (let i = 0; i < count; i++) {
      const x1 = n[4 * i];
      const y1 = n[4 * i + 1];
      const x2 = n[4 * i + 2];
      const y2 = n[4 * i + 3];
      const a = e[0] * x1 + e[1] * y1 + e[2];
      const b = e[3] * x1 + e[4] * y1 + e[5];
      const d = e[6] * x1 + e[7] * y1 + e[8];
      const g = e[0] * x2 + e[3] * y2 + e[6];
      const h = e[1] * x2 + e[4] * y2 + e[7];
      const inverse = 1 / Math.sqrt(a * a + b * b + g * g + h * h + 1e-300);
      const residual = (x2 * a + y2 * b + d) * inverse;
      const weight = 1 / (1 + (residual * residual) / scale);
      for (let k = 0; k < 5; k++) {
        const f = derivatives[k];
        const value =
          x2 * (f[0] * x1 + f[1] * y1 + f[2]) +
          y2 * (f[3] * x1 + f[4] * y1 + f[5]) +
          f[6] * x1 +
          f[7] * y1 +
          f[8];
        jacobian[k] = value * inverse;
      }
      for (let k = 0; k < 5; k++) {
        gradient[k] -= weight * jacobian[k] * residual;
        for (let l = 0; l <= k; l++) normal[5 * k + l] += weight * jacobian[k] * jacobian[l];
      }
    }
    let improved = false;
    for (let attempt = 0; attempt < 4 && !improved; attempt++) {
      const damped = normal.slice();
      for (let k = 0; k < 5; k++) damped[6 * k] += damping * normal[6 * k] + 1e-12;
      const step = gradient.slice();
      if (!solveSymmetric(damped, step, 5)) {
        damping *= 10;
        continue;
      }
      const candidate: RelativePose = {
        rotation: multiply3(rotationFromVector(step[0], step[1], step[2]), rotation),
        translation: Float64Array.from(
          normalized([0, 1, 2].map(k => t[k] + step[3] * tangent1[k] + step[4] * tangent2[k])),
        ),
      };
      orthonormalize(candidate.rotation);
      const candidateCost = robustCost(candidate);
      if (candidateCost < cost) {
        improved = cost - candidateCost > 1e-7 * cost;
        pose = candidate;
        cost = candidateCost;
        damping = Math.max(1e-9, damping * 0.2);
        if (!improved) return { pose, cost };
      } else damping *= 10;
    }
    if (!improved) break;
  }
  return { pose, cost };
}

/**
 * Five-point LO-RANSAC on pixel correspondences for a known focal length, refined on its inliers.
 * @param thresholdPixels what counts as an inlier of the result.
 */
export function estimateRelativePose(
  c: Correspondences,
  focal: number,
  cx: number,
  cy: number,
  thresholdPixels: number,
  random: Random,
  maxIterations = 300,
): RelativePoseFit | undefined {
  const n = normalizeCorrespondences(c, focal, cx, cy);
  const threshold = thresholdPixels / focal;
  const fit = ransacTwoView(
    {
      sampleSize: 5,
      fromSample: fivePoint,
      refit: (all, chosen, previous) => {
        const flags = new Uint8Array(chosen.length).fill(1);
        const picked = new Float64Array(chosen.length * 4);
        chosen.forEach((i, k) => {
          picked.set(all.subarray(4 * i, 4 * i + 4), 4 * k);
        });
        const { pose } = poseFromEssential(previous, picked, flags);
        return essentialOf(refineRelativePose(pose, picked, focal, SCALE_PIXELS, 5).pose);
      },
      errorSquared: sampsonSquared,
    },
    n,
    SCORING_THRESHOLD_PIXELS / focal,
    random,
    maxIterations,
    Math.min(maxIterations, LEAST_ITERATIONS),
  );
  if (!fit) return undefined;
  const { pose: start } = poseFromEssential(fit.model, n, fit.inliers);
  return describeFit(refineRelativePose(start, n, focal, SCALE_PIXELS, 20), n, threshold);
}

/** Counts what a pose explains. */
export function describeFit(
  refined: { pose: RelativePose; cost: number },
  n: Correspondences,
  threshold: number,
): RelativePoseFit {
  const e = essentialOf(refined.pose);
  const count = n.length >> 2;
  const inliers = new Uint8Array(count);
  const angles: number[] = [];
  let inlierCount = 0;
  let inFront = 0;
  for (let i = 0; i < count; i++) {
    if (sampsonSquared(e, n, i) >= threshold * threshold) continue;
    inliers[i] = 1;
    inlierCount++;
    const angle = rayAngle(refined.pose, n, i);
    // Nearly parallel rays meet at infinity, on either side as the noise falls.
    if (isInFront(refined.pose, n, i) || angle < 2 * threshold) inFront++;
    angles.push(angle);
  }
  angles.sort((p, q) => p - q);
  return { ...refined, inliers, inlierCount, inFront, medianAngle: angles[angles.length >> 1] ?? 0 };
}
