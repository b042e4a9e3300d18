import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distanceToTriangle } from '../../../../pipeline/lift/surface/distanceToTriangle.ts';

const value = fc.double({ min: -2, max: 2, noNaN: true });
const point = fc.tuple(value, value, value);

test('is what a dense sampling of the triangle gives', () => {
  fc.assert(
    fc.property(point, point, point, point, (from, a, b, c) => {
      const p = Float32Array.from([...a, ...b, ...c]);
      const STEPS = 60;
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i <= STEPS; i++)
        for (let j = 0; i + j <= STEPS; j++) {
          const [s, t] = [i / STEPS, j / STEPS];
          const on = [0, 1, 2].map(k => (1 - s - t) * p[k] + s * p[3 + k] + t * p[6 + k]);
          least = Math.min(least, Math.hypot(...on.map((v, k) => v - from[k])));
        }
      const distance = distanceToTriangle(from, p, 0, 1, 2);
      expect(distance).toBeLessThanOrEqual(least + 1e-5);
      // No place of the triangle is farther than this from a sample.
      expect(distance).toBeGreaterThan(least - 7 / STEPS);
    }),
  );
});

test('a triangle without area counts as its longest side', () => {
  const p = Float32Array.from([0, 0, 0, 1, 0, 0, 2, 0, 0]);
  expect(distanceToTriangle([1.5, 1, 0], p, 0, 1, 2)).toBeCloseTo(1);
  expect(distanceToTriangle([3, 0, 0], p, 0, 1, 2)).toBeCloseTo(1);
});
