import type { Random } from '../../../engine/random.ts';
import {
  determinant3,
  type Matrix3,
  multiply3,
  nullSpace,
  realRoots,
  smallestEigenvector,
  svd3,
  transpose3,
} from './smallMatrices.ts';

/** Corresponding points of two images: x1, y1, x2, y2 per match, pixels (or normalised where said so). */
export type Correspondences = Float64Array;

export interface TwoViewFit {
  model: Matrix3;
  /** 1 where the match obeys the model. */
  inliers: Uint8Array;
  inlierCount: number;
  /** MSAC cost: Σ min(error², threshold²), pixels². */
  cost: number;
}

/** Squared Sampson distance of match i to x2ᵀ·f·x1 = 0, in the coordinates' unit squared. */
export function sampsonSquared(f: Matrix3, c: Correspondences, i: number): number {
  const x1 = c[4 * i];
  const y1 = c[4 * i + 1];
  const x2 = c[4 * i + 2];
  const y2 = c[4 * i + 3];
  const a = f[0] * x1 + f[1] * y1 + f[2];
  const b = f[3] * x1 + f[4] * y1 + f[5];
  const d = f[6] * x1 + f[7] * y1 + f[8];
  const e = x2 * a + y2 * b + d;
  const g = f[0] * x2 + f[3] * y2 + f[6];
  const h = f[1] * x2 + f[4] * y2 + f[7];
  return (e * e) / (a * a + b * b + g * g + h * h + 1e-300);
}

/** Squared transfer error of match i under the homography h, from image 1 to 2. */
export function transferSquared(h: Matrix3, c: Correspondences, i: number): number {
  const x = c[4 * i];
  const y = c[4 * i + 1];
  const w = h[6] * x + h[7] * y + h[8];
  const dx = (h[0] * x + h[1] * y + h[2]) / w - c[4 * i + 2];
  const dy = (h[3] * x + h[4] * y + h[5]) / w - c[4 * i + 3];
  return dx * dx + dy * dy;
}

/** Similarity that moves the chosen points of one image to the origin with mean distance √2 (Hartley 1997). */
function conditioner(c: Correspondences, chosen: ArrayLike<number>, offset: 0 | 2): Matrix3 {
  let mx = 0;
  let my = 0;
  for (let k = 0; k < chosen.length; k++) {
    mx += c[4 * chosen[k] + offset];
    my += c[4 * chosen[k] + offset + 1];
  }
  mx /= chosen.length;
  my /= chosen.length;
  let spread = 0;
  for (let k = 0; k < chosen.length; k++)
    spread += Math.hypot(c[4 * chosen[k] + offset] - mx, c[4 * chosen[k] + offset + 1] - my);
  const s = (Math.SQRT2 * chosen.length) / (spread || 1);
  return Float64Array.of(s, 0, -s * mx, 0, s, -s * my, 0, 0, 1);
}

function epipolarRow(
  row: Float64Array,
  at: number,
  t1: Matrix3,
  t2: Matrix3,
  c: Correspondences,
  i: number,
  weight: number,
): void {
  const x1 = t1[0] * c[4 * i] + t1[2];
  const y1 = t1[4] * c[4 * i + 1] + t1[5];
  const x2 = (t2[0] * c[4 * i + 2] + t2[2]) * weight;
  const y2 = (t2[4] * c[4 * i + 3] + t2[5]) * weight;
  row[at] = x2 * x1;
  row[at + 1] = x2 * y1;
  row[at + 2] = x2;
  row[at + 3] = y2 * x1;
  row[at + 4] = y2 * y1;
  row[at + 5] = y2;
  row[at + 6] = x1 * weight;
  row[at + 7] = y1 * weight;
  row[at + 8] = weight;
}

/** The one to three fundamental matrices through seven matches (Hartley and Zisserman, 11.1.2). */
export function sevenPoint(c: Correspondences, chosen: ArrayLike<number>): Matrix3[] {
  const t1 = conditioner(c, chosen, 0);
  const t2 = conditioner(c, chosen, 2);
  const rows = new Float64Array(63);
  for (let k = 0; k < 7; k++) epipolarRow(rows, 9 * k, t1, t2, c, chosen[k], 1);
  const basis = nullSpace(rows, 7, 9);
  if (!basis) return [];
  const [p, q] = basis;
  const mix = (alpha: number) => p.map((value, k) => alpha * value + (1 - alpha) * q[k]);
  // det(α p + (1−α) q) is a cubic in α: four values give it.
  const d0 = determinant3(mix(0));
  const d1 = determinant3(mix(1));
  const dMinus = determinant3(mix(-1));
  const d2 = determinant3(mix(2));
  const c0 = d0;
  const c2 = (d1 + dMinus) / 2 - d0;
  const c3 = (d2 - d0 - 4 * c2 - (d1 - dMinus)) / 6;
  const c1 = (d1 - dMinus) / 2 - c3;
  return realRoots([c0, c1, c2, c3]).map(alpha => multiply3(multiply3(transpose3(t2), mix(alpha)), t1));
}

/** Weighted linear least squares over the chosen matches, rank 2 enforced; weights by Sampson's denominator when `previous` is given. */
export function eightPoint(c: Correspondences, chosen: ArrayLike<number>, previous?: Matrix3): Matrix3 {
  const t1 = conditioner(c, chosen, 0);
  const t2 = conditioner(c, chosen, 2);
  const normal = new Float64Array(81);
  const row = new Float64Array(9);
  for (let k = 0; k < chosen.length; k++) {
    const i = chosen[k];
    let weight = 1;
    if (previous) {
      const f = previous;
      const x1 = c[4 * i];
      const y1 = c[4 * i + 1];
      const x2 = c[4 * i + 2];
      const y2 = c[4 * i + 3];
      const squares =
        (f[0] * x1 + f[1] * y1 + f[2]) ** 2 +
        (f[3] * x1 + f[4] * y1 + f[5]) ** 2 +
        (f[0] * x2 + f[3] * y2 + f[6]) ** 2 +
        (f[1] * x2 + f[4] * y2 + f[7]) ** 2;
      weight = 1 / Math.sqrt(squares + 1e-300);
    }
    epipolarRow(row, 0, t1, t2, c, i, weight);
    for (let r = 0; r < 9; r++) for (let s = r; s < 9; s++) normal[9 * r + s] += row[r] * row[s];
  }
  let scale = 0;
  for (let r = 0; r < 9; r++) scale = Math.max(scale, normal[10 * r]);
  for (let r = 0; r < 9; r++) for (let s = r; s < 9; s++) normal[9 * s + r] = normal[9 * r + s] /= scale;
  const { u, s, v } = svd3(smallestEigenvector(normal, 9));
  for (let r = 0; r < 9; r += 3) {
    u[r] *= s[0];
    u[r + 1] *= s[1];
    u[r + 2] = 0;
  }
  return multiply3(multiply3(transpose3(t2), multiply3(u, transpose3(v))), t1);
}

/** Least-squares homography from image 1 to 2 (normalised DLT). */
export function fitHomography(c: Correspondences, chosen: ArrayLike<number>): Matrix3 {
  const t1 = conditioner(c, chosen, 0);
  const t2 = conditioner(c, chosen, 2);
  const normal = new Float64Array(81);
  const row = new Float64Array(9);
  const accumulate = () => {
    for (let r = 0; r < 9; r++) for (let s = r; s < 9; s++) normal[9 * r + s] += row[r] * row[s];
  };
  for (let k = 0; k < chosen.length; k++) {
    const i = chosen[k];
    const x1 = t1[0] * c[4 * i] + t1[2];
    const y1 = t1[4] * c[4 * i + 1] + t1[5];
    const x2 = t2[0] * c[4 * i + 2] + t2[2];
    const y2 = t2[4] * c[4 * i + 3] + t2[5];
    row.set([x1, y1, 1, 0, 0, 0, -x2 * x1, -x2 * y1, -x2]);
    accumulate();
    row.set([0, 0, 0, x1, y1, 1, -y2 * x1, -y2 * y1, -y2]);
    accumulate();
  }
  for (let r = 0; r < 9; r++) for (let s = r; s < 9; s++) normal[9 * s + r] = normal[9 * r + s];
  const h = smallestEigenvector(normal, 9);
  const back = Float64Array.of(1 / t2[0], 0, -t2[2] / t2[0], 0, 1 / t2[4], -t2[5] / t2[4], 0, 0, 1);
  return multiply3(multiply3(back, h), t1);
}

export interface RansacModel {
  sampleSize: number;
  fromSample(c: Correspondences, chosen: Int32Array): Matrix3[];
  refit(c: Correspondences, chosen: Int32Array, previous: Matrix3): Matrix3;
  errorSquared(model: Matrix3, c: Correspondences, i: number): number;
}

export const FUNDAMENTAL: RansacModel = {
  sampleSize: 7,
  fromSample: sevenPoint,
  refit: eightPoint,
  errorSquared: sampsonSquared,
};
export const HOMOGRAPHY: RansacModel = {
  sampleSize: 4,
  fromSample: (c, chosen) => [fitHomography(c, chosen)],
  refit: fitHomography,
  errorSquared: transferSquared,
};

/** Draws `size` distinct integers below `count` into `out`. */
export function drawSample(random: Random, count: number, size: number, out: Int32Array): void {
  for (let k = 0; k < size; k++) {
    let candidate = random.integer(count);
    while (out.subarray(0, k).includes(candidate)) candidate = random.integer(count);
    out[k] = candidate;
  }
}

/**
 * MSAC (Torr and Zisserman 2000) with local optimisation by refits on the inliers (Chum, Matas and Kittler 2003),
 * stopping once a better sample would have shown up with 99.9 % confidence, but not before `minIterations`: where
 * every match agrees within the threshold with the first model, only the cost tells a twisted solution from the true one.
 */
export function ransacTwoView(
  kind: RansacModel,
  c: Correspondences,
  thresholdPixels: number,
  random: Random,
  maxIterations = 1000,
  minIterations = 0,
): TwoViewFit | undefined {
  const count = c.length >> 2;
  if (count < kind.sampleSize + 1) return undefined;
  const limit = thresholdPixels * thresholdPixels;
  const costOf = (model: Matrix3, bound: number) => {
    let cost = 0;
    for (let i = 0; i < count; i++) {
      const error = kind.errorSquared(model, c, i);
      cost += error < limit ? error : limit;
      if (cost > bound) return cost;
    }
    return cost;
  };
  const inliersOf = (model: Matrix3) => {
    const chosen: number[] = [];
    for (let i = 0; i < count; i++) if (kind.errorSquared(model, c, i) < limit) chosen.push(i);
    return Int32Array.from(chosen);
  };
  let best: Matrix3 | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  let needed = maxIterations;
  const sample = new Int32Array(kind.sampleSize);
  for (let iteration = 0; iteration < needed; iteration++) {
    drawSample(random, count, kind.sampleSize, sample);
    for (const candidate of kind.fromSample(c, sample)) {
      let model = candidate;
      let cost = costOf(model, bestCost);
      if (!(cost < bestCost)) continue;
      for (let round = 0; round < 4; round++) {
        const chosen = inliersOf(model);
        if (chosen.length <= kind.sampleSize) break;
        const refitted = kind.refit(c, chosen, model);
        const refittedCost = costOf(refitted, cost);
        if (!(refittedCost < cost)) break;
        model = refitted;
        cost = refittedCost;
      }
      best = model;
      bestCost = cost;
      const ratio = inliersOf(model).length / count;
      const miss = 1 - ratio ** kind.sampleSize;
      needed = miss <= 0 ? 0 : Math.min(maxIterations, Math.ceil(Math.log(0.001) / Math.log(miss)));
      needed = Math.max(minIterations, needed);
    }
  }
  if (!best) return undefined;
  const inliers = new Uint8Array(count);
  const chosen = inliersOf(best);
  for (const i of chosen) inliers[i] = 1;
  return { model: best, inliers, inlierCount: chosen.length, cost: bestCost };
}
