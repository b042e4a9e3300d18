import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  intrinsicsFromHorizontalFov,
  intrinsicsFromVerticalFov,
  lookAt,
} from '../../../engine/camera/cameraMath.ts';

const number = fc.double({ min: -50, max: 50, noNaN: true });
const point = fc.tuple(number, number, number);

test('lookAt gives a right-handed rotation that looks down −Z at its target', () => {
  fc.assert(
    fc.property(point, point, (eye, target) => {
      const m = lookAt(eye, target);
      const column = (k: number) => [...m.subarray(k * 4, k * 4 + 3)];
      const dot = (a: number[], b: number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
      const [x, y, z] = [column(0), column(1), column(2)];
      for (const [a, b] of [
        [x, y],
        [y, z],
        [z, x],
      ])
        expect(dot(a, b)).toBeCloseTo(0, 9);
      const crossed = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]];
      expect(dot(crossed, z)).toBeCloseTo(1, 9);
      const distance = Math.hypot(...target.map((value, k) => value - eye[k]));
      const ahead = target.map((value, k) => eye[k] - z[k] * distance - value);
      expect(Math.hypot(...ahead)).toBeLessThan(1e-6);
      // Straight up or down, another axis stands in for up.
      expect(y[1]).toBeGreaterThan(-1e-6);
    }),
    { seed: 3 },
  );
});

test('fields of view span the whole pixel row and column', () => {
  const { fx, fy, cx, cy } = intrinsicsFromHorizontalFov(Math.PI / 2, 640, 360);
  expect([fx, fy, cx, cy]).toEqual([expect.closeTo(320, 9), expect.closeTo(320, 9), 319.5, 179.5]);
  expect(intrinsicsFromVerticalFov(Math.PI / 2, 640, 360).fx).toBeCloseTo(180, 9);
});
