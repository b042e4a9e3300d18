/**
 * The geometry of two views, fitted to pairs of points: RANSAC with MSAC's cost, then refined on its inliers; see
 * twoView.ts for the models. Everything is f64 in a fixed order, two points at a time where errors are summed up.
 */

/** Errors and rows of the fundamental matrix, or of the homography. */
const FUNDAMENTAL: i32 = 0;
const FEWEST_HYPOTHESES: f64 = 60;
/** Samples of inliers alone that are wanted: noise makes most of them poor models, so one is not enough. */
const CLEAN_SAMPLES: f64 = 37;
const REFINEMENTS: i32 = 8;
const MOST_SWEEPS: i32 = 40;

const model = memory.data(72, 16);
const rows = memory.data(576, 16);
const normal = memory.data(648, 16);
const vectors = memory.data(648, 16);
const product = memory.data(72, 16);
const from = memory.data(72, 16);
const to = memory.data(72, 16);
const row = memory.data(72, 16);

@inline
function at(array: usize, index: i32): f64 {
  return load<f64>(array + ((<usize>index) << 3));
}

@inline
function put(array: usize, index: i32, value: f64): void {
  store<f64>(array + ((<usize>index) << 3), value);
}

@inline
function all(m: usize, index: i32): v128 {
  return f64x2.splat(at(m, index));
}

/** Squared Sampson distances of two points. */
@inline
function sampsonErrors(m: usize, x1: v128, y1: v128, x2: v128, y2: v128): v128 {
  const a = f64x2.add(f64x2.add(f64x2.mul(all(m, 0), x1), f64x2.mul(all(m, 1), y1)), all(m, 2));
  const b = f64x2.add(f64x2.add(f64x2.mul(all(m, 3), x1), f64x2.mul(all(m, 4), y1)), all(m, 5));
  const c = f64x2.add(f64x2.add(f64x2.mul(all(m, 6), x1), f64x2.mul(all(m, 7), y1)), all(m, 8));
  const d = f64x2.add(f64x2.add(f64x2.mul(all(m, 0), x2), f64x2.mul(all(m, 3), y2)), all(m, 6));
  const e = f64x2.add(f64x2.add(f64x2.mul(all(m, 1), x2), f64x2.mul(all(m, 4), y2)), all(m, 7));
  const residual = f64x2.add(f64x2.add(f64x2.mul(x2, a), f64x2.mul(y2, b)), c);
  const first = f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b));
  const length = f64x2.add(f64x2.add(f64x2.add(first, f64x2.mul(d, d)), f64x2.mul(e, e)), f64x2.splat(1e-18));
  return f64x2.div(f64x2.mul(residual, residual), length);
}

/** Squared transfer distances of two points in the second view. */
@inline
function transferErrors(m: usize, x1: v128, y1: v128, x2: v128, y2: v128): v128 {
  const w = f64x2.add(f64x2.add(f64x2.mul(all(m, 6), x1), f64x2.mul(all(m, 7), y1)), all(m, 8));
  const u = f64x2.add(f64x2.add(f64x2.mul(all(m, 0), x1), f64x2.mul(all(m, 1), y1)), all(m, 2));
  const v = f64x2.add(f64x2.add(f64x2.mul(all(m, 3), x1), f64x2.mul(all(m, 4), y1)), all(m, 5));
  const dx = f64x2.sub(f64x2.div(u, w), x2);
  const dy = f64x2.sub(f64x2.div(v, w), y2);
  const far = f64x2.gt(f64x2.abs(w), f64x2.splat(1e-9));
  return v128.bitselect(f64x2.add(f64x2.mul(dx, dx), f64x2.mul(dy, dy)), f64x2.splat(1e9), far);
}

let pairs: usize = 0;
/** Bytes from one coordinate of all points to the next. */
let stride: usize = 0;
let count: i32 = 0;

@inline
function errorsOf(kind: i32, m: usize, i: i32): v128 {
  const p = pairs + ((<usize>i) << 3);
  const x1 = v128.load(p);
  const y1 = v128.load(p + stride);
  const x2 = v128.load(p + 2 * stride);
  const y2 = v128.load(p + 3 * stride);
  return kind == FUNDAMENTAL ? sampsonErrors(m, x1, y1, x2, y2) : transferErrors(m, x1, y1, x2, y2);
}

/** Sum of the squared errors, each `limit` at most; given up where it comes to `most`. */
@inline
function costOf(kind: i32, m: usize, limit: f64, most: f64): f64 {
  let cost: f64 = 0;
  const limits = f64x2.splat(limit);
  for (let i = 0; i < count && cost < most; i += 2) {
    const errors = f64x2.min(limits, errorsOf(kind, m, i));
    cost += f64x2.extract_lane(errors, 0);
    if (i + 1 < count) cost += f64x2.extract_lane(errors, 1);
  }
  return cost;
}

@inline
function coordinate(axis: i32, index: i32): f64 {
  return at(pairs + <usize>axis * stride, index);
}

/** Solves the 8×8 system in `rows` of 9, whose last column is the right side; into `model`, then a 1. False where singular. */
function solve8(): bool {
  for (let column = 0; column < 8; column++) {
    let pivot = column;
    for (let r = column + 1; r < 8; r++) if (abs(at(rows, r * 9 + column)) > abs(at(rows, pivot * 9 + column))) pivot = r;
    const value = at(rows, pivot * 9 + column);
    if (abs(value) < 1e-10) return false;
    if (pivot != column)
      for (let k = column; k < 9; k++) {
        const swap = at(rows, pivot * 9 + k);
        put(rows, pivot * 9 + k, at(rows, column * 9 + k));
        put(rows, column * 9 + k, swap);
      }
    for (let r = column + 1; r < 8; r++) {
      const factor = at(rows, r * 9 + column) / value;
      for (let k = column; k < 9; k++) put(rows, r * 9 + k, at(rows, r * 9 + k) - factor * at(rows, column * 9 + k));
    }
  }
  for (let r = 7; r >= 0; r--) {
    let sum = at(rows, r * 9 + 8);
    for (let k = r + 1; k < 8; k++) sum -= at(rows, r * 9 + k) * at(model, k);
    put(model, r, sum / at(rows, r * 9 + r));
  }
  put(model, 8, 1);
  return true;
}

@inline
function fundamentalRow(target: usize, x1: f64, y1: f64, x2: f64, y2: f64): void {
  put(target, 0, x2 * x1);
  put(target, 1, x2 * y1);
  put(target, 2, x2);
  put(target, 3, y2 * x1);
  put(target, 4, y2 * y1);
  put(target, 5, y2);
  put(target, 6, x1);
  put(target, 7, y1);
}

function fundamentalFromSample(sample: usize): bool {
  for (let r = 0; r < 8; r++) {
    const i = load<i32>(sample + <usize>r * 4);
    const target = rows + <usize>r * 72;
    fundamentalRow(target, coordinate(0, i), coordinate(1, i), coordinate(2, i), coordinate(3, i));
    put(target, 8, -1);
  }
  return solve8();
}

/** Of the triangle of three points, signed. */
@inline
function twiceTheArea(axis: i32, i: i32, j: i32, k: i32): f64 {
  return (coordinate(axis, j) - coordinate(axis, i)) * (coordinate(axis + 1, k) - coordinate(axis + 1, i))
    - (coordinate(axis, k) - coordinate(axis, i)) * (coordinate(axis + 1, j) - coordinate(axis + 1, i));
}

/** The matrix that takes (1,0,0), (0,1,0), (0,0,1) and (1,1,1) to a sample's points; false where three of them lie on a line. */
function fromBasis(sample: usize, axis: i32, target: usize): bool {
  const p = load<i32>(sample);
  const q = load<i32>(sample, 4);
  const r = load<i32>(sample, 8);
  const s = load<i32>(sample, 12);
  const whole = twiceTheArea(axis, p, q, r);
  const u = twiceTheArea(axis, s, q, r);
  const v = twiceTheArea(axis, p, s, r);
  const w = twiceTheArea(axis, p, q, s);
  if (min(min(abs(whole), abs(u)), min(abs(v), abs(w))) < 1e-9) return false;
  for (let k = 0; k < 2; k++) {
    put(target, 3 * k, u * coordinate(axis + k, p));
    put(target, 3 * k + 1, v * coordinate(axis + k, q));
    put(target, 3 * k + 2, w * coordinate(axis + k, r));
  }
  put(target, 6, u);
  put(target, 7, v);
  put(target, 8, w);
  return true;
}

@inline
function minor(m: usize, a: i32, b: i32, c: i32, d: i32): f64 {
  return at(m, a) * at(m, b) - at(m, c) * at(m, d);
}

/** By way of the four points of a projective basis (Hartley and Zisserman 2.3), which takes a third of the time of solving for them. */
function homographyFromSample(sample: usize): bool {
  if (!fromBasis(sample, 0, from) || !fromBasis(sample, 2, to)) return false;
  put(product, 0, minor(from, 4, 8, 5, 7));
  put(product, 1, minor(from, 2, 7, 1, 8));
  put(product, 2, minor(from, 1, 5, 2, 4));
  put(product, 3, minor(from, 5, 6, 3, 8));
  put(product, 4, minor(from, 0, 8, 2, 6));
  put(product, 5, minor(from, 2, 3, 0, 5));
  put(product, 6, minor(from, 3, 7, 4, 6));
  put(product, 7, minor(from, 1, 6, 0, 7));
  put(product, 8, minor(from, 0, 4, 1, 3));
  for (let r = 0; r < 9; r += 3)
    for (let k = 0; k < 3; k++)
      put(model, r + k, at(to, r) * at(product, k) + at(to, r + 1) * at(product, 3 + k) + at(to, r + 2) * at(product, 6 + k));
  const last = at(model, 8);
  if (abs(last) < 1e-12) return false;
  for (let k = 0; k < 9; k++) put(model, k, at(model, k) / last);
  return true;
}

/** Adds the outer product of `row`. */
function addOuter(): void {
  for (let i = 0; i < 9; i++) for (let k = 0; k < 9; k++) put(normal, i * 9 + k, at(normal, i * 9 + k) + at(row, i) * at(row, k));
}

function homographyRow(at0: i32, x1: f64, y1: f64, against: f64): void {
  for (let k = 0; k < 6; k++) put(row, k, 0);
  put(row, at0, x1);
  put(row, at0 + 1, y1);
  put(row, at0 + 2, 1);
  put(row, 6, -against * x1);
  put(row, 7, -against * y1);
  put(row, 8, -against);
  addOuter();
}

function addPoint(kind: i32, i: i32): void {
  const x1 = coordinate(0, i);
  const y1 = coordinate(1, i);
  const x2 = coordinate(2, i);
  const y2 = coordinate(3, i);
  if (kind == FUNDAMENTAL) {
    fundamentalRow(row, x1, y1, x2, y2);
    put(row, 8, 1);
    addOuter();
  } else {
    homographyRow(0, x1, y1, x2);
    homographyRow(3, x1, y1, y2);
  }
}

/** Eigenvector of the smallest eigenvalue of the symmetric n×n matrix `normal` (cyclic Jacobi), which it destroys. */
function smallestEigenvector(n: i32, target: usize): void {
  for (let i = 0; i < n * n; i++) put(vectors, i, i % (n + 1) == 0 ? 1 : 0);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let off: f64 = 0;
    let diagonal: f64 = 0;
    for (let p = 0; p < n; p++) {
      diagonal += at(normal, p * n + p) * at(normal, p * n + p);
      for (let q = p + 1; q < n; q++) off += at(normal, p * n + q) * at(normal, p * n + q);
    }
    if (off <= 1e-28 * diagonal) break;
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(n, p, q);
  }
  let best = 0;
  for (let i = 1; i < n; i++) if (at(normal, i * n + i) < at(normal, best * n + best)) best = i;
  for (let k = 0; k < n; k++) put(target, k, at(vectors, k * n + best));
}

@inline
function turn(array: usize, p: i32, q: i32, c: f64, s: f64): void {
  const a = at(array, p);
  const b = at(array, q);
  put(array, p, c * a - s * b);
  put(array, q, s * a + c * b);
}

function rotate(n: i32, p: i32, q: i32): void {
  const apq = at(normal, p * n + q);
  if (apq == 0) return;
  const theta = (at(normal, q * n + q) - at(normal, p * n + p)) / (2 * apq);
  const t = (theta >= 0 ? <f64>1 : <f64>-1) / (abs(theta) + sqrt(1 + theta * theta));
  const c = 1 / sqrt(1 + t * t);
  const s = c * t;
  for (let k = 0; k < n; k++) turn(normal, k * n + p, k * n + q, c, s);
  for (let k = 0; k < n; k++) {
    turn(normal, p * n + k, q * n + k, c, s);
    turn(vectors, k * n + p, k * n + q, c, s);
  }
}

/** Removes the part of the model along its right null direction, which makes it singular: F·(I − vvᵀ). */
function makeRankTwo(): void {
  for (let i = 0; i < 3; i++)
    for (let k = 0; k < 3; k++) {
      let sum: f64 = 0;
      for (let r = 0; r < 3; r++) sum += at(model, r * 3 + i) * at(model, r * 3 + k);
      put(normal, i * 3 + k, sum);
    }
  smallestEigenvector(3, row);
  for (let r = 0; r < 3; r++) {
    const along = at(model, r * 3) * at(row, 0) + at(model, r * 3 + 1) * at(row, 1) + at(model, r * 3 + 2) * at(row, 2);
    for (let c = 0; c < 3; c++) put(model, r * 3 + c, at(model, r * 3 + c) - along * at(row, c));
  }
}

@inline
function search(kind: i32, sampleSize: i32, samples: usize, most: i32, limit: f64, best: usize): f64 {
  let bestCost = f64.MAX_VALUE;
  let hypotheses = <f64>most;
  for (let hypothesis = 0; <f64>hypothesis < hypotheses; hypothesis++) {
    const sample = samples + <usize>(hypothesis * sampleSize) * 4;
    if (!(kind == FUNDAMENTAL ? fundamentalFromSample(sample) : homographyFromSample(sample))) continue;
    const cost = costOf(kind, model, limit, bestCost);
    // Not `>=`: a cost that is no number is none.
    if (!(cost < bestCost)) continue;
    bestCost = cost;
    memory.copy(best, model, 72);
    // The cost is at most `limit` per outlier, so this share is a floor.
    const inlierShare = max<f64>(0, 1 - cost / (limit * <f64>count));
    let clean: f64 = 1;
    for (let i = 0; i < sampleSize; i++) clean *= inlierShare;
    hypotheses = min(<f64>most, max(FEWEST_HYPOTHESES, CLEAN_SAMPLES / clean));
  }
  return bestCost;
}

@inline
function refine(kind: i32, sampleSize: i32, limit: f64, found: f64, best: usize): void {
  let bestCost = found;
  for (let round = 0; round < REFINEMENTS; round++) {
    memory.fill(normal, 0, 648);
    let used = 0;
    for (let i = 0; i < count; i += 2) {
      const errors = errorsOf(kind, best, i);
      if (!(f64x2.extract_lane(errors, 0) > limit)) {
        addPoint(kind, i);
        used++;
      }
      if (i + 1 < count && !(f64x2.extract_lane(errors, 1) > limit)) {
        addPoint(kind, i + 1);
        used++;
      }
    }
    if (used < 2 * sampleSize) return;
    smallestEigenvector(9, model);
    if (kind == FUNDAMENTAL) makeRankTwo();
    const cost = costOf(kind, model, limit, f64.MAX_VALUE);
    if (!(cost < bestCost)) return;
    bestCost = cost;
    memory.copy(best, model, 72);
  }
}

@inline
function fit(kind: i32, sampleSize: i32, samples: usize, most: i32, limit: f64, best: usize, out: usize): i32 {
  const cost = search(kind, sampleSize, samples, most, limit, best);
  if (cost == f64.MAX_VALUE) return 0;
  refine(kind, sampleSize, limit, cost, best);
  for (let i = 0; i < count; i += 2) v128.store(out + ((<usize>i) << 3), errorsOf(kind, best, i));
  return 1;
}

/**
 * @param points x₁ of all, y₁, x₂, y₂, each `capacity` f64 apart, which is even. @param samples i32 indices, 8 or 4 a sample.
 * @param limit squared error from which on a point does not belong. @param best nine f64, out. @param out squared error of
 *   each point, f64, to an even number. @returns 0 where no sample gives a model.
 */
export function fitFundamental(points: usize, capacity: i32, many: i32, samples: usize, most: i32, limit: f64, best: usize, out: usize): i32 {
  pairs = points;
  stride = (<usize>capacity) << 3;
  count = many;
  return fit(FUNDAMENTAL, 8, samples, most, limit, best, out);
}

/** As fitFundamental. */
export function fitHomography(points: usize, capacity: i32, many: i32, samples: usize, most: i32, limit: f64, best: usize, out: usize): i32 {
  pairs = points;
  stride = (<usize>capacity) << 3;
  count = many;
  return fit(FUNDAMENTAL + 1, 4, samples, most, limit, best, out);
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
