import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { smallestEigenvector } from '../../../pipeline/lift/poses/smallMatrices.ts';
import type { SharedPoints } from '../../../pipeline/score/pointTracks.ts';
import { median } from '../../../pipeline/score/statistics.ts';
import { createTwoViews } from '../../../pipeline/score/twoView.ts';
import { fitPlainly } from './plainTwoView.ts';

const { fitFundamental, fitHomography } = await createTwoViews();

interface Views {
  points: SharedPoints;
  outliers: boolean[];
}

/** Points in a box before a camera that moves by `t` and turns by `yaw`; `flat` puts them on one wall. */
function makeViews(
  seed: number,
  options: {
    t: [number, number, number];
    yaw: number;
    flat?: boolean;
    noise?: number;
    outlierShare?: number;
  },
): Views {
  const random = createRandom(seed);
  const count = 200;
  const first = new Float32Array(count * 2);
  const second = new Float32Array(count * 2);
  const outliers: boolean[] = [];
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [random.range(-3, 3), random.range(-2, 2), options.flat ? 6 : random.range(4, 12)];
    const project = (px: number, py: number, pz: number) => [320 + (576 * px) / pz, 180 + (576 * py) / pz];
    const [c, s] = [Math.cos(options.yaw), Math.sin(options.yaw)];
    const [mx, my, mz] = [x - options.t[0], y - options.t[1], z - options.t[2]];
    const outlier = random.chance(options.outlierShare ?? 0);
    outliers.push(outlier);
    const noise = () => (options.noise ?? 0) * random.normal();
    first.set(
      project(x, y, z).map(value => value + noise()),
      2 * i,
    );
    second.set(
      outlier
        ? [random.range(0, 640), random.range(0, 360)]
        : project(c * mx - s * mz, my, s * mx + c * mz).map(value => value + noise()),
      2 * i,
    );
  }
  const index = Int32Array.from({ length: count }, (_, i) => i);
  return { points: { count, first, second, firstIndex: index, secondIndex: index }, outliers };
}

describe('fitFundamental', () => {
  it('explains points of any depth, and finds those that do not belong', () => {
    for (let seed = 0; seed < 8; seed++) {
      const { points, outliers } = makeViews(seed, {
        t: [0.4, 0.05, 0.5],
        yaw: 0.05,
        noise: 0.2,
        outlierShare: 0.25,
      });
      const fit = fitFundamental(points);
      expect(fit).toBeDefined();
      const good = Array.from(fit!.errors).filter((_, i) => !outliers[i]);
      expect(median(good)).toBeLessThan(0.35);
      expect(good.filter(error => error < 1).length / good.length).toBeGreaterThan(0.93);
    }
  });
  it('is exact without noise', () => {
    const { points } = makeViews(1, { t: [0.3, 0, 0.6], yaw: -0.04 });
    expect(median(fitFundamental(points)!.errors)).toBeLessThan(1e-3);
  });
});

describe('both fits', () => {
  it('are those of the plain oracle, to the bit', () => {
    for (let seed = 20; seed < 30; seed++) {
      const { points } = makeViews(seed, {
        t: [0.3, 0.05, 0.4],
        yaw: 0.04,
        flat: seed % 3 === 0,
        noise: 0.3,
        outlierShare: 0.3,
      });
      const some = { ...points, count: points.count - (seed % 2) };
      for (const [find, model] of [
        [fitFundamental, 'fundamental'],
        [fitHomography, 'homography'],
      ] as const)
        expect([...find(some)!.errors]).toEqual([...fitPlainly(some, model)!]);
    }
  });
});

describe('fitHomography', () => {
  it('explains a wall and a turning camera, but not depth', () => {
    const wall = makeViews(2, { t: [0.4, 0.1, 0.3], yaw: 0.05, flat: true, noise: 0.2, outlierShare: 0.2 });
    const turn = makeViews(3, { t: [0, 0, 0], yaw: 0.1, noise: 0.2, outlierShare: 0.2 });
    for (const { points, outliers } of [wall, turn]) {
      const errors = Array.from(fitHomography(points)!.errors).filter((_, i) => !outliers[i]);
      expect(median(errors)).toBeLessThan(0.6);
    }
    const depth = makeViews(4, { t: [0.6, 0, 0], yaw: 0 });
    expect(median(fitHomography(depth.points)!.errors)).toBeGreaterThan(2);
  });
  it('gives nothing for too few points', () => {
    const { points } = makeViews(5, { t: [0.4, 0, 0], yaw: 0 });
    expect(fitHomography({ ...points, count: 15 })).toBeUndefined();
    expect(fitFundamental({ ...points, count: 15 })).toBeUndefined();
  });
});

describe('linear algebra', () => {
  it('finds the eigenvector of the smallest eigenvalue', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 9 }), (seed, n) => {
        const random = createRandom(seed);
        const a = Array.from({ length: n * n }, () => random.range(-1, 1));
        const normal = Float64Array.from({ length: n * n }, (_, i) => {
          let sum = 0;
          for (let k = 0; k < n; k++) sum += a[k * n + Math.floor(i / n)] * a[k * n + (i % n)];
          return sum;
        });
        const quadratic = (v: ArrayLike<number>) => {
          let sum = 0;
          for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) sum += normal[i * n + k] * v[i] * v[k];
          return sum;
        };
        const v = smallestEigenvector(Float64Array.from(normal), n);
        expect(Math.hypot(...v)).toBeCloseTo(1, 9);
        for (let trial = 0; trial < 20; trial++) {
          const other = Array.from({ length: n }, () => random.normal());
          const length = Math.hypot(...other);
          expect(quadratic(other.map(value => value / length))).toBeGreaterThanOrEqual(quadratic(v) - 1e-9);
        }
      }),
    );
  });
});
