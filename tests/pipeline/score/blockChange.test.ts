import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { createBlockChange } from '../../../pipeline/score/blockChange.ts';

/** The kernel's work in plain TypeScript: half size, full search over ±7, the residual without the change of brightness. */
function oracle(
  a: Uint8Array,
  b: Uint8Array,
  width: number,
  height: number,
  motionX: number,
  motionY: number,
): { meanDifference: number; residuals: number[] } {
  const [w, h] = [width >> 1, height >> 1];
  const halve = (image: Uint8Array) =>
    Uint8Array.from({ length: w * h }, (_, i) => {
      const p = 2 * Math.floor(i / w) * width + 2 * (i % w);
      return (image[p] + image[p + 1] + image[p + width] + image[p + width + 1] + 2) >> 2;
    });
  const [first, second] = [halve(a), halve(b)];
  const residuals: number[] = [];
  for (let by = 0; by < h >> 3; by++)
    for (let bx = 0; bx < w >> 3; bx++) {
      const [gx, gy] = [bx * 8 + Math.round(motionX / 2), by * 8 + Math.round(motionY / 2)];
      if (gx < 7 || gy < 7 || gx + 15 > w || gy + 15 > h) {
        residuals.push(-1);
        continue;
      }
      const differences = (dx: number, dy: number) =>
        Array.from(
          { length: 64 },
          (_, i) =>
            first[(by * 8 + (i >> 3)) * w + bx * 8 + (i & 7)] -
            second[(gy + dy + (i >> 3)) * w + gx + dx + (i & 7)],
        );
      let best: number[] | undefined;
      let cost = Infinity;
      for (let dy = -7; dy <= 7; dy++)
        for (let dx = -7; dx <= 7; dx++) {
          const candidate = differences(dx, dy);
          const sum = candidate.reduce((total, each) => total + Math.abs(each), 0);
          if (sum < cost) [cost, best] = [sum, candidate];
        }
      const exact = best!.reduce((total, each) => total + each, 0) / 64;
      // Halves go to the even neighbour, as WebAssembly's nearest does.
      const mean = Math.abs(exact % 1) === 0.5 ? 2 * Math.round(exact / 2) : Math.round(exact);
      residuals.push(best!.reduce((total, each) => total + Math.abs(each - mean), 0) / 64);
    }
  const meanDifference = a.reduce((total, each, i) => total + Math.abs(each - b[i]), 0) / a.length;
  return { meanDifference, residuals };
}

describe('createBlockChange', () => {
  it('agrees with the plain oracle', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 32, max: 90 }),
        fc.integer({ min: 32, max: 70 }),
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.boolean(),
        async (seed, width, height, motion, similar) => {
          const random = createRandom(seed);
          const a = Uint8Array.from({ length: width * height }, () => random.integer(256));
          const b = similar
            ? a.map(level => Math.min(255, level + random.integer(20)))
            : a.map(() => random.integer(256));
          const change = await createBlockChange(width, height);
          expect(change.next(a, 0, 0)).toBeUndefined();
          const found = change.next(b, motion, -motion);
          const expected = oracle(a, b, width, height, motion, -motion);
          expect(found?.meanDifference).toBeCloseTo(expected.meanDifference, 9);
          expect(Array.from(found?.residuals ?? [])).toEqual(expected.residuals);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('explains a shift within its reach, and a change of brightness', async () => {
    const [width, height] = [160, 96];
    const random = createRandom(3);
    const world = Float32Array.from({ length: 300 * 200 }, () => random.next() * 150);
    const view = (shift: number, brighter: number) =>
      Uint8Array.from(
        { length: width * height },
        (_, i) => world[(Math.floor(i / width) + 50) * 300 + (i % width) + 60 + shift] + brighter,
      );
    const change = await createBlockChange(width, height);
    change.next(view(0, 0), 0, 0);
    const residuals = change.next(view(8, 20), 0, 0)?.residuals ?? new Float32Array();
    const known = Array.from(residuals).filter(residual => residual >= 0);
    expect(known.length).toBeGreaterThan(10);
    expect(Math.max(...known)).toBeLessThan(2);
  });
});
