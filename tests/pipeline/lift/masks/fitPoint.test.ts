import { describe, expect, it } from 'vitest';
import { createPointFit } from '../../../../pipeline/lift/masks/fitPoint.ts';

const lens = { focal: 400, radial: 0.01 };
const poses = [0, 1, 2, 3, 4].map(k => ({
  rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
  translation: Float64Array.of(-0.02 * k, 0, -0.2 * k),
}));

function seenFrom([x, y, z]: readonly number[]): number[] {
  return poses.flatMap(({ translation: t }) => {
    const [u, v] = [(x + t[0]) / (z + t[2]), (y + t[1]) / (z + t[2])];
    const d = lens.focal * (1 + lens.radial * (u * u + v * v));
    return [d * u, d * v];
  });
}

const worst = (misses: Float64Array | undefined) => Math.max(...(misses ?? [Number.NaN]).map(Math.abs));

describe('createPointFit', () => {
  const place = createPointFit(lens, poses);

  it.each([
    ['near', [0.5, -0.3, 2]],
    ['at middle distance', [1, 1, 8]],
    ['as good as infinitely far', [1e5, 2e4, 1e6]],
    ['on the way', [0.02, 0.01, 3]],
  ])('places a point that is %s', (_, point) => {
    expect(worst(place(seenFrom(point)))).toBeLessThan(0.02);
  });

  it('leaves what no point explains', () => {
    const seen = seenFrom([0.5, -0.3, 2]);
    seen[5] += 4;
    const misses = place(seen);
    expect(worst(misses)).toBeGreaterThan(2);
    expect(worst(misses)).toBeLessThan(4);
  });
});
