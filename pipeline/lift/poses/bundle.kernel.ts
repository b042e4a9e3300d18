/**
 * The inner loops of bundleAdjust.ts: cost, normal equations, Schur complement, skyline Cholesky and the points' steps.
 * Everything is f64 unless said; offsets come from the host once, by `bind`. Cameras are twelve numbers (rotation
 * row-major, translation), `slot` says which block of the reduced system is a camera's, −1 where it holds still.
 */

let points: usize = 0;
let pointStart: usize = 0; // i32
let observationCamera: usize = 0; // i32
let pixels: usize = 0;
let slot: usize = 0; // i32
/** Per point: upper triangle of its 3×3 block, its gradient, the inverse of its damped block, its blocks with the lens. */
let pointBlock: usize = 0;
let pointGradient: usize = 0;
let inverses: usize = 0;
let mixedShared: usize = 0;
/** Per observation: the camera–point block, 3 rows (the point's) of 6. */
let mixed: usize = 0;
/** Per free camera: 6×6 of which the lower triangle is used, and 6×2 with the lens. */
let cameraBlock: usize = 0;
let cameraShared: usize = 0;
let sharedBlock: usize = 0;
let gradient: usize = 0;
/** Row i of the reduced system holds its columns from first[i] on: element (i, j) lies at row[i] + j. */
let reduced: usize = 0;
let right: usize = 0;
let first: usize = 0; // i32
let row: usize = 0; // i32
let product: usize = 0; // 18 numbers
let pointCount: i32 = 0;
let free: i32 = 0;
let size: i32 = 0;
/** Elements of the reduced system that are kept. */
let kept: i32 = 0;
/** Unknowns of the lens: the focal length, −1 where it is held, comes before the radial term. */
let shared: i32 = 0;
let focalColumn: i32 = 0;

/** A point may not come nearer to a camera plane than this, in units of the reconstruction. */
const NEAREST_DEPTH: f64 = 1e-6;
/** Factors are multiplied up to here before their logarithm is taken. */
const LARGEST_PRODUCT: f64 = 1e200;

/** @param table the above in their order, i32 each. */
export function bind(table: usize): void {
  points = load<u32>(table);
  pointStart = load<u32>(table, 4);
  observationCamera = load<u32>(table, 8);
  pixels = load<u32>(table, 12);
  slot = load<u32>(table, 16);
  pointBlock = load<u32>(table, 20);
  pointGradient = load<u32>(table, 24);
  inverses = load<u32>(table, 28);
  mixedShared = load<u32>(table, 32);
  mixed = load<u32>(table, 36);
  cameraBlock = load<u32>(table, 40);
  cameraShared = load<u32>(table, 44);
  sharedBlock = load<u32>(table, 48);
  gradient = load<u32>(table, 52);
  reduced = load<u32>(table, 56);
  right = load<u32>(table, 60);
  first = load<u32>(table, 64);
  row = load<u32>(table, 68);
  product = load<u32>(table, 72);
  pointCount = load<i32>(table, 76);
  free = load<i32>(table, 80);
  size = load<i32>(table, 84);
  kept = load<i32>(table, 88);
  shared = load<i32>(table, 92);
  focalColumn = load<i32>(table, 96);
}

@inline
function number(base: usize, i: i32): f64 {
  return load<f64>(base + ((<usize>i) << 3));
}

@inline
function put(base: usize, i: i32, value: f64): void {
  store<f64>(base + ((<usize>i) << 3), value);
}

@inline
function add(base: usize, i: i32, value: f64): void {
  const at = base + ((<usize>i) << 3);
  store<f64>(at, load<f64>(at) + value);
}

@inline
function whole(base: usize, i: i32): i32 {
  return load<i32>(base + ((<usize>i) << 2));
}

/** Σ scale·ln(1 + e²/scale) over the observations; one behind its camera costs 20·scale. */
export function costOf(cameras: usize, at: usize, focal: f64, radial: f64, scale: f64): f64 {
  let logs: f64 = 0;
  let factors: f64 = 1;
  const inverseScale = 1 / scale;
  for (let p = 0; p < pointCount; p++) {
    const x = number(at, 3 * p);
    const y = number(at, 3 * p + 1);
    const z = number(at, 3 * p + 2);
    const end = whole(pointStart, p + 1);
    for (let o = whole(pointStart, p); o < end; o++) {
      const c = cameras + <usize>(96 * whole(observationCamera, o));
      const depth = load<f64>(c, 48) * x + load<f64>(c, 56) * y + load<f64>(c, 64) * z + load<f64>(c, 88);
      if (depth < NEAREST_DEPTH) {
        logs += 20;
        continue;
      }
      const u = (load<f64>(c) * x + load<f64>(c, 8) * y + load<f64>(c, 16) * z + load<f64>(c, 72)) / depth;
      const v = (load<f64>(c, 24) * x + load<f64>(c, 32) * y + load<f64>(c, 40) * z + load<f64>(c, 80)) / depth;
      const d = focal * (1 + radial * (u * u + v * v));
      const ex = d * u - number(pixels, 2 * o);
      const ey = d * v - number(pixels, 2 * o + 1);
      const factor = 1 + (ex * ex + ey * ey) * inverseScale;
      // A logarithm costs as much as all of the rest: many are taken as that of one product.
      if (factors * factor > LARGEST_PRODUCT) {
        logs += Math.log(factors) + Math.log(factor);
        factors = 1;
      } else factors *= factor;
    }
  }
  return scale * (logs + Math.log(factors));
}

/** Blocks and gradients of the normal equations at the present state. All of them must hold zeros. */
export function linearize(cameras: usize, focal: f64, radial: f64, scale: f64): void {
  const lensGradient = gradient + <usize>(48 * free);
  for (let p = 0; p < pointCount; p++) {
    const x = number(points, 3 * p);
    const y = number(points, 3 * p + 1);
    const z = number(points, 3 * p + 2);
    const block = pointBlock + <usize>(48 * p);
    const slope = pointGradient + <usize>(24 * p);
    const withLens = mixedShared + <usize>(48 * p);
    const end = whole(pointStart, p + 1);
    for (let o = whole(pointStart, p); o < end; o++) {
      const camera = whole(observationCamera, o);
      const c = cameras + <usize>(96 * camera);
      const r0 = load<f64>(c);
      const r1 = load<f64>(c, 8);
      const r2 = load<f64>(c, 16);
      const r3 = load<f64>(c, 24);
      const r4 = load<f64>(c, 32);
      const r5 = load<f64>(c, 40);
      const r6 = load<f64>(c, 48);
      const r7 = load<f64>(c, 56);
      const r8 = load<f64>(c, 64);
      const rx = r0 * x + r1 * y + r2 * z;
      const ry = r3 * x + r4 * y + r5 * z;
      const rz = r6 * x + r7 * y + r8 * z;
      const depth = rz + load<f64>(c, 88);
      if (depth < NEAREST_DEPTH) continue;
      const u = (rx + load<f64>(c, 72)) / depth;
      const v = (ry + load<f64>(c, 80)) / depth;
      const square = u * u + v * v;
      const d = 1 + radial * square;
      const ex = focal * d * u - number(pixels, 2 * o);
      const ey = focal * d * v - number(pixels, 2 * o + 1);
      const weight = 1 / (1 + (ex * ex + ey * ey) / scale);
      // d(pixel)/d(u, v), then d(u, v)/d(camera coordinates).
      const uu = focal * (d + 2 * radial * u * u);
      const uv = focal * 2 * radial * u * v;
      const vv = focal * (d + 2 * radial * v * v);
      const inverse = 1 / depth;
      const ax = uu * inverse;
      const ay = uv * inverse;
      const az = -(uu * u + uv * v) * inverse;
      const bx = uv * inverse;
      const by = vv * inverse;
      const bz = -(uv * u + vv * v) * inverse;
      // Derivatives by the point; weighted ones have a w.
      const a0 = ax * r0 + ay * r3 + az * r6;
      const a1 = ax * r1 + ay * r4 + az * r7;
      const a2 = ax * r2 + ay * r5 + az * r8;
      const b0 = bx * r0 + by * r3 + bz * r6;
      const b1 = bx * r1 + by * r4 + bz * r7;
      const b2 = bx * r2 + by * r5 + bz * r8;
      const wa0 = weight * a0;
      const wa1 = weight * a1;
      const wa2 = weight * a2;
      const wb0 = weight * b0;
      const wb1 = weight * b1;
      const wb2 = weight * b2;
      add(slope, 0, -(wa0 * ex + wb0 * ey));
      add(slope, 1, -(wa1 * ex + wb1 * ey));
      add(slope, 2, -(wa2 * ex + wb2 * ey));
      add(block, 0, wa0 * a0 + wb0 * b0);
      add(block, 1, wa0 * a1 + wb0 * b1);
      add(block, 2, wa0 * a2 + wb0 * b2);
      add(block, 3, wa1 * a1 + wb1 * b1);
      add(block, 4, wa1 * a2 + wb1 * b2);
      add(block, 5, wa2 * a2 + wb2 * b2);
      const s = whole(slot, camera);
      // By the camera: turn, then shift.
      const j0 = az * ry - ay * rz;
      const j1 = ax * rz - az * rx;
      const j2 = ay * rx - ax * ry;
      const k0 = bz * ry - by * rz;
      const k1 = bx * rz - bz * rx;
      const k2 = by * rx - bx * ry;
      if (s >= 0) {
        put(product, 0, j0);
        put(product, 1, j1);
        put(product, 2, j2);
        put(product, 3, ax);
        put(product, 4, ay);
        put(product, 5, az);
        put(product, 6, k0);
        put(product, 7, k1);
        put(product, 8, k2);
        put(product, 9, bx);
        put(product, 10, by);
        put(product, 11, bz);
        const ownGradient = gradient + <usize>(48 * s);
        const own = cameraBlock + <usize>(288 * s);
        const cross = mixed + <usize>(144 * o);
        for (let k = 0; k < 6; k++) {
          const wa = weight * number(product, k);
          const wb = weight * number(product, 6 + k);
          add(ownGradient, k, -(wa * ex + wb * ey));
          // The whole row in vectors: what is beyond the diagonal is never read.
          const pairA = f64x2.splat(wa);
          const pairB = f64x2.splat(wb);
          for (let l: usize = 0; l < 48; l += 16) {
            const at = own + <usize>(48 * k) + l;
            const sum = f64x2.add(
              f64x2.mul(pairA, v128.load(product + l)),
              f64x2.mul(pairB, v128.load(product + l, 48)),
            );
            v128.store(at, f64x2.add(v128.load(at), sum));
          }
          put(cross, k, wa * a0 + wb * b0);
          put(cross, 6 + k, wa * a1 + wb * b1);
          put(cross, 12 + k, wa * a2 + wb * b2);
        }
      }
      for (let k = 0; k < shared; k++) {
        const isFocal = k == focalColumn;
        const by0 = isFocal ? focal * d * u : focal * square * u;
        const by1 = isFocal ? focal * d * v : focal * square * v;
        const wa = weight * by0;
        const wb = weight * by1;
        add(lensGradient, k, -(wa * ex + wb * ey));
        add(withLens, 3 * k, wa * a0 + wb * b0);
        add(withLens, 3 * k + 1, wa * a1 + wb * b1);
        add(withLens, 3 * k + 2, wa * a2 + wb * b2);
        add(sharedBlock, 3 * k, wa * by0 + wb * by1);
        if (k == 1) add(sharedBlock, 2, wa * focal * d * u + wb * focal * d * v);
        if (s < 0) continue;
        const cross = cameraShared + <usize>(96 * s);
        for (let l = 0; l < 6; l++) add(cross, 2 * l + k, wa * number(product, l) + wb * number(product, 6 + l));
      }
    }
  }
}

/** The damped system without the points, into `reduced` and `right`. */
export function reduceSystem(damping: f64): void {
  const grow = 1 + damping;
  memory.fill(reduced, 0, <usize>kept * 8);
  memory.copy(right, gradient, <usize>size * 8);
  const lensRight = right + <usize>(48 * free);
  for (let s = 0; s < free; s++)
    for (let k = 0; k < 6; k++) {
      const at = whole(row, 6 * s + k) + 6 * s;
      const own = cameraBlock + <usize>(288 * s + 48 * k);
      for (let l = 0; l < k; l++) put(reduced, at + l, number(own, l));
      put(reduced, at + k, number(own, k) * grow + 1e-9);
      for (let l = 0; l < shared; l++)
        put(reduced, whole(row, 6 * free + l) + 6 * s + k, number(cameraShared, 12 * s + 2 * k + l));
    }
  for (let k = 0; k < shared; k++) {
    const at = whole(row, 6 * free + k) + 6 * free;
    for (let l = 0; l < k; l++) put(reduced, at + l, number(sharedBlock, 2 * k + l));
    put(reduced, at + k, number(sharedBlock, 3 * k) * grow + 1e-9);
  }
  for (let p = 0; p < pointCount; p++) {
    const b = pointBlock + <usize>(48 * p);
    const m00 = load<f64>(b) * grow + 1e-12;
    const m01 = load<f64>(b, 8);
    const m02 = load<f64>(b, 16);
    const m11 = load<f64>(b, 24) * grow + 1e-12;
    const m12 = load<f64>(b, 32);
    const m22 = load<f64>(b, 40) * grow + 1e-12;
    const c00 = m11 * m22 - m12 * m12;
    const c01 = m02 * m12 - m01 * m22;
    const c02 = m01 * m12 - m02 * m11;
    const determinant = m00 * c00 + m01 * c01 + m02 * c02;
    const inverse: f64 = determinant > 0 ? 1 / determinant : 0;
    const i00 = c00 * inverse;
    const i01 = c01 * inverse;
    const i02 = c02 * inverse;
    const i11 = (m00 * m22 - m02 * m02) * inverse;
    const i12 = (m01 * m02 - m00 * m12) * inverse;
    const i22 = (m00 * m11 - m01 * m01) * inverse;
    const out = inverses + <usize>(48 * p);
    store<f64>(out, i00);
    store<f64>(out, i01, 8);
    store<f64>(out, i02, 16);
    store<f64>(out, i11, 24);
    store<f64>(out, i12, 32);
    store<f64>(out, i22, 40);
    const g0 = number(pointGradient, 3 * p);
    const g1 = number(pointGradient, 3 * p + 1);
    const g2 = number(pointGradient, 3 * p + 2);
    const start = whole(pointStart, p);
    const end = whole(pointStart, p + 1);
    const withLens = mixedShared + <usize>(48 * p);
    for (let k = 0; k < shared; k++) {
      const w0 = number(withLens, 3 * k);
      const w1 = number(withLens, 3 * k + 1);
      const w2 = number(withLens, 3 * k + 2);
      const y0 = w0 * i00 + w1 * i01 + w2 * i02;
      const y1 = w0 * i01 + w1 * i11 + w2 * i12;
      const y2 = w0 * i02 + w1 * i12 + w2 * i22;
      add(lensRight, k, -(y0 * g0 + y1 * g1 + y2 * g2));
      const at = whole(row, 6 * free + k);
      for (let l = 0; l <= k; l++) {
        const v = withLens + <usize>(24 * l);
        add(reduced, at + 6 * free + l, -(y0 * load<f64>(v) + y1 * load<f64>(v, 8) + y2 * load<f64>(v, 16)));
      }
      for (let o = start; o < end; o++) {
        const s = whole(slot, whole(observationCamera, o));
        if (s >= 0) subtractRow(reduced + ((<usize>(at + 6 * s)) << 3), mixed + <usize>(144 * o), y0, y1, y2);
      }
    }
    for (let o = start; o < end; o++) {
      const s = whole(slot, whole(observationCamera, o));
      if (s < 0) continue;
      const cross = mixed + <usize>(144 * o);
      const ownRight = right + <usize>(48 * s);
      for (let k = 0; k < 6; k++) {
        const w0 = number(cross, k);
        const w1 = number(cross, 6 + k);
        const w2 = number(cross, 12 + k);
        const y0 = w0 * i00 + w1 * i01 + w2 * i02;
        const y1 = w0 * i01 + w1 * i11 + w2 * i12;
        const y2 = w0 * i02 + w1 * i12 + w2 * i22;
        put(product, 3 * k, y0);
        put(product, 3 * k + 1, y1);
        put(product, 3 * k + 2, y2);
        add(ownRight, k, -(y0 * g0 + y1 * g1 + y2 * g2));
      }
      for (let q = start; q < end; q++) {
        const other = whole(slot, whole(observationCamera, q));
        if (other < 0 || other > s) continue;
        const v = mixed + <usize>(144 * q);
        for (let k = 0; k < 6; k++) {
          const y0 = number(product, 3 * k);
          const y1 = number(product, 3 * k + 1);
          const y2 = number(product, 3 * k + 2);
          const at = reduced + ((<usize>(whole(row, 6 * s + k) + 6 * other)) << 3);
          if (other < s) subtractRow(at, v, y0, y1, y2);
          // A row ends on the diagonal.
          else
            for (let l = 0; l <= k; l++)
              add(at, l, -(y0 * number(v, l) + y1 * number(v, 6 + l) + y2 * number(v, 12 + l)));
        }
      }
    }
  }
}

/** Six numbers less y · the block's columns. */
@inline
function subtractRow(at: usize, block: usize, y0: f64, y1: f64, y2: f64): void {
  const a = f64x2.splat(y0);
  const b = f64x2.splat(y1);
  const c = f64x2.splat(y2);
  for (let l: usize = 0; l < 48; l += 16) {
    const sum = f64x2.add(
      f64x2.add(f64x2.mul(a, v128.load(block + l)), f64x2.mul(b, v128.load(block + l, 48))),
      f64x2.mul(c, v128.load(block + l, 96)),
    );
    v128.store(at + l, f64x2.sub(v128.load(at + l), sum));
  }
}

/** Cholesky on the rows as they are kept, in place, then `right` becomes the solution; 0 where a pivot is not positive. */
export function solveSkyline(): i32 {
  for (let i = 0; i < size; i++) {
    const rowI = whole(row, i);
    const from = whole(first, i);
    for (let j = from; j <= i; j++) {
      const rowJ = whole(row, j);
      let value = number(reduced, rowI + j);
      let k = max(from, whole(first, j));
      let sums = f64x2.splat(0);
      for (; k + 2 <= j; k += 2)
        sums = f64x2.add(
          sums,
          f64x2.mul(
            v128.load(reduced + ((<usize>(rowI + k)) << 3)),
            v128.load(reduced + ((<usize>(rowJ + k)) << 3)),
          ),
        );
      value -= f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
      for (; k < j; k++) value -= number(reduced, rowI + k) * number(reduced, rowJ + k);
      if (j == i) {
        if (!(value > 0)) return 0;
        put(reduced, rowI + i, Math.sqrt(value));
      } else put(reduced, rowI + j, value / number(reduced, rowJ + j));
    }
  }
  for (let i = 0; i < size; i++) {
    const rowI = whole(row, i);
    let value = number(right, i);
    for (let k = whole(first, i); k < i; k++) value -= number(reduced, rowI + k) * number(right, k);
    put(right, i, value / number(reduced, rowI + i));
  }
  for (let i = size - 1; i >= 0; i--) {
    const rowI = whole(row, i);
    const value = number(right, i) / number(reduced, rowI + i);
    put(right, i, value);
    for (let k = whole(first, i); k < i; k++) add(right, k, -(number(reduced, rowI + k) * value));
  }
  return 1;
}

/** The points after the step that `right` holds for cameras and lens. */
export function movePoints(next: usize): void {
  const lens = right + <usize>(48 * free);
  for (let p = 0; p < pointCount; p++) {
    let g0 = number(pointGradient, 3 * p);
    let g1 = number(pointGradient, 3 * p + 1);
    let g2 = number(pointGradient, 3 * p + 2);
    const withLens = mixedShared + <usize>(48 * p);
    for (let k = 0; k < shared; k++) {
      const step = number(lens, k);
      g0 -= number(withLens, 3 * k) * step;
      g1 -= number(withLens, 3 * k + 1) * step;
      g2 -= number(withLens, 3 * k + 2) * step;
    }
    const end = whole(pointStart, p + 1);
    for (let o = whole(pointStart, p); o < end; o++) {
      const s = whole(slot, whole(observationCamera, o));
      if (s < 0) continue;
      const cross = mixed + <usize>(144 * o);
      for (let k = 0; k < 6; k++) {
        const step = number(right, 6 * s + k);
        g0 -= number(cross, k) * step;
        g1 -= number(cross, 6 + k) * step;
        g2 -= number(cross, 12 + k) * step;
      }
    }
    const b = inverses + <usize>(48 * p);
    const i01 = load<f64>(b, 8);
    const i02 = load<f64>(b, 16);
    const i12 = load<f64>(b, 32);
    put(next, 3 * p, number(points, 3 * p) + (load<f64>(b) * g0 + i01 * g1 + i02 * g2));
    put(next, 3 * p + 1, number(points, 3 * p + 1) + (i01 * g0 + load<f64>(b, 24) * g1 + i12 * g2));
    put(next, 3 * p + 2, number(points, 3 * p + 2) + (i02 * g0 + i12 * g1 + load<f64>(b, 40) * g2));
  }
}

// The host allocates from here on; below lie the tables of the standard library that the kernel links in.
export { __heap_base };
