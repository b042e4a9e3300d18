import { describe, expect, test } from 'vitest';
import { findSky } from '../../../../pipeline/lift/surface/findSky.ts';

const [width, height] = [40, 30];

function picture(color: (x: number, y: number) => [number, number, number]): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: width * height }, (_, i) => color(i % width, Math.floor(i / width))).flat(),
  );
}

describe('findSky', () => {
  test('a blue gradient above grey houses is sky down to the roofs', () => {
    const sky = findSky(
      picture((_, y) => (y < 12 ? [90 + 2 * y, 140 + 2 * y, 220] : [110, 105, 100])),
      width,
      height,
    );
    expect(sky.reduce((sum, v) => sum + v, 0)).toBe(12 * width);
  });

  test('a white-grey ceiling, a blue wall below it and a small blue patch are none', () => {
    const room = picture((_x, y) => (y < 8 ? [200, 198, 196] : y < 20 ? [80, 110, 190] : [120, 90, 60]));
    expect(findSky(room, width, height).some(v => v > 0)).toBe(false);
    const patch = picture((x, y) => (y < 2 && x < 4 ? [80, 110, 190] : [120, 90, 60]));
    expect(findSky(patch, width, height).some(v => v > 0)).toBe(false);
  });

  test('burnt-out stripes of a wallpaper are none, a burnt-out sky is', () => {
    const stripes = picture((x, y) => (x % 8 < 4 && y < 15 ? [252, 251, 250] : [215, 190, 190]));
    expect(findSky(stripes, width, height).some(v => v > 0)).toBe(false);
    const sky = findSky(
      picture((_x, y) => (y < 15 ? [252, 251, 250] : [90, 90, 80])),
      width,
      height,
    );
    expect(sky.reduce((sum, v) => sum + v, 0)).toBe(15 * width);
  });
});
