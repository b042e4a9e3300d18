import { beforeAll, describe, expect, test } from 'vitest';
import { type Kernel, loadKernel } from '../../../../engine/kernels/loadKernel.ts';
import { createRandom } from '../../../../engine/random.ts';
import {
  type ConsistencyExports,
  checkConsistency,
  neighbours,
  type PosedDepth,
} from '../../../../pipeline/lift/surface/checkConsistency.ts';
import { epipolarMap } from '../../../../pipeline/lift/surface/view.ts';
import { roomViews, trueDepth } from './syntheticViews.ts';

const [width, height] = [160, 96];

let kernel: Kernel<ConsistencyExports>;
beforeAll(async () => {
  const url = new URL('../../../../pipeline/lift/surface/consistency.kernel.ts', import.meta.url);
  kernel = await loadKernel<ConsistencyExports>(url.href);
});

function mapsWith(change: (q: number) => number): PosedDepth[] {
  const random = createRandom('consistency');
  return roomViews(width, height).map(view => {
    const inverseDepth = trueDepth(view).map(z => change(1 / z));
    return {
      view,
      depth: {
        width,
        height,
        inverseDepth,
        confidence: inverseDepth.map(() => random.range(0.05, 1)),
        deviation: inverseDepth.map(() => random.range(0.001, 0.006)),
      },
    };
  });
}

/** What becomes of one pixel, in plain words. */
function expected({ view, depth }: PosedDepth, witnesses: readonly PosedDepth[], x: number, y: number) {
  const at = y * width + x;
  const q = depth.inverseDepth[at];
  const dropped = { q: 0, confidence: 0 };
  if (q <= 0) return dropped;
  const agreeing: { weight: number; q: number; confidence: number }[] = [];
  let contradicting = 0;
  for (const other of witnesses) {
    const { base: b, offset: o } = epipolarMap(view, other.view);
    const [u, v, w] = [0, 1, 2].map(i => b[3 * i] * x + b[3 * i + 1] * y + b[3 * i + 2] + q * o[i]);
    const [column, row] = [Math.round(u / w), Math.round(v / w)];
    if (w <= 1e-6 || column < 0 || row < 0 || column >= width || row >= height) continue;
    const there = row * width + column;
    const [theirs, confidence, deviation] = [
      other.depth.inverseDepth[there],
      other.depth.confidence[there],
      other.depth.deviation[there],
    ];
    if (theirs <= 0) continue;
    const tolerance = depth.deviation[at] / w + deviation + (0.008 * q) / w;
    if (Math.abs(theirs - q / w) < tolerance)
      agreeing.push({
        weight: Math.min(4, (depth.deviation[at] / (deviation * w)) ** 2),
        q: theirs * w,
        confidence,
      });
    else if (theirs < q / w && confidence > 0.3) contradicting++;
  }
  if (agreeing.length < 2 || contradicting > agreeing.length) return dropped;
  const all = [{ weight: 1, q, confidence: depth.confidence[at] }, ...agreeing];
  const weight = all.reduce((sum, one) => sum + one.weight, 0);
  const trust = all.reduce((sum, one) => sum + one.confidence, 0) / all.length;
  return {
    q: all.reduce((sum, one) => sum + one.weight * one.q, 0) / weight,
    confidence: Math.min(1, agreeing.length / 4) * Math.max(0.1, Math.min(1, trust)),
  };
}

describe('checkConsistency', () => {
  test('the kernel keeps, drops and averages as its oracle does', () => {
    const random = createRandom('noise');
    const maps = mapsWith(q => {
      const lot = random.next();
      if (lot < 0.1) return 0;
      return lot < 0.25 ? q * random.range(0.6, 1.5) : q + random.range(-0.006, 0.006);
    });
    const witnesses = neighbours(maps.length, 2).map(i => maps[i]);
    const { inverseDepth, confidence } = checkConsistency(kernel, maps[2], witnesses);
    let kept = 0;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const wanted = expected(maps[2], witnesses, x, y);
        expect(inverseDepth[y * width + x]).toBeCloseTo(wanted.q, 6);
        expect(confidence[y * width + x]).toBeCloseTo(wanted.confidence, 6);
        if (wanted.q > 0) kept++;
      }
    expect(kept / (width * height)).toBeGreaterThan(0.3);
    expect(kept / (width * height)).toBeLessThan(0.9);
  });

  test('leaves its maps alone, and gives the same bytes twice', () => {
    const maps = mapsWith(q => q);
    const before = maps[1].depth.inverseDepth.slice();
    const once = checkConsistency(kernel, maps[1], [maps[0], maps[2]]);
    expect(maps[1].depth.inverseDepth).toEqual(before);
    expect(checkConsistency(kernel, maps[1], [maps[0], maps[2]])).toEqual(once);
  });
});
