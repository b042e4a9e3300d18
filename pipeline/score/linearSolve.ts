/**
 * Vector x of unit length with A·x ≈ 0 in the least-squares sense: the eigenvector of AᵀA with the smallest
 * eigenvalue, by cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, 8.5).
 * @param normal n×n row-major symmetric; overwritten.
 */
export function smallestEigenvector(normal: Float64Array, n: number): Float64Array {
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    let diagonal = 0;
    for (let p = 0; p < n; p++) {
      diagonal += normal[p * n + p] ** 2;
      for (let q = p + 1; q < n; q++) off += normal[p * n + q] ** 2;
    }
    if (off <= 1e-28 * diagonal) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(normal, vectors, n, p, q);
  }
  let smallest = 0;
  for (let i = 1; i < n; i++) if (normal[i * n + i] < normal[smallest * n + smallest]) smallest = i;
  return Float64Array.from({ length: n }, (_, i) => vectors[i * n + smallest]);
}

function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q];
  if (apq === 0) return;
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const akp = a[k * n + p];
    const akq = a[k * n + q];
    a[k * n + p] = c * akp - s * akq;
    a[k * n + q] = s * akp + c * akq;
  }
  for (let k = 0; k < n; k++) {
    const apk = a[p * n + k];
    const aqk = a[q * n + k];
    a[p * n + k] = c * apk - s * aqk;
    a[q * n + k] = s * apk + c * aqk;
    const vkp = vectors[k * n + p];
    const vkq = vectors[k * n + q];
    vectors[k * n + p] = c * vkp - s * vkq;
    vectors[k * n + q] = s * vkp + c * vkq;
  }
}

/** Solves the 8×8 system M·x = b in place by elimination with row pivoting; rows of 9, the last column is b. Undefined where singular. */
export function solve8(rows: Float64Array): Float64Array | undefined {
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
