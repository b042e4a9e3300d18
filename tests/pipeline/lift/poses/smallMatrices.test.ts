import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  determinant3,
  multiply3,
  nullSpace,
  realRoots,
  rotationFromVector,
  smallestEigenvector,
  solveSymmetric,
  svd3,
  transpose3,
  vectorFromRotation,
} from '../../../../pipeline/lift/poses/smallMatrices.ts';

const entry = fc.double({ min: -10, max: 10, noNaN: true }).map(value => Math.round(value * 1e6) / 1e6);
const matrix = fc.array(entry, { minLength: 9, maxLength: 9 }).map(values => Float64Array.from(values));

function expectClose(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void {
  for (let i = 0; i < a.length; i++) expect(Math.abs(a[i] - b[i])).toBeLessThanOrEqual(tolerance);
}

describe('smallMatrices', () => {
  it('takes any 3×3 matrix apart into u·s·vᵀ with orthonormal sides', () => {
    fc.assert(
      fc.property(matrix, a => {
        const { u, s, v } = svd3(a);
        expect(s[0]).toBeGreaterThanOrEqual(s[1]);
        expect(s[1]).toBeGreaterThanOrEqual(s[2]);
        const us = u.map((value, i) => value * s[i % 3]);
        expectClose(multiply3(us, transpose3(v)), a, 1e-9);
        expect(Math.abs(Math.abs(determinant3(u)) - 1)).toBeLessThan(1e-6);
        expect(Math.abs(Math.abs(determinant3(v)) - 1)).toBeLessThan(1e-9);
      }),
    );
  });

  it('turns vectors into rotations and back, near 0 and near π too', () => {
    const direction = fc.tuple(entry, entry, entry).filter(v => Math.hypot(...v) > 0.1);
    fc.assert(
      fc.property(direction, fc.double({ min: 1e-9, max: Math.PI - 1e-5, noNaN: true }), (v, angle) => {
        const length = Math.hypot(...v);
        const w = v.map(value => (value / length) * angle);
        const r = rotationFromVector(w[0], w[1], w[2]);
        expect(determinant3(r)).toBeCloseTo(1, 9);
        expectClose(vectorFromRotation(r), w, 1e-6);
      }),
    );
  });

  it('finds every real root of a polynomial made from its roots', () => {
    const roots = fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(roots, list => {
        let coefficients = [1];
        for (const root of list) {
          const next = new Array<number>(coefficients.length + 1).fill(0);
          coefficients.forEach((c, i) => {
            next[i + 1] += c;
            next[i] -= c * (root / 4);
          });
          coefficients = next;
        }
        const found = realRoots(coefficients);
        const wanted = list.map(root => root / 4).sort((a, b) => a - b);
        expect(found.length).toBe(wanted.length);
        expectClose(found, wanted, 1e-4);
      }),
    );
  });

  it('gives null vectors that the rows annihilate', () => {
    const rows = Float64Array.from({ length: 45 }, (_, i) => Math.sin(i * i + 1));
    const basis = nullSpace(rows.slice(), 5, 9)!;
    expect(basis).toHaveLength(4);
    for (const vector of basis)
      for (let r = 0; r < 5; r++) {
        let sum = 0;
        for (let k = 0; k < 9; k++) sum += rows[9 * r + k] * vector[k];
        expect(Math.abs(sum)).toBeLessThan(1e-9);
      }
    expect(nullSpace(new Float64Array(18), 2, 9)).toBeUndefined();
  });

  it('solves symmetric systems and refuses indefinite ones', () => {
    const b = Float64Array.of(1, 2, 3);
    expect(solveSymmetric(Float64Array.of(4, 1, 0, 1, 3, 1, 0, 1, 5), b, 3)).toBe(true);
    expectClose([4 * b[0] + b[1], b[0] + 3 * b[1] + b[2], b[1] + 5 * b[2]], [1, 2, 3], 1e-12);
    expect(solveSymmetric(Float64Array.of(1, 0, 0, -1), Float64Array.of(1, 1), 2)).toBe(false);
    const smallest = smallestEigenvector(Float64Array.of(5, 0, 0, 0, 0.5, 0, 0, 0, 2), 3);
    expectClose(smallest.map(Math.abs), [0, 1, 0], 1e-12);
  });
});
