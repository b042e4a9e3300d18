/** 3×3 matrices are row-major Float64Arrays of 9; vectors are plain triples or slices of flat arrays. */
export type Matrix3 = Float64Array;

export function identity3(): Matrix3 {
  return Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
}

export function multiply3(a: Matrix3, b: Matrix3): Matrix3 {
  const out = new Float64Array(9);
  for (let r = 0; r < 3; r++)
    for (let c = 0; c < 3; c++)
      out[3 * r + c] = a[3 * r] * b[c] + a[3 * r + 1] * b[3 + c] + a[3 * r + 2] * b[6 + c];
  return out;
}

export function transpose3(a: Matrix3): Matrix3 {
  return Float64Array.of(a[0], a[3], a[6], a[1], a[4], a[7], a[2], a[5], a[8]);
}

export function determinant3(a: Matrix3): number {
  return (
    a[0] * (a[4] * a[8] - a[5] * a[7]) -
    a[1] * (a[3] * a[8] - a[5] * a[6]) +
    a[2] * (a[3] * a[7] - a[4] * a[6])
  );
}

export function transform3(a: Matrix3, v: ArrayLike<number>): [number, number, number] {
  return [
    a[0] * v[0] + a[1] * v[1] + a[2] * v[2],
    a[3] * v[0] + a[4] * v[1] + a[5] * v[2],
    a[6] * v[0] + a[7] * v[1] + a[8] * v[2],
  ];
}

export function cross(a: ArrayLike<number>, b: ArrayLike<number>): [number, number, number] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function dot3(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function normalized(v: ArrayLike<number>): [number, number, number] {
  const length = Math.sqrt(dot3(v, v)) || 1;
  return [v[0] / length, v[1] / length, v[2] / length];
}

/** [v]×: skew3(v)·u = v × u. */
export function skew3(v: ArrayLike<number>): Matrix3 {
  return Float64Array.of(0, -v[2], v[1], v[2], 0, -v[0], -v[1], v[0], 0);
}

/** Rotation by |w| radians about w (Rodrigues). */
export function rotationFromVector(wx: number, wy: number, wz: number): Matrix3 {
  const angle = Math.hypot(wx, wy, wz);
  const a = angle < 1e-6 ? 1 - (angle * angle) / 6 : Math.sin(angle) / angle;
  const b = angle < 1e-6 ? 0.5 - (angle * angle) / 24 : (1 - Math.cos(angle)) / (angle * angle);
  return Float64Array.of(
    1 - b * (wy * wy + wz * wz),
    b * wx * wy - a * wz,
    b * wx * wz + a * wy,
    b * wx * wy + a * wz,
    1 - b * (wx * wx + wz * wz),
    b * wy * wz - a * wx,
    b * wx * wz - a * wy,
    b * wy * wz + a * wx,
    1 - b * (wx * wx + wy * wy),
  );
}

/** Inverse of rotationFromVector, angles up to π. */
export function vectorFromRotation(r: Matrix3): [number, number, number] {
  const v: [number, number, number] = [r[7] - r[5], r[2] - r[6], r[3] - r[1]];
  const twiceSine = Math.hypot(v[0], v[1], v[2]);
  const angle = Math.atan2(twiceSine, r[0] + r[4] + r[8] - 1);
  if (angle < 1e-7) return [v[0] / 2, v[1] / 2, v[2] / 2];
  if (Math.PI - angle > 1e-3)
    return [(v[0] * angle) / twiceSine, (v[1] * angle) / twiceSine, (v[2] * angle) / twiceSine];
  // Near π the antisymmetric part vanishes: (R + Rᵀ)/2 = cos·I + (1 − cos)·aaᵀ gives the axis, v only its sign.
  const k = r[0] >= r[4] && r[0] >= r[8] ? 0 : r[4] >= r[8] ? 1 : 2;
  const cosine = Math.cos(angle);
  const column = [0, 1, 2].map(i => (r[3 * i + k] + r[3 * k + i]) / 2 - (i === k ? cosine : 0));
  const axis = normalized(column);
  const turn = dot3(axis, v) < 0 ? -angle : angle;
  return [axis[0] * turn, axis[1] * turn, axis[2] * turn];
}

/** Nearest rotation after drift: Gram–Schmidt on the rows, in place. */
export function orthonormalize(r: Matrix3): void {
  const x = normalized([r[0], r[1], r[2]]);
  const z = normalized(cross(x, [r[3], r[4], r[5]]));
  const y = cross(z, x);
  r.set(x, 0);
  r.set(y, 3);
  r.set(z, 6);
}

/** a = u · diag(s) · vᵀ with s descending; one-sided Jacobi (Hestenes 1958), accurate for the small ones too. */
export function svd3(a: Matrix3): { u: Matrix3; s: [number, number, number]; v: Matrix3 } {
  const w = Float64Array.from(a);
  const v = identity3();
  for (let sweep = 0; sweep < 30; sweep++) {
    let rotated = false;
    for (let p = 0; p < 2; p++)
      for (let q = p + 1; q < 3; q++) {
        let alpha = 0;
        let beta = 0;
        let gamma = 0;
        for (let r = 0; r < 9; r += 3) {
          alpha += w[r + p] * w[r + p];
          beta += w[r + q] * w[r + q];
          gamma += w[r + p] * w[r + q];
        }
        if (Math.abs(gamma) <= 1e-15 * Math.sqrt(alpha * beta) || gamma === 0) continue;
        rotated = true;
        const zeta = (beta - alpha) / (2 * gamma);
        const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = c * t;
        for (const m of [w, v])
          for (let r = 0; r < 9; r += 3) {
            const mp = m[r + p];
            m[r + p] = c * mp - s * m[r + q];
            m[r + q] = s * mp + c * m[r + q];
          }
      }
    if (!rotated) break;
  }
  const lengths = [0, 1, 2].map(c => Math.hypot(w[c], w[3 + c], w[6 + c]));
  const order = [0, 1, 2].sort((p, q) => lengths[q] - lengths[p]);
  const u = new Float64Array(9);
  const vSorted = new Float64Array(9);
  const columns: [number, number, number][] = [];
  order.forEach((from, to) => {
    const length = lengths[from];
    let column: [number, number, number] = [w[from], w[3 + from], w[6 + from]];
    const previous = columns;
    if (length > 1e-12 * lengths[order[0]] && length > 0)
      column = [column[0] / length, column[1] / length, column[2] / length];
    else if (to === 2) column = cross(previous[0], previous[1]);
    else {
      const seed: [number, number, number] =
        to === 0 || Math.abs(previous[0][0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
      column = to === 0 ? seed : normalized(cross(previous[0], seed));
    }
    columns.push(column);
    for (let r = 0; r < 3; r++) {
      u[3 * r + to] = column[r];
      vSorted[3 * r + to] = v[3 * r + from];
    }
  });
  return { u, s: [lengths[order[0]], lengths[order[1]], lengths[order[2]]], v: vSorted };
}

/** Eigenvector of the smallest eigenvalue of a symmetric n×n matrix (cyclic Jacobi); destroys `a`. */
export function smallestEigenvector(a: Float64Array, n: number): Float64Array {
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < 40; sweep++) {
    let off = 0;
    let diagonal = 0;
    for (let p = 0; p < n; p++) {
      diagonal += a[p * n + p] ** 2;
      for (let q = p + 1; q < n; q++) off += a[p * n + q] ** 2;
    }
    if (off <= 1e-28 * diagonal) break;
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++) {
        const apq = a[p * n + q];
        if (apq === 0) continue;
        const theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(1 + theta * theta));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = c * t;
        for (let k = 0; k < n; k++) {
          const kp = a[k * n + p];
          const kq = a[k * n + q];
          a[k * n + p] = c * kp - s * kq;
          a[k * n + q] = s * kp + c * kq;
        }
        for (let k = 0; k < n; k++) {
          const pk = a[p * n + k];
          const qk = a[q * n + k];
          a[p * n + k] = c * pk - s * qk;
          a[q * n + k] = s * pk + c * qk;
          const vp = v[k * n + p];
          const vq = v[k * n + q];
          v[k * n + p] = c * vp - s * vq;
          v[k * n + q] = s * vp + c * vq;
        }
      }
  }
  let best = 0;
  for (let i = 1; i < n; i++) if (a[i * n + i] < a[best * n + best]) best = i;
  return Float64Array.from({ length: n }, (_, k) => v[k * n + best]);
}

/**
 * Basis of the null space of a rows×columns matrix of full row rank, by Gauss–Jordan with full pivoting; destroys `a`.
 * @returns columns − rows vectors, orthonormalised, or undefined when the rank is short.
 */
export function nullSpace(a: Float64Array, rows: number, columns: number): Float64Array[] | undefined {
  const order = Array.from({ length: columns }, (_, i) => i);
  for (let r = 0; r < rows; r++) {
    let bestRow = r;
    let bestColumn = r;
    let best = 0;
    for (let i = r; i < rows; i++)
      for (let j = r; j < columns; j++) {
        const value = Math.abs(a[i * columns + order[j]]);
        if (value > best) {
          best = value;
          bestRow = i;
          bestColumn = j;
        }
      }
    if (best < 1e-10) return undefined;
    [order[r], order[bestColumn]] = [order[bestColumn], order[r]];
    if (bestRow !== r)
      for (let j = 0; j < columns; j++) {
        const swap = a[r * columns + j];
        a[r * columns + j] = a[bestRow * columns + j];
        a[bestRow * columns + j] = swap;
      }
    const pivot = 1 / a[r * columns + order[r]];
    for (let j = 0; j < columns; j++) a[r * columns + j] *= pivot;
    for (let i = 0; i < rows; i++) {
      if (i === r) continue;
      const factor = a[i * columns + order[r]];
      if (factor !== 0) for (let j = 0; j < columns; j++) a[i * columns + j] -= factor * a[r * columns + j];
    }
  }
  const basis: Float64Array[] = [];
  for (let free = rows; free < columns; free++) {
    const vector = new Float64Array(columns);
    vector[order[free]] = 1;
    for (let r = 0; r < rows; r++) vector[order[r]] = -a[r * columns + order[free]];
    for (const other of basis) {
      let projection = 0;
      for (let k = 0; k < columns; k++) projection += vector[k] * other[k];
      for (let k = 0; k < columns; k++) vector[k] -= projection * other[k];
    }
    let length = 0;
    for (let k = 0; k < columns; k++) length += vector[k] * vector[k];
    length = Math.sqrt(length);
    for (let k = 0; k < columns; k++) vector[k] /= length;
    basis.push(vector);
  }
  return basis;
}

/** Solves a·x = b in place for a symmetric positive definite n×n `a` (Cholesky); false when it is not. b becomes x. */
export function solveSymmetric(a: Float64Array, b: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    let d = a[j * n + j];
    for (let k = 0; k < j; k++) d -= a[j * n + k] ** 2;
    if (!(d > 0)) return false;
    const root = Math.sqrt(d);
    a[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let value = a[i * n + j];
      for (let k = 0; k < j; k++) value -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = value / root;
    }
  }
  for (let i = 0; i < n; i++) {
    let value = b[i];
    for (let k = 0; k < i; k++) value -= a[i * n + k] * b[k];
    b[i] = value / a[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let value = b[i];
    for (let k = i + 1; k < n; k++) value -= a[k * n + i] * b[k];
    b[i] = value / a[i * n + i];
  }
  return true;
}

/**
 * Real roots of Σ coefficients[i]·xⁱ, ascending: between the roots of its derivative, found the same way, the
 * polynomial is monotone and bisected Newton cannot miss.
 */
export function realRoots(coefficients: ArrayLike<number>): number[] {
  let degree = coefficients.length - 1;
  let largest = 0;
  for (let i = 0; i <= degree; i++) largest = Math.max(largest, Math.abs(coefficients[i]));
  while (degree > 0 && Math.abs(coefficients[degree]) <= 1e-14 * largest) degree--;
  if (degree === 0) return [];
  if (degree === 1) return [-coefficients[0] / coefficients[1]];
  if (degree === 2) {
    const [c, b, a] = [coefficients[0], coefficients[1], coefficients[2]];
    const discriminant = b * b - 4 * a * c;
    if (discriminant < 0) return [];
    const q = -0.5 * (b + (b >= 0 ? 1 : -1) * Math.sqrt(discriminant));
    return q === 0 ? [0] : [q / a, c / q].sort((x, y) => x - y);
  }
  const value = (x: number) => {
    let sum = coefficients[degree];
    for (let i = degree - 1; i >= 0; i--) sum = sum * x + coefficients[i];
    return sum;
  };
  const derivative = new Float64Array(degree);
  for (let i = 1; i <= degree; i++) derivative[i - 1] = i * coefficients[i];
  const slope = (x: number) => {
    let sum = derivative[degree - 1];
    for (let i = degree - 2; i >= 0; i--) sum = sum * x + derivative[i];
    return sum;
  };
  let bound = 0;
  for (let i = 0; i < degree; i++) bound = Math.max(bound, Math.abs(coefficients[i] / coefficients[degree]));
  const stops = [-1 - bound, ...realRoots(derivative), 1 + bound];
  const roots: number[] = [];
  for (let i = 0; i + 1 < stops.length; i++) {
    let low = stops[i];
    let high = stops[i + 1];
    const atLow = value(low);
    const atHigh = value(high);
    if (atLow === 0) {
      roots.push(low);
      continue;
    }
    if (atLow > 0 === atHigh > 0) continue;
    let x = 0.5 * (low + high);
    for (let iteration = 0; iteration < 100; iteration++) {
      const at = value(x);
      if (at === 0) break;
      if (at > 0 === atLow > 0) low = x;
      else high = x;
      const newton = x - at / slope(x);
      const next = newton > low && newton < high ? newton : 0.5 * (low + high);
      if (Math.abs(next - x) <= 1e-14 * Math.max(1, Math.abs(x))) break;
      x = next;
    }
    roots.push(x);
  }
  return roots;
}
