import { createRandom } from '../../../engine/random.ts';
import { smallestEigenvector } from '../../../pipeline/lift/poses/smallMatrices.ts';
import type { SharedPoints } from '../../../pipeline/score/pointTracks.ts';

const FEWEST_HYPOTHESES = 60;
const MOST_HYPOTHESES = 400;
/** Samples of inliers alone that are wanted: noise makes most of them poor models, so one is not enough. */
const CLEAN_SAMPLES = 37;
const REFINEMENTS = 8;
/** A tracked corner is good to about a third of a pixel; three of that. */
const INLIER_PIXELS = 1;

/** What createTwoViews does, in plain numbers. @returns the errors. */
export function fitPlainly(
  points: SharedPoints,
  model: 'fundamental' | 'homography',
): Float64Array | undefined {
  return model === 'fundamental'
    ? fitModel(
        points,
        8,
        fundamentalFromSample,
        sampsonError,
        rows => rankTwo(solveNormal(rows)),
        fundamentalRows,
      )
    : fitModel(points, 4, homographyFromSample, transferError, solveNormal, homographyRows);
}

type PointPairs = Float64Array;

function fitModel(
  points: SharedPoints,
  sampleSize: number,
  fromSample: (pairs: PointPairs, sample: Int32Array) => Float64Array | undefined,
  error: (m: Float64Array, x1: number, y1: number, x2: number, y2: number) => number,
  solve: (normal: Float64Array) => Float64Array,
  addRows: (normal: Float64Array, x1: number, y1: number, x2: number, y2: number) => void,
): Float64Array | undefined {
  const { count } = points;
  if (count < 16) return undefined;
  const { pairs, scale } = normalise(points);
  const limit = (INLIER_PIXELS / scale) ** 2;
  const random = createRandom(`two-view/${count}`);
  const sample = new Int32Array(sampleSize);
  let best: Float64Array | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  let hypotheses = MOST_HYPOTHESES;
  for (let hypothesis = 0; hypothesis < hypotheses; hypothesis++) {
    for (let i = 0; i < sampleSize; ) {
      const candidate = random.integer(count);
      if (!sample.subarray(0, i).includes(candidate)) sample[i++] = candidate;
    }
    const model = fromSample(pairs, sample);
    if (!model) continue;
    let cost = 0;
    for (let p = 0; p < pairs.length && cost < bestCost; p += 4)
      cost += Math.min(limit, error(model, pairs[p], pairs[p + 1], pairs[p + 2], pairs[p + 3]));
    if (cost < bestCost) {
      bestCost = cost;
      best = model;
      // The cost is at most `limit` per outlier, so this share is a floor.
      const inlierShare = Math.max(0, 1 - cost / (limit * count));
      hypotheses = Math.min(
        MOST_HYPOTHESES,
        Math.max(FEWEST_HYPOTHESES, CLEAN_SAMPLES / inlierShare ** sampleSize),
      );
    }
  }
  if (!best) return undefined;
  for (let round = 0; round < REFINEMENTS; round++) {
    const normal = new Float64Array(81);
    let used = 0;
    let cost = 0;
    for (let p = 0; p < pairs.length; p += 4) {
      if (error(best, pairs[p], pairs[p + 1], pairs[p + 2], pairs[p + 3]) > limit) continue;
      addRows(normal, pairs[p], pairs[p + 1], pairs[p + 2], pairs[p + 3]);
      used++;
    }
    if (used < 2 * sampleSize) break;
    const refined = solve(normal);
    for (let p = 0; p < pairs.length; p += 4)
      cost += Math.min(limit, error(refined, pairs[p], pairs[p + 1], pairs[p + 2], pairs[p + 3]));
    if (cost >= bestCost) break;
    bestCost = cost;
    best = refined;
  }
  const model = best;
  return Float64Array.from(
    { length: count },
    (_, i) =>
      Math.sqrt(error(model, pairs[4 * i], pairs[4 * i + 1], pairs[4 * i + 2], pairs[4 * i + 3])) * scale,
  );
}

/** x₁, y₁, x₂, y₂ per point about each view's centroid, in units of the second view's spread, which is `scale` pixels. */
function normalise(points: SharedPoints): { pairs: PointPairs; scale: number } {
  const { count, first, second } = points;
  const centroid = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    centroid[0] += first[2 * i] / count;
    centroid[1] += first[2 * i + 1] / count;
    centroid[2] += second[2 * i] / count;
    centroid[3] += second[2 * i + 1] / count;
  }
  let scale = 1e-6;
  for (let i = 0; i < count; i++)
    scale += Math.hypot(second[2 * i] - centroid[2], second[2 * i + 1] - centroid[3]) / (count * Math.SQRT2);
  const pairs = new Float64Array(count * 4);
  for (let i = 0; i < count; i++) {
    pairs[4 * i] = (first[2 * i] - centroid[0]) / scale;
    pairs[4 * i + 1] = (first[2 * i + 1] - centroid[1]) / scale;
    pairs[4 * i + 2] = (second[2 * i] - centroid[2]) / scale;
    pairs[4 * i + 3] = (second[2 * i + 1] - centroid[3]) / scale;
  }
  return { pairs, scale };
}

function fundamentalFromSample(pairs: PointPairs, sample: Int32Array): Float64Array | undefined {
  const rows = new Float64Array(72);
  for (let r = 0; r < 8; r++) {
    const p = sample[r] * 4;
    const [x1, y1, x2, y2] = [pairs[p], pairs[p + 1], pairs[p + 2], pairs[p + 3]];
    rows.set([x2 * x1, x2 * y1, x2, y2 * x1, y2 * y1, y2, x1, y1, -1], r * 9);
  }
  const x = solve8(rows);
  return x && Float64Array.of(...x, 1);
}

/** By way of the four points of a projective basis (Hartley and Zisserman 2.3), which takes a third of the time of solving for them. */
function homographyFromSample(pairs: PointPairs, sample: Int32Array): Float64Array | undefined {
  const from = fromBasis(pairs, sample, 0);
  const to = fromBasis(pairs, sample, 2);
  if (!from || !to) return undefined;
  const adjugate = Float64Array.of(
    from[4] * from[8] - from[5] * from[7],
    from[2] * from[7] - from[1] * from[8],
    from[1] * from[5] - from[2] * from[4],
    from[5] * from[6] - from[3] * from[8],
    from[0] * from[8] - from[2] * from[6],
    from[2] * from[3] - from[0] * from[5],
    from[3] * from[7] - from[4] * from[6],
    from[1] * from[6] - from[0] * from[7],
    from[0] * from[4] - from[1] * from[3],
  );
  const result = new Float64Array(9);
  for (let r = 0; r < 9; r += 3)
    for (let k = 0; k < 3; k++)
      result[r + k] = to[r] * adjugate[k] + to[r + 1] * adjugate[3 + k] + to[r + 2] * adjugate[6 + k];
  const last = result[8];
  if (Math.abs(last) < 1e-12) return undefined;
  for (let k = 0; k < 9; k++) result[k] /= last;
  return result;
}

/** The matrix that takes (1,0,0), (0,1,0), (0,0,1) and (1,1,1) to a sample's points; undefined where three of them lie on a line. */
function fromBasis(pairs: PointPairs, sample: Int32Array, at: 0 | 2): Float64Array | undefined {
  const p = 4 * sample[0] + at;
  const q = 4 * sample[1] + at;
  const r = 4 * sample[2] + at;
  const s = 4 * sample[3] + at;
  const whole = twiceTheArea(pairs, p, q, r);
  const u = twiceTheArea(pairs, s, q, r);
  const v = twiceTheArea(pairs, p, s, r);
  const w = twiceTheArea(pairs, p, q, s);
  if (Math.min(Math.abs(whole), Math.abs(u), Math.abs(v), Math.abs(w)) < 1e-9) return undefined;
  return Float64Array.of(
    u * pairs[p],
    v * pairs[q],
    w * pairs[r],
    u * pairs[p + 1],
    v * pairs[q + 1],
    w * pairs[r + 1],
    u,
    v,
    w,
  );
}

/** Of the triangle of three points, signed. */
function twiceTheArea(pairs: PointPairs, i: number, j: number, k: number): number {
  return (
    (pairs[j] - pairs[i]) * (pairs[k + 1] - pairs[i + 1]) -
    (pairs[k] - pairs[i]) * (pairs[j + 1] - pairs[i + 1])
  );
}

/** Squared. */
function sampsonError(f: Float64Array, x1: number, y1: number, x2: number, y2: number): number {
  const a = f[0] * x1 + f[1] * y1 + f[2];
  const b = f[3] * x1 + f[4] * y1 + f[5];
  const c = f[6] * x1 + f[7] * y1 + f[8];
  const d = f[0] * x2 + f[3] * y2 + f[6];
  const e = f[1] * x2 + f[4] * y2 + f[7];
  const residual = x2 * a + y2 * b + c;
  return (residual * residual) / (a * a + b * b + d * d + e * e + 1e-18);
}

/** Squared. */
function transferError(h: Float64Array, x1: number, y1: number, x2: number, y2: number): number {
  const w = h[6] * x1 + h[7] * y1 + h[8];
  const dx = (h[0] * x1 + h[1] * y1 + h[2]) / w - x2;
  const dy = (h[3] * x1 + h[4] * y1 + h[5]) / w - y2;
  return w > 1e-9 || w < -1e-9 ? dx * dx + dy * dy : 1e9;
}

function addOuter(normal: Float64Array, row: readonly number[]): void {
  for (let i = 0; i < 9; i++) for (let k = 0; k < 9; k++) normal[i * 9 + k] += row[i] * row[k];
}

function fundamentalRows(normal: Float64Array, x1: number, y1: number, x2: number, y2: number): void {
  addOuter(normal, [x2 * x1, x2 * y1, x2, y2 * x1, y2 * y1, y2, x1, y1, 1]);
}

function homographyRows(normal: Float64Array, x1: number, y1: number, x2: number, y2: number): void {
  addOuter(normal, [x1, y1, 1, 0, 0, 0, -x2 * x1, -x2 * y1, -x2]);
  addOuter(normal, [0, 0, 0, x1, y1, 1, -y2 * x1, -y2 * y1, -y2]);
}

function solveNormal(normal: Float64Array): Float64Array {
  return smallestEigenvector(normal, 9);
}

/** Removes the part of F along its right null direction, which makes it singular: F·(I − vvᵀ). */
function rankTwo(f: Float64Array): Float64Array {
  const normal = new Float64Array(9);
  for (let i = 0; i < 3; i++)
    for (let k = 0; k < 3; k++) for (let r = 0; r < 3; r++) normal[i * 3 + k] += f[r * 3 + i] * f[r * 3 + k];
  const v = smallestEigenvector(normal, 3);
  const result = Float64Array.from(f);
  for (let r = 0; r < 3; r++) {
    const along = f[r * 3] * v[0] + f[r * 3 + 1] * v[1] + f[r * 3 + 2] * v[2];
    for (let c = 0; c < 3; c++) result[r * 3 + c] -= along * v[c];
  }
  return result;
}

/** Solves the 8×8 system M·x = b in place by elimination with row pivoting; rows of 9, the last column is b. Undefined where singular. */
function solve8(rows: Float64Array): Float64Array | undefined {
  for (let column = 0; column < 8; column++) {
    let pivot = column;
    for (let r = column + 1; r < 8; r++)
      if (Math.abs(rows[r * 9 + column]) > Math.abs(rows[pivot * 9 + column])) pivot = r;
    const value = rows[pivot * 9 + column];
    if (Math.abs(value) < 1e-10) return undefined;
    if (pivot !== column)
      for (let k = column; k < 9; k++) {
        const swap = rows[pivot * 9 + k];
        rows[pivot * 9 + k] = rows[column * 9 + k];
        rows[column * 9 + k] = swap;
      }
    for (let r = column + 1; r < 8; r++) {
      const factor = rows[r * 9 + column] / value;
      if (factor !== 0) for (let k = column; k < 9; k++) rows[r * 9 + k] -= factor * rows[column * 9 + k];
    }
  }
  const x = new Float64Array(8);
  for (let r = 7; r >= 0; r--) {
    let sum = rows[r * 9 + 8];
    for (let k = r + 1; k < 8; k++) sum -= rows[r * 9 + k] * x[k];
    x[r] = sum / rows[r * 9 + r];
  }
  return x;
}
