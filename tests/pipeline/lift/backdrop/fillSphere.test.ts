import { describe, expect, test } from 'vitest';
import { fillSphere } from '../../../../pipeline/lift/backdrop/fillSphere.ts';

const [WIDTH, HEIGHT] = [64, 32];

function sphere(points: readonly { x: number; y: number; color: readonly number[]; weight?: number }[]) {
  const sums = new Float32Array(4 * WIDTH * HEIGHT);
  for (const { x, y, color, weight = 1 } of points)
    sums.set([...color.map(value => value * weight), weight], 4 * (y * WIDTH + x));
  fillSphere(sums, WIDTH, HEIGHT);
  return (x: number, y: number) => [...sums.subarray(4 * (y * WIDTH + x), 4 * (y * WIDTH + x) + 4)];
}

describe('fillSphere', () => {
  test('keeps what was seen and gives all else a colour between what was', () => {
    const at = sphere([
      { x: 10, y: 16, color: [200, 40, 0] },
      { x: 40, y: 8, color: [0, 90, 100] },
    ]);
    expect(at(10, 16)).toEqual([200, 40, 0, 1]);
    expect(at(40, 8)).toEqual([0, 90, 100, 1]);
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++) {
        const [red, green, blue, weight] = at(x, y);
        expect(weight).toBe(1);
        // On the line from one colour to the other.
        expect(red / 200 + blue / 100).toBeCloseTo(1, 3);
        expect(green).toBeCloseTo(40 + (90 - 40) * (blue / 100), 2);
      }
    expect(at(11, 16)[0]).toBeGreaterThan(150);
    expect(at(39, 8)[2]).toBeGreaterThan(75);
  });

  test('goes around: the picture’s right edge is beside its left', () => {
    const at = sphere([
      { x: 0, y: 16, color: [255, 0, 0] },
      { x: 32, y: 16, color: [0, 0, 255] },
    ]);
    expect(at(WIDTH - 1, 16)[0]).toBeGreaterThan(150);
  });

  test('lets a guess give way near to what was seen, and prevail far from it', () => {
    const guesses = Array.from({ length: WIDTH * HEIGHT }, (_, i) => ({
      x: i % WIDTH,
      y: Math.floor(i / WIDTH),
      color: [0, 0, 255],
      weight: 0.002,
    }));
    const at = sphere([...guesses, { x: 20, y: 16, color: [255, 0, 0] }]);
    expect(at(21, 16)[0]).toBeGreaterThan(150);
    expect(at(50, 16)[0]).toBeLessThan(40);
  });

  test('leaves a sphere of which nothing was seen without weight', () => {
    expect(sphere([])(5, 5)).toEqual([0, 0, 0, 0]);
  });
});
