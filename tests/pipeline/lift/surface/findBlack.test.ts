import { describe, expect, test } from 'vitest';
import { BLACK, DARK, findBlack } from '../../../../pipeline/lift/surface/findBlack.ts';

const [width, height] = [96, 64];

/** Textured grey with a square whose luma is `level(x, y)`. */
function picture(level: (x: number, y: number) => number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const inside = x >= 30 && x < 60 && y >= 20 && y < 45;
    return inside ? level(x, y) : 90 + ((x * 7 + y * 13) % 50);
  });
}

describe('findBlack', () => {
  test('finds the whole of an even black or dark region and nothing else', () => {
    for (const [level, kind] of [
      [0, BLACK],
      [17, DARK],
    ]) {
      const found = findBlack(
        picture((x, y) => level + ((x ^ y) & 1)),
        width,
        height,
      );
      expect(found.filter(v => v === kind)).toHaveLength(30 * 25);
      expect(found.filter(v => v !== 0)).toHaveLength(30 * 25);
    }
  });

  test('leaves a dark surface: a gradient, a grain, a grey', () => {
    const levels = [
      (x: number) => Math.floor((x - 30) * 0.8),
      (x: number, y: number) => 10 + ((x * 5 + y * 3) % 4) * 4,
      () => 40,
    ];
    for (const level of levels)
      expect(findBlack(picture(level), width, height).some(v => v !== 0)).toBe(false);
  });
});
