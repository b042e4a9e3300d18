import { beforeAll, describe, expect, test } from 'vitest';
import { type Kernel, loadKernel } from '../../../../engine/kernels/loadKernel.ts';
import { createRandom } from '../../../../engine/random.ts';
import {
  type AlignDepthExports,
  alignDepth,
  PLANE_PAD,
  SOURCE_BYTES,
  WINDOW_BYTES,
} from '../../../../pipeline/lift/surface/alignDepth.ts';
import { type DepthMap, epipolarMap } from '../../../../pipeline/lift/surface/view.ts';
import { roomViews, trueDepth } from './syntheticViews.ts';

let kernel: Kernel<AlignDepthExports>;
beforeAll(async () => {
  const url = new URL('../../../../pipeline/lift/surface/alignDepth.kernel.ts', import.meta.url);
  kernel = await loadKernel<AlignDepthExports>(url.href);
});

const [width, height] = [160, 96];
const views = roomViews(width, height);
const reference = views[2];
const sources = [views[0], views[1], views[3], views[4]];
const truth = trueDepth(reference).map(z => 1 / z);

/** What a sweep at half the size gives: the truth in stairs. */
function stairs(step: number): DepthMap {
  const [w, h] = [width / 2, height / 2];
  const inverseDepth = Float32Array.from({ length: w * h }, (_, i) => {
    const at = 2 * Math.floor(i / w) * width + 2 * (i % w);
    return step * Math.round(truth[at] / step);
  });
  return {
    width: w,
    height: h,
    inverseDepth,
    confidence: new Float32Array(w * h).fill(1),
    deviation: new Float32Array(w * h).fill(step / 2),
  };
}

function meanError(map: { inverseDepth: Float32Array }, isAsked = (_: number) => true): number {
  let sum = 0;
  let count = 0;
  for (let y = 8; y < height - 8; y++)
    for (let x = 8; x < width - 8; x++) {
      const i = y * width + x;
      if (!isAsked(i)) continue;
      sum += Math.abs(map.inverseDepth[i] - truth[i]);
      count++;
    }
  return sum / count;
}

describe('alignDepth', () => {
  test('finds slanted surfaces to a tenth of the step that it starts with', () => {
    const step = 0.02;
    expect(
      meanError(
        alignDepth(kernel, reference, sources.slice(1, 3), [sources[0], sources[3]], stairs(step), step),
      ),
    ).toBeLessThan(step / 10);
  });

  test('takes no harm from a source that shows something else', () => {
    const random = createRandom('other');
    const other = { ...views[0], gray: views[0].gray.map(() => random.integer(256)) };
    const step = 0.02;
    const aligned = alignDepth(kernel, reference, [other, ...sources.slice(1)], [], stairs(step), step);
    expect(meanError(aligned)).toBeLessThan(step / 7);
  });

  test('without texture it lays planes through the stairs, and leaves an edge where it is', () => {
    const plain = views.map(view => ({ ...view, gray: new Uint8Array(width * height).fill(120) }));
    const slanted = (x: number, y: number) => 0.2 + 0.0007 * x + 0.0012 * y + (x < 80 ? 0 : 0.3);
    const start = stairs(0.02);
    for (let i = 0; i < start.inverseDepth.length; i++) {
      const [x, y] = [2 * (i % start.width) + 0.5, 2 * Math.floor(i / start.width) + 0.5];
      start.inverseDepth[i] = 0.02 * Math.round(slanted(x, y) / 0.02);
    }
    const { inverseDepth } = alignDepth(kernel, plain[2], [plain[1], plain[3]], [], start, 0.02);
    let sum = 0;
    for (let y = 10; y < height - 10; y++)
      for (let x = 10; x < width - 10; x++) {
        const error = Math.abs(inverseDepth[y * width + x] - slanted(x, y));
        sum += error;
        expect(error).toBeLessThan(0.02);
      }
    // Stairs are off by 0.005 on average.
    expect(sum / (height - 20) / (width - 20)).toBeLessThan(0.0025);
  });

  test('unknown stays unknown, and twice gives the same bytes', () => {
    const start = stairs(0.02);
    start.inverseDepth.fill(0, 0, 20 * start.width);
    const once = alignDepth(kernel, reference, sources, [], start, 0.02);
    expect(once.inverseDepth[10 * width + 80]).toBe(0);
    expect(once.confidence[10 * width + 80]).toBe(0);
    expect(alignDepth(kernel, reference, sources, [], start, 0.02)).toEqual(once);
  });
});

/** The kernel's sums, written for reading. */
describe('alignDepth kernel against its oracle', () => {
  const floats = (offset: number, length: number) => new Float32Array(kernel.memory.buffer, offset, length);

  test('quads', () => {
    const random = createRandom('quads');
    const [w, h] = [7, 5];
    const gray = Uint8Array.from({ length: w * h }, () => random.integer(256));
    kernel.reset();
    const [from, out] = [kernel.allocate(w * h), kernel.allocate(4 * w * h)];
    new Uint8Array(kernel.memory.buffer, from, w * h).set(gray);
    kernel.exports.packQuads(from, out, w, h);
    const quads = new Uint8Array(kernel.memory.buffer, out, 4 * w * h);
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const [right, below] = [Math.min(w - 1, x + 1), Math.min(h - 1, y + 1)];
        expect([...quads.subarray(4 * (y * w + x), 4 * (y * w + x) + 4)]).toEqual([
          gray[y * w + x],
          gray[y * w + right],
          gray[below * w + x],
          gray[below * w + right],
        ]);
      }
  });

  test('step of windows in slanted planes', () => {
    const [w, h, noise] = [width / 2, height / 2, 4];
    const stride = w + 2 * PLANE_PAD;
    const padded = stride * (h + 2 * PLANE_PAD);
    const { exports } = kernel;
    kernel.reset();
    const planes = Array.from({ length: 7 }, () => kernel.allocate(4 * padded));
    const [depth, slopeX, slopeY, information, shift, likeness, seen] = planes;
    const [own, gray, scratch] = [
      kernel.allocate(width * height),
      kernel.allocate(width * height),
      kernel.allocate(WINDOW_BYTES),
    ];
    const others = [views[1], views[4]];
    const table = kernel.allocate(SOURCE_BYTES * others.length);
    const quads = others.map(() => kernel.allocate(4 * width * height));
    const bytes = new Uint8Array(kernel.memory.buffer);
    for (const plane of planes) floats(plane, padded).fill(0);
    bytes.set(reference.gray, own);
    const maps = others.map(view => epipolarMap(reference, view));
    for (const [i, view] of others.entries()) {
      bytes.set(view.gray, gray);
      exports.packQuads(gray, quads[i], width, height);
      floats(table + SOURCE_BYTES * i, 12).set([...maps[i].base, ...maps[i].offset]);
      new Int32Array(kernel.memory.buffer, table + SOURCE_BYTES * i + 48, 3).set([quads[i], width, height]);
    }
    const at = (x: number, y: number) => (y + PLANE_PAD) * stride + x + PLANE_PAD;
    const [bx, by] = [0.0004, -0.0002];
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        floats(depth, padded)[at(x, y)] = truth[2 * y * width + 2 * x] * 1.01;
        floats(slopeX, padded)[at(x, y)] = bx;
        floats(slopeY, padded)[at(x, y)] = by;
      }
    exports.alignWindows(
      own,
      table,
      others.length,
      scratch,
      depth,
      slopeX,
      slopeY,
      information,
      shift,
      likeness,
      seen,
      width,
      height,
      noise,
      1,
    );

    const taps = [-5, -3, -1, 2, 4, 6];
    const level = (image: Uint8Array, u: number, v: number) => {
      const [iu, iv] = [Math.floor(u), Math.floor(v)];
      const [s, t] = [u - iu, v - iv];
      const p = (dx: number, dy: number) => image[(iv + dy) * width + iu + dx];
      return (p(0, 0) * (1 - s) + p(1, 0) * s) * (1 - t) + (p(0, 1) * (1 - s) + p(1, 1) * s) * t;
    };
    let asked = 0;
    for (let y = 12; y < h - 12; y += 5)
      for (let x = 14; x < w - 14; x += 7) {
        const q = floats(depth, padded)[at(x, y)];
        const middle = level(reference.gray, 2 * x + 0.5, 2 * y + 0.5);
        const window = taps.flatMap(dy =>
          taps.map(dx => {
            const r = reference.gray[(2 * y + dy) * width + 2 * x + dx];
            const weight = 1 / (1 + 0.007 * (r - middle) ** 2);
            return { r, weight, dx: dx - 0.5, dy: dy - 0.5 };
          }),
        );
        const total = window.reduce((sum, { weight }) => sum + weight, 0);
        const mean = (f: (i: number) => number) =>
          window.reduce((sum, { weight }, i) => sum + weight * f(i), 0) / total;
        const meanR = mean(i => window[i].r);
        const varianceR = mean(i => (window[i].r - meanR) ** 2);
        if (varianceR < 2) continue;
        let [expectedInformation, expectedShift, expectedLikeness] = [0, 0, 0];
        for (const [k, view] of others.entries()) {
          const { base: m, offset: o } = maps[k];
          const sampleAt = (i: number, q0: number) => {
            const [px, py] = [2 * x + 0.5 + window[i].dx, 2 * y + 0.5 + window[i].dy];
            const inverse = q0 + (bx * window[i].dx + by * window[i].dy) / 2;
            const d = m[6] * px + m[7] * py + m[8] + inverse * o[2];
            return level(
              view.gray,
              (m[0] * px + m[1] * py + m[2] + inverse * o[0]) / d,
              (m[3] * px + m[4] * py + m[5] + inverse * o[1]) / d,
            );
          };
          const s = window.map((_, i) => sampleAt(i, q));
          const small = 1e-6;
          const g = window.map((_, i) => (sampleAt(i, q + small) - sampleAt(i, q - small)) / (2 * small));
          const [meanS, meanG] = [mean(i => s[i]), mean(i => g[i])];
          const gain = mean(i => (s[i] - meanS) * (window[i].r - meanR)) / varianceR;
          // What gain and offset leave of the source, and of its derivative.
          const left = window.map(({ r }, i) => s[i] - meanS - gain * (r - meanR));
          const slope = mean(i => (g[i] - meanG) * (window[i].r - meanR)) / varianceR;
          const free = window.map(({ r }, i) => g[i] - meanG - slope * (r - meanR));
          const variance = mean(i => left[i] ** 2);
          expectedLikeness += noise ** 2 / (noise ** 2 + variance);
          if (gain <= 0) continue;
          const trust = total / (noise ** 2 + 4 * variance);
          expectedInformation += trust * mean(i => free[i] ** 2);
          expectedShift -= trust * mean(i => free[i] * left[i]);
        }
        asked++;
        const scale = Math.max(1, expectedInformation);
        expect(floats(seen, padded)[at(x, y)]).toBe(2);
        expect(floats(likeness, padded)[at(x, y)]).toBeCloseTo(expectedLikeness, 2);
        expect(Math.abs(floats(information, padded)[at(x, y)] - expectedInformation)).toBeLessThan(
          0.02 * scale,
        );
        expect(Math.abs(floats(shift, padded)[at(x, y)] - expectedShift)).toBeLessThan(
          0.02 * (Math.abs(expectedShift) + Math.sqrt(scale)),
        );
      }
    expect(asked).toBeGreaterThan(10);
  });

  test('planes through what the steps ask for', () => {
    const [w, h, radius, apart, gate, inertia] = [16, 12, 4, 2, 0.05, 3];
    const stride = w + 2 * PLANE_PAD;
    const padded = stride * (h + 2 * PLANE_PAD);
    const random = createRandom('planes');
    kernel.reset();
    const names = ['q', 'b', 'c', 'information', 'shift', 'likeness', 'views', 'luma'] as const;
    const inputs = names.map(() => kernel.allocate(4 * padded));
    const outputs = Array.from({ length: 5 }, () => kernel.allocate(4 * padded));
    for (const plane of [...inputs, ...outputs]) floats(plane, padded).fill(0);
    const at = (x: number, y: number) => (y + PLANE_PAD) * stride + x + PLANE_PAD;
    const ranges = [
      [0.3, 0.36],
      [-0.003, 0.003],
      [-0.003, 0.003],
      [0, 400],
      [-4, 4],
      [0, 3],
      [3, 4],
      [90, 110],
    ];
    for (const [i, [low, high]] of ranges.entries())
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++) floats(inputs[i], padded)[at(x, y)] = random.range(low, high);
    floats(inputs[0], padded)[at(5, 5)] = 0;
    kernel.exports.fitPlanes(
      ...(inputs as [number, number, number, number, number, number, number, number]),
      ...(outputs as [number, number, number, number, number]),
      w,
      h,
      radius,
      apart,
      gate,
      inertia,
    );
    const read = (i: number, x: number, y: number) => floats(inputs[i], padded)[at(x, y)];
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const q = read(0, x, y);
        // Weighted normal equations of d = a + b·dx + c·dy, in plain words.
        const rows: { weight: number; pull: number; dx: number; dy: number }[] = [];
        let informed = 0;
        for (let dy = -radius; dy <= radius; dy++)
          for (let dx = -radius; dx <= radius; dx++) {
            if ((y + dy) % apart !== 0) continue;
            const neighbour = read(0, x + dx, y + dy);
            const off = (neighbour - q - read(1, x, y) * dx - read(2, x, y) * dy) / gate;
            if (neighbour <= 0 || off * off >= 1) continue;
            const gray = read(7, x + dx, y + dy) - read(7, x, y);
            const alike = 1 / ((1 + 0.01 * gray * gray) * (1 + 4 * off * off));
            const weight = alike * (read(3, x + dx, y + dy) + inertia);
            rows.push({
              weight,
              pull: weight * (neighbour - q) + alike * read(4, x + dx, y + dy),
              dx,
              dy,
            });
            informed += alike * read(3, x + dx, y + dy);
          }
        const total = (f: (row: (typeof rows)[number]) => number) =>
          rows.reduce((sum, row) => sum + f(row), 0);
        const s = total(r => r.weight);
        const [mx, my] = [total(r => r.weight * r.dx) / s, total(r => r.weight * r.dy) / s];
        const xx = total(r => r.weight * r.dx * r.dx) - s * mx * mx + 0.05 * s;
        const yy = total(r => r.weight * r.dy * r.dy) - s * my * my + 0.05 * s;
        const xy = total(r => r.weight * r.dx * r.dy) - s * mx * my;
        const px = total(r => r.pull * r.dx) - mx * total(r => r.pull);
        const py = total(r => r.pull * r.dy) - my * total(r => r.pull);
        const b = (px * yy - py * xy) / (xx * yy - xy * xy);
        const c = (py * xx - px * xy) / (xx * yy - xy * xy);
        const a = total(r => r.pull) / s - b * mx - c * my;
        const moves = q > 0 && Math.abs(a) < gate && q + a > 0;
        if (Math.abs(Math.abs(a) - gate) < 1e-4) continue;
        expect(floats(outputs[0], padded)[at(x, y)]).toBeCloseTo(moves ? q + a : q, 4);
        if (moves) expect(floats(outputs[1], padded)[at(x, y)]).toBeCloseTo(b, 4);
        if (moves) expect(floats(outputs[2], padded)[at(x, y)]).toBeCloseTo(c, 4);
        if (q > 0) expect(floats(outputs[4], padded)[at(x, y)] / informed).toBeCloseTo(1, 3);
      }
  });

  test('a map at twice its size', () => {
    const [w, h, nearness, prior, correlation] = [12, 8, 8, 50, 90];
    const stride = w + 2 * PLANE_PAD;
    const padded = stride * (h + 2 * PLANE_PAD);
    const random = createRandom('enlarge');
    kernel.reset();
    const gray = kernel.allocate(4 * w * h);
    const ranges = [
      [-0.02, 0.4],
      [-0.01, 0.01],
      [-0.01, 0.01],
      [0, 255],
      [0, 1],
      [0, 900],
    ];
    const planes = ranges.map(() => kernel.allocate(4 * padded));
    const confidence = kernel.allocate(4 * w * h);
    const large = [0, 1, 2].map(() => kernel.allocate(16 * w * h));
    const levels = new Uint8Array(kernel.memory.buffer, gray, 4 * w * h);
    for (let i = 0; i < levels.length; i++) levels[i] = random.integer(256);
    const at = (x: number, y: number) => (y + PLANE_PAD) * stride + x + PLANE_PAD;
    for (const [i, [low, high]] of ranges.entries())
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++) floats(planes[i], padded)[at(x, y)] = random.range(low, high);
    for (let i = 0; i < w * h; i++) floats(confidence, w * h)[i] = random.next();
    kernel.exports.enlarge(
      gray,
      ...(planes as [number, number, number, number, number, number]),
      confidence,
      ...(large as [number, number, number]),
      2 * w,
      2 * h,
      nearness,
      prior,
      correlation,
    );
    const read = (i: number, x: number, y: number) => floats(planes[i], padded)[at(x, y)];
    const within = (value: number, size: number) => Math.min(size - 2, Math.max(0, Math.floor(value)));
    for (let y = 0; y < 2 * h; y++)
      for (let x = 0; x < 2 * w; x++) {
        // Between the pixels of the map.
        const [u, v] = [(x - 0.5) / 2, (y - 0.5) / 2];
        const [u0, v0] = [within(u, w), within(v, h)];
        const [near] = [0, 1, 2, 3]
          .map(k => ({ i: u0 + (k & 1), j: v0 + (k >> 1) }))
          .map(({ i, j }) => ({
            i,
            j,
            cost:
              Math.abs(read(3, i, j) - levels[2 * w * y + x]) +
              nearness * (Math.abs(i - u) + Math.abs(j - v)),
          }))
          .sort((p, q) => p.cost - q.cost);
        const { i, j } = near;
        const q = read(0, i, j) + (u - i) * read(1, i, j) + (v - j) * read(2, i, j);
        const isKnown = read(0, i, j) > 0 && q > 0;
        const expected = isKnown
          ? [
              q,
              floats(confidence, w * h)[j * w + i] * read(4, i, j),
              1 / Math.sqrt(read(5, i, j) / correlation + prior),
            ]
          : [0, 0, 0];
        for (const [k, value] of expected.entries())
          expect(floats(large[k], 4 * w * h)[2 * w * y + x]).toBeCloseTo(value, 5);
      }
  });
});
