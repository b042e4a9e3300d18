import { cross, type Matrix3, nullSpace, realRoots } from './smallMatrices.ts';

/** Exponents (x, y, z) of the ten monomials up to degree 2. */
const QUADRATIC = ['200', '110', '101', '100', '020', '011', '010', '002', '001', '000'];
/** The twenty up to degree 3, in the order that Nistér eliminates. */
const CUBIC = [
  '300',
  '030',
  '210',
  '120',
  '201',
  '200',
  '021',
  '020',
  '111',
  '110',
  '102',
  '101',
  '100',
  '012',
  '011',
  '010',
  '003',
  '002',
  '001',
  '000',
];
const LINEAR = ['100', '010', '001', '000'];

function productTable(left: string[], right: string[], result: string[]): Uint8Array {
  const table = new Uint8Array(left.length * right.length);
  left.forEach((a, i) => {
    right.forEach((b, j) => {
      table[i * right.length + j] = result.indexOf([0, 1, 2].map(k => Number(a[k]) + Number(b[k])).join(''));
    });
  });
  return table;
}
const LINEAR_LINEAR = productTable(LINEAR, LINEAR, QUADRATIC);
const QUADRATIC_LINEAR = productTable(QUADRATIC, LINEAR, CUBIC);

/** out += scale · a · b for polynomials given by coefficients. */
function addProduct(
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  table: Uint8Array,
  scale: number,
): void {
  for (let i = 0; i < a.length; i++) {
    const value = a[i] * scale;
    if (value !== 0) for (let j = 0; j < b.length; j++) out[table[i * b.length + j]] += value * b[j];
  }
}

function multiplyPolynomials(a: number[], b: number[]): number[] {
  const out = new Array<number>(a.length + b.length - 1).fill(0);
  for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) out[i + j] += a[i] * b[j];
  return out;
}

function evaluate(coefficients: number[], z: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * z + coefficients[i];
  return sum;
}

/**
 * Essential matrices through five matches in normalised image coordinates (x1, y1, x2, y2 per match).
 * Nistér, "An Efficient Solution to the Five-Point Relative Pose Problem" (PAMI 2004), with the degree-10 polynomial's
 * roots isolated between the roots of its derivatives instead of by Sturm sequences.
 */
export function fivePoint(c: Float64Array, chosen: ArrayLike<number>): Matrix3[] {
  const rows = new Float64Array(45);
  for (let k = 0; k < 5; k++) {
    const [x1, y1, x2, y2] = c.subarray(4 * chosen[k], 4 * chosen[k] + 4);
    rows.set([x2 * x1, x2 * y1, x2, y2 * x1, y2 * y1, y2, x1, y1, 1], 9 * k);
  }
  const basis = nullSpace(rows, 5, 9);
  if (!basis) return [];
  // Entry (r, s) of E as a linear polynomial in x, y, z.
  const entries = Array.from({ length: 9 }, (_, k) =>
    Float64Array.of(basis[0][k], basis[1][k], basis[2][k], basis[3][k]),
  );
  const gram = (i: number, j: number) => {
    const out = new Float64Array(10);
    for (let k = 0; k < 3; k++) addProduct(out, entries[3 * i + k], entries[3 * j + k], LINEAR_LINEAR, 1);
    return out;
  };
  const products = [0, 1, 2].map(i => [0, 1, 2].map(j => gram(i, j)));
  const trace = new Float64Array(10);
  for (let k = 0; k < 10; k++) trace[k] = products[0][0][k] + products[1][1][k] + products[2][2][k];
  const m = new Float64Array(200);
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) {
      const equation = m.subarray(20 * (3 * i + j), 20 * (3 * i + j) + 20);
      for (let k = 0; k < 3; k++)
        addProduct(equation, products[i][k], entries[3 * k + j], QUADRATIC_LINEAR, 1);
      addProduct(equation, trace, entries[3 * i + j], QUADRATIC_LINEAR, -0.5);
    }
  const determinant = m.subarray(180, 200);
  for (const [i, j, k] of [
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
  ]) {
    const minor = new Float64Array(10);
    addProduct(minor, entries[3 + j], entries[6 + k], LINEAR_LINEAR, 1);
    addProduct(minor, entries[3 + k], entries[6 + j], LINEAR_LINEAR, -1);
    addProduct(determinant, minor, entries[i], QUADRATIC_LINEAR, 1);
  }

  for (let r = 0; r < 10; r++) {
    let pivotRow = r;
    for (let i = r + 1; i < 10; i++)
      if (Math.abs(m[20 * i + r]) > Math.abs(m[20 * pivotRow + r])) pivotRow = i;
    if (Math.abs(m[20 * pivotRow + r]) < 1e-12) return [];
    if (pivotRow !== r)
      for (let j = r; j < 20; j++) {
        const swap = m[20 * r + j];
        m[20 * r + j] = m[20 * pivotRow + j];
        m[20 * pivotRow + j] = swap;
      }
    const inverse = 1 / m[20 * r + r];
    for (let j = r; j < 20; j++) m[20 * r + j] *= inverse;
    for (let i = 0; i < 10; i++) {
      const factor = i === r ? 0 : m[20 * i + r];
      if (factor !== 0) for (let j = r; j < 20; j++) m[20 * i + j] -= factor * m[20 * r + j];
    }
  }

  // Row pairs (x²z, x²), (y²z, y²), (xyz, xy): upper − z · lower leaves x·p(z) + y·q(z) + r(z) = 0.
  const b = [4, 6, 8].map(row => {
    const upper = m.subarray(20 * row + 10, 20 * row + 20);
    const lower = m.subarray(20 * row + 30, 20 * row + 40);
    const combine = (at: number, length: number) => {
      const out = new Array<number>(length + 1).fill(0);
      for (let k = 0; k < length; k++) {
        out[length - 1 - k] += upper[at + k];
        out[length - k] -= lower[at + k];
      }
      return out;
    };
    return [combine(0, 3), combine(3, 3), combine(6, 4)];
  });
  const minor = (i: number, j: number, p: number, q: number) => {
    const first = multiplyPolynomials(b[i][p], b[j][q]);
    const second = multiplyPolynomials(b[i][q], b[j][p]);
    return first.map((value, k) => value - second[k]);
  };
  const total = new Array<number>(11).fill(0);
  const sum = (part: number[], sign: number) =>
    part.forEach((value, k) => {
      total[k] += sign * value;
    });
  sum(multiplyPolynomials(minor(1, 2, 1, 2), b[0][0]), 1);
  sum(multiplyPolynomials(minor(1, 2, 0, 2), b[0][1]), -1);
  sum(multiplyPolynomials(minor(1, 2, 0, 1), b[0][2]), 1);

  const results: Matrix3[] = [];
  for (const z of realRoots(total)) {
    const at = b.map(row => row.map(polynomial => evaluate(polynomial, z)));
    let best: [number, number, number] = [0, 0, 0];
    for (const [i, j] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      const candidate = cross(at[i], at[j]);
      if (Math.abs(candidate[2]) > Math.abs(best[2])) best = candidate;
    }
    if (best[2] === 0) continue;
    const x = best[0] / best[2];
    const y = best[1] / best[2];
    const e = new Float64Array(9);
    let length = 0;
    for (let k = 0; k < 9; k++) {
      e[k] = x * basis[0][k] + y * basis[1][k] + z * basis[2][k] + basis[3][k];
      length += e[k] * e[k];
    }
    length = Math.sqrt(length);
    if (Number.isFinite(length) && length > 0) results.push(e.map(value => value / length));
  }
  return results;
}
