import { beforeAll, describe, expect, test } from 'vitest';
import { type Kernel, loadKernel } from '../../../../engine/kernels/loadKernel.ts';
import { createRandom } from '../../../../engine/random.ts';
import {
  type DepthSweepExports,
  estimateDepth,
  PAD,
  PAD_ROWS,
  padImage,
} from '../../../../pipeline/lift/surface/estimateDepth.ts';
import { roomViews, trueDepth } from './syntheticViews.ts';

let kernel: Kernel<DepthSweepExports>;
beforeAll(async () => {
  const url = new URL('../../../../pipeline/lift/surface/depthSweep.kernel.ts', import.meta.url);
  kernel = await loadKernel<DepthSweepExports>(url.href);
});

function share(errors: number[], limit: number): number {
  return errors.filter(e => e < limit).length / errors.length;
}

describe('estimateDepth', () => {
  test('finds walls and floor within a step', () => {
    const views = roomViews(160, 96);
    const reference = views[2];
    const sources = [views[0], views[1], views[3], views[4]];
    const map = estimateDepth(kernel, reference, sources, 1 / 9, 1 / 1.5, 32);
    const truth = trueDepth(reference);
    const errors = Array.from(map.inverseDepth, (q, i) => {
      const [x, y] = [i % map.width, Math.floor(i / map.width)];
      return Math.abs(q - 1 / truth[2 * y * 160 + 2 * x]) / (2 * map.deviation[i]);
    });
    expect(share(errors, 1)).toBeGreaterThan(0.85);
    expect(share(errors, 0.5)).toBeGreaterThan(0.6);
  });

  test('gives the same bytes twice', () => {
    const views = roomViews(64, 48);
    const once = estimateDepth(kernel, views[2], [views[1], views[3]], 0.1, 0.7, 32);
    const again = estimateDepth(kernel, views[2], [views[1], views[3]], 0.1, 0.7, 32);
    expect(again.inverseDepth).toEqual(once.inverseDepth);
    expect(again.confidence).toEqual(once.confidence);
  });
});

/** The census and aggregation, written for reading: what the kernel must compute bit for bit. */
describe('depthSweep kernel against its oracle', () => {
  const TAPS = [-3, -2, -1, 0, 1, 2, 3].flatMap(dy =>
    (Math.abs(dy) === 3 || Math.abs(dy) === 1 ? [-3, -1, 1, 3] : dy === 0 ? [-2, 2] : [-2, 0, 2]).map(dx => [
      dx,
      dy,
    ]),
  );

  test('warping by a homography', () => {
    const [width, height] = [32, 16];
    const random = createRandom('warp');
    const source = Uint8Array.from({ length: width * height }, () => random.integer(256));
    // Mostly a shift, with a little perspective.
    const h = [1.02, 0.01, 1.3, -0.02, 0.98, 0.6, 0.0004, -0.0003, 1];
    kernel.reset();
    const from = kernel.allocate(source.length);
    const homography = kernel.allocate(36);
    const size = (width + 2 * PAD) * (height + 2 * PAD_ROWS);
    const [warped, seen] = [kernel.allocate(size), kernel.allocate(size)];
    const bytes = new Uint8Array(kernel.memory.buffer);
    bytes.set(source, from);
    new Float32Array(kernel.memory.buffer, homography, 9).set(h);
    kernel.exports.warpPlane(from, width, height, homography, warped, seen, width, height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const w = h[6] * x + h[7] * y + h[8];
        const [u, v] = [(h[0] * x + h[1] * y + h[2]) / w, (h[3] * x + h[4] * y + h[5]) / w];
        const at = (y + PAD_ROWS) * (width + 2 * PAD) + PAD + x;
        const inside = u >= 0 && v >= 0 && u < width - 1 && v < height - 1;
        // Positions are in 256ths of a pixel: the border itself may fall either way.
        if (Math.abs(u - (width - 1)) > 0.01 && Math.abs(v - (height - 1)) > 0.01)
          expect(bytes[seen + at] > 0).toBe(inside);
        if (!inside) continue;
        const [x0, y0] = [Math.floor(u), Math.floor(v)];
        const [a, b] = [u - x0, v - y0];
        const pixel = (dx: number, dy: number) => source[(y0 + dy) * width + x0 + dx];
        const expected =
          (pixel(0, 0) * (1 - a) + pixel(1, 0) * a) * (1 - b) + (pixel(0, 1) * (1 - a) + pixel(1, 1) * a) * b;
        expect(Math.abs(bytes[warped + at] - expected)).toBeLessThan(2.6);
      }
  });

  test('ternary census distance', () => {
    const [width, height] = [32, 10];
    const random = createRandom('census');
    const images = [0, 1].map(() =>
      Uint8Array.from({ length: width * height }, () => 100 + random.integer(12)),
    );
    const padded = images.map(image => padImage(image, width, height));
    const stride = width + 2 * PAD;
    kernel.reset();
    const [a, b] = padded.map(image => kernel.allocate(image.length));
    const seen = kernel.allocate(padded[0].length);
    const best = kernel.allocate(width * height);
    const second = kernel.allocate(width * height);
    const bytes = new Uint8Array(kernel.memory.buffer);
    bytes.set(padded[0], a);
    bytes.set(padded[1], b);
    bytes.fill(255, seen, seen + padded[0].length);
    kernel.exports.censusCost(a, b, seen, best, second, width, height, 1);
    const digit = (image: Uint8Array, at: number, offset: number) => {
      const difference = image[at + offset] - image[at];
      return difference > 2 ? 1 : difference < -2 ? -1 : 0;
    };
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = (y + PAD_ROWS) * stride + PAD + x;
        let expected = 0;
        for (const [dx, dy] of TAPS)
          expected += Math.abs(
            digit(padded[0], at, dy * stride + dx) - digit(padded[1], at, dy * stride + dx),
          );
        expect(bytes[best + y * width + x]).toBe(expected);
      }
  });

  test('semi-global aggregation over 8 paths', () => {
    const [width, height, depths] = [7, 6, 16];
    const [p1, p2Low, p2High] = [5, 18, 80];
    const random = createRandom('aggregate');
    const image = Uint8Array.from({ length: width * height }, () => random.integer(40));
    const costs = Uint8Array.from({ length: width * height * depths }, () => random.integer(97));
    const expected = new Uint16Array(costs.length);
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
      [1, 1],
      [-1, -1],
      [1, -1],
      [-1, 1],
    ]) {
      const path = new Map<number, number[]>();
      const order = Array.from({ length: width * height }, (_, i) => i);
      if (dy < 0 || (dy === 0 && dx < 0)) order.reverse();
      for (const i of order) {
        const [x, y] = [i % width, Math.floor(i / width)];
        const [px, py] = [x - dx, y - dy];
        const before =
          px >= 0 && py >= 0 && px < width && py < height ? path.get(py * width + px) : undefined;
        const own = Array.from({ length: depths }, (_, d) => {
          const cost = costs[i * depths + d];
          if (!before) return cost;
          const lowest = Math.min(...before);
          const jump = Math.max(p2Low, p2High - 3 * Math.abs(image[i] - image[py * width + px]));
          const from = [before[d], (before[d - 1] ?? 1e9) + p1, (before[d + 1] ?? 1e9) + p1, lowest + jump];
          return cost + Math.min(...from) - lowest;
        });
        path.set(i, own);
        own.forEach((v, d) => {
          expected[i * depths + d] += v;
        });
      }
    }
    kernel.reset();
    const imageAt = kernel.allocate(image.length);
    const volume = kernel.allocate(costs.length);
    const sums = kernel.allocate(2 * costs.length);
    const rows = kernel.allocate(8 * (width + 2) * (depths + 32) + 8 * (width + 2));
    new Uint8Array(kernel.memory.buffer, imageAt, image.length).set(image);
    new Uint8Array(kernel.memory.buffer, volume, costs.length).set(costs);
    kernel.exports.aggregate(imageAt, volume, sums, rows, width, height, depths, p1, p2Low, p2High);
    expect(new Uint16Array(kernel.memory.buffer, sums, costs.length)).toEqual(expected);
  });
});
