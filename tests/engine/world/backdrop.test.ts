import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backdropColor, backdropDirection, backdropPlace } from '../../../engine/world/backdrop.ts';

describe('a picture of all directions', () => {
  test('looks down −Z in its middle, to +X right of it, and up at its top', () => {
    const expected: [number, number, number[]][] = [
      [0.5, 0.5, [0, 0, -1]],
      [0.75, 0.5, [1, 0, 0]],
      [0.25, 0.5, [-1, 0, 0]],
      [0, 0.5, [0, 0, 1]],
      [0.3, 0, [0, 1, 0]],
    ];
    for (const [u, v, direction] of expected)
      backdropDirection(u, v).forEach((x, k) => {
        expect(x).toBeCloseTo(direction[k], 12);
      });
  });

  test('finds every direction again, whatever its length', () => {
    const inside = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(inside, inside, fc.double({ min: 0.01, max: 1000, noNaN: true }), (u, v, length) => {
        const [x, y, z] = backdropDirection(u, v);
        const [u2, v2] = backdropPlace(x * length, y * length, z * length);
        expect(u2).toBeCloseTo(u, 9);
        expect(v2).toBeCloseTo(v, 9);
      }),
    );
  });

  test('gives a pixel its colour, and passes over its left and right edge without a seam', () => {
    const [width, height] = [8, 4];
    const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 37) % 251);
    const backdrop = { width, height, rgb };
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const color = backdropColor(backdrop, ...backdropDirection((x + 0.5) / width, (y + 0.5) / height));
        color.forEach((value, k) => {
          expect(value).toBeCloseTo(rgb[3 * (y * width + x) + k], 6);
        });
      }
    const [west, east] = [1e-9, 1 - 1e-9].map(u => backdropColor(backdrop, ...backdropDirection(u, 0.4)));
    west.forEach((value, k) => {
      expect(value).toBeCloseTo(east[k], 4);
    });
  });
});
