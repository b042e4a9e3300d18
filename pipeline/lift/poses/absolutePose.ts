import type { Random } from '../../../engine/random.ts';
import type { CameraFromWorld } from '../types.ts';
import { drawSample } from './fundamental.ts';
import {
  cross,
  type Matrix3,
  multiply3,
  normalized,
  orthonormalize,
  realRoots,
  rotationFromVector,
  solveSymmetric,
  transform3,
  transpose3,
} from './smallMatrices.ts';

/** Known points and where one image shows them. */
export interface PointsInImage {
  /** xyz per point, world. */
  points: Float64Array;
  /** x, y per point, pixels relative to the principal point. */
  pixels: Float64Array;
}

export interface AbsolutePoseFit {
  pose: CameraFromWorld;
  inliers: Uint8Array;
  inlierCount: number;
}

function frameOf(a: ArrayLike<number>, b: ArrayLike<number>, c: ArrayLike<number>): Matrix3 | undefined {
  const ab = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const ac = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
  const normal = cross(ab, ac);
  if (Math.hypot(...normal) < 1e-12) return undefined;
  const x = normalized(ab);
  const z = normalized(normal);
  const y = cross(z, x);
  return Float64Array.of(x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]);
}

/**
 * Camera poses from three points (Grunert's quartic as given by Haralick et al., IJCV 1994, section 3.1).
 * @param rays unit viewing directions, three triples.
 */
export function threePointPoses(rays: number[][], world: number[][]): CameraFromWorld[] {
  const squared = (p: number[], q: number[]) => (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2;
  const cosine = (p: number[], q: number[]) => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
  const a2 = squared(world[1], world[2]);
  const b2 = squared(world[0], world[2]);
  const c2 = squared(world[0], world[1]);
  if (Math.min(a2, b2, c2) < 1e-16) return [];
  const ca = cosine(rays[1], rays[2]);
  const cb = cosine(rays[0], rays[2]);
  const cc = cosine(rays[0], rays[1]);
  const p = (a2 - c2) / b2;
  const q = (a2 + c2) / b2;
  const r = (b2 - c2) / b2;
  const s = (b2 - a2) / b2;
  const a4 = (p - 1) ** 2 - (4 * c2 * ca * ca) / b2;
  const a3 = 4 * (p * (1 - p) * cb - (1 - q) * ca * cc + ((2 * c2) / b2) * ca * ca * cb);
  const aa2 =
    2 * (p * p - 1 + 2 * p * p * cb * cb + 2 * r * ca * ca - 4 * q * ca * cb * cc + 2 * s * cc * cc);
  const a1 = 4 * (-p * (1 + p) * cb + ((2 * a2) / b2) * cc * cc * cb - (1 - q) * ca * cc);
  const a0 = (1 + p) ** 2 - (4 * a2 * cc * cc) / b2;
  const worldFrame = frameOf(world[0], world[1], world[2]);
  if (!worldFrame) return [];
  const poses: CameraFromWorld[] = [];
  for (const v of realRoots([a0, a1, aa2, a3, a4])) {
    const denominator = 2 * (cc - v * ca);
    if (v <= 0 || Math.abs(denominator) < 1e-12) continue;
    const u = ((-1 + p) * v * v - 2 * p * cb * v + 1 + p) / denominator;
    if (u <= 0) continue;
    const s1 = Math.sqrt(b2 / (1 + v * v - 2 * v * cb));
    const depths = [s1, u * s1, v * s1];
    const inCamera = rays.map((ray, k) => ray.map(value => value * depths[k]));
    const cameraFrame = frameOf(inCamera[0], inCamera[1], inCamera[2]);
    if (!cameraFrame) continue;
    const rotation = multiply3(cameraFrame, transpose3(worldFrame));
    const moved = transform3(rotation, world[0]);
    poses.push({
      rotation,
      translation: Float64Array.of(
        inCamera[0][0] - moved[0],
        inCamera[0][1] - moved[1],
        inCamera[0][2] - moved[2],
      ),
    });
  }
  return poses;
}

/** Squared reprojection error in pixels², Infinity behind the camera. */
function errorSquared(pose: CameraFromWorld, focal: number, data: PointsInImage, i: number): number {
  const { rotation: r, translation: t } = pose;
  const x = data.points[3 * i];
  const y = data.points[3 * i + 1];
  const z = data.points[3 * i + 2];
  const depth = r[6] * x + r[7] * y + r[8] * z + t[2];
  if (depth <= 1e-9) return Number.POSITIVE_INFINITY;
  const dx = (focal * (r[0] * x + r[1] * y + r[2] * z + t[0])) / depth - data.pixels[2 * i];
  const dy = (focal * (r[3] * x + r[4] * y + r[5] * z + t[1])) / depth - data.pixels[2 * i + 1];
  return dx * dx + dy * dy;
}

/** Levenberg–Marquardt on Cauchy-weighted reprojection errors over the six pose parameters. */
export function refineAbsolutePose(
  start: CameraFromWorld,
  focal: number,
  data: PointsInImage,
  scalePixels: number,
  iterations: number,
): CameraFromWorld {
  const count = data.points.length / 3;
  const scale = scalePixels * scalePixels;
  const robustCost = (pose: CameraFromWorld) => {
    let cost = 0;
    for (let i = 0; i < count; i++)
      cost += Math.log1p(Math.min(errorSquared(pose, focal, data, i), 1e6) / scale);
    return cost;
  };
  let pose = start;
  let cost = robustCost(pose);
  let damping = 1e-4;
  const jx = new Float64Array(6);
  const jy = new Float64Array(6);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const { rotation: r, translation: t } = pose;
    const normal = new Float64Array(36);
    const gradient = new Float64Array(6);
    for (let i = 0; i < count; i++) {
      const wx = data.points[3 * i];
      const wy = data.points[3 * i + 1];
      const wz = data.points[3 * i + 2];
      const rx = r[0] * wx + r[1] * wy + r[2] * wz;
      const ry = r[3] * wx + r[4] * wy + r[5] * wz;
      const rz = r[6] * wx + r[7] * wy + r[8] * wz;
      const depth = rz + t[2];
      if (depth <= 1e-9) continue;
      const u = (rx + t[0]) / depth;
      const v = (ry + t[1]) / depth;
      const ex = focal * u - data.pixels[2 * i];
      const ey = focal * v - data.pixels[2 * i + 1];
      const weight = 1 / (1 + (ex * ex + ey * ey) / scale);
      const g = focal / depth;
      jx[3] = g;
      jx[4] = 0;
      jx[5] = -g * u;
      jy[3] = 0;
      jy[4] = g;
      jy[5] = -g * v;
      // d(exp(w)·Rx)/dw = −[Rx]×
      jx[0] = jx[5] * ry;
      jx[1] = g * rz - jx[5] * rx;
      jx[2] = -g * ry;
      jy[0] = -g * rz + jy[5] * ry;
      jy[1] = -jy[5] * rx;
      jy[2] = g * rx;
      for (let k = 0; k < 6; k++) {
        gradient[k] -= weight * (jx[k] * ex + jy[k] * ey);
        for (let l = 0; l <= k; l++) normal[6 * k + l] += weight * (jx[k] * jx[l] + jy[k] * jy[l]);
      }
    }
    let improved = false;
    for (let attempt = 0; attempt < 5 && !improved; attempt++) {
      const damped = normal.slice();
      for (let k = 0; k < 6; k++) damped[7 * k] += damping * normal[7 * k] + 1e-12;
      const step = gradient.slice();
      if (!solveSymmetric(damped, step, 6)) {
        damping *= 10;
        continue;
      }
      const rotation = multiply3(rotationFromVector(step[0], step[1], step[2]), r);
      orthonormalize(rotation);
      const candidate = {
        rotation,
        translation: Float64Array.of(t[0] + step[3], t[1] + step[4], t[2] + step[5]),
      };
      const candidateCost = robustCost(candidate);
      if (candidateCost < cost) {
        improved = cost - candidateCost > 1e-8 * cost;
        pose = candidate;
        cost = candidateCost;
        damping = Math.max(1e-9, damping * 0.2);
        if (!improved) return pose;
      } else damping *= 10;
    }
    if (!improved) break;
  }
  return pose;
}

/**
 * Resection: three-point LO-RANSAC, then refinement. `guess`, where there is one, competes with the samples.
 * @returns undefined with fewer than six points.
 */
export function estimateAbsolutePose(
  data: PointsInImage,
  focal: number,
  thresholdPixels: number,
  random: Random,
  guess?: CameraFromWorld,
  maxIterations = 400,
): AbsolutePoseFit | undefined {
  const count = data.points.length / 3;
  if (count < 6) return undefined;
  const limit = thresholdPixels * thresholdPixels;
  const costOf = (pose: CameraFromWorld) => {
    let cost = 0;
    for (let i = 0; i < count; i++) cost += Math.min(limit, errorSquared(pose, focal, data, i));
    return cost;
  };
  const inliersOf = (pose: CameraFromWorld) =>
    Uint8Array.from({ length: count }, (_, i) => +(errorSquared(pose, focal, data, i) < limit));
  const refineOnInliers = (pose: CameraFromWorld, iterations: number) => {
    const flags = inliersOf(pose);
    const chosen: number[] = [];
    for (let i = 0; i < count; i++) if (flags[i]) chosen.push(i);
    if (chosen.length < 6) return pose;
    const part: PointsInImage = {
      points: new Float64Array(chosen.length * 3),
      pixels: new Float64Array(chosen.length * 2),
    };
    chosen.forEach((i, k) => {
      part.points.set(data.points.subarray(3 * i, 3 * i + 3), 3 * k);
      part.pixels.set(data.pixels.subarray(2 * i, 2 * i + 2), 2 * k);
    });
    return refineAbsolutePose(pose, focal, part, thresholdPixels / 2, iterations);
  };
  let best: CameraFromWorld | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  let needed = maxIterations;
  const consider = (pose: CameraFromWorld) => {
    const cost = costOf(pose);
    if (!(cost < bestCost)) return;
    const refined = refineOnInliers(pose, 5);
    const refinedCost = costOf(refined);
    best = refinedCost < cost ? refined : pose;
    bestCost = Math.min(cost, refinedCost);
    const ratio = inliersOf(best).reduce((sum, flag) => sum + flag, 0) / count;
    const miss = 1 - ratio ** 3;
    needed = miss <= 0 ? 0 : Math.min(maxIterations, Math.ceil(Math.log(0.001) / Math.log(miss)));
  };
  if (guess) consider(refineAbsolutePose(guess, focal, data, 4 * thresholdPixels, 10));
  const sample = new Int32Array(3);
  for (let iteration = 0; iteration < needed; iteration++) {
    drawSample(random, count, 3, sample);
    const world = Array.from(sample, i => Array.from(data.points.subarray(3 * i, 3 * i + 3)));
    const rays = Array.from(
      sample,
      i => normalized([data.pixels[2 * i] / focal, data.pixels[2 * i + 1] / focal, 1]) as number[],
    );
    for (const pose of threePointPoses(rays, world)) consider(pose);
  }
  if (!best) return undefined;
  const pose = refineOnInliers(refineOnInliers(best, 15), 15);
  const inliers = inliersOf(pose);
  return { pose, inliers, inlierCount: inliers.reduce((sum, flag) => sum + flag, 0) };
}
