import { beforeAll, describe, expect, test } from 'vitest';
import { type Kernel, loadKernel } from '../../../../engine/kernels/loadKernel.ts';
import { createRandom } from '../../../../engine/random.ts';
import {
  type AlignDepthExports,
  alignDepth,
  PLANE_PAD,
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
    expect(meanError(alignDepth(kernel, reference, sources, stairs(step), step))).toBeLessThan(step / 10);
  });

  test('takes no harm from a source that shows something else', () => {
    const random = createRandom('other');
    const other = { ...views[0], gray: views[0].gray.map(() => random.integer(256)) };
    const step = 0.02;
    const aligned = alignDepth(kernel, reference, [other, ...sources.slice(1)], stairs(step), step);
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
    const { inverseDepth } = alignDepth(kernel, plain[2], [plain[1], plain[3]], start, 0.02);
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
    const once = alignDepth(kernel, reference, sources, start, 0.02);
    expect(once.inverseDepth[10 * width + 80]).toBe(0);
    expect(once.confidence[10 * width + 80]).toBe(0);
    expect(alignDepth(kernel, reference, sources, start, 0.02)).toEqual(once);
  });
});

/** The kernel's sums, written for reading. */
describe('alignDepth kernel against its oracle', () => {
  const floats = (offset: number, length: number) => new Float32Array(kernel.memory.buffer, offset, length);

  test('high pass', () => {
    const random = createRandom('high pass');
    const [w, h, radius] = [24, 18, 5];
    const gray = Uint8Array.from({ length: w * h }, () => random.integer(256));
    kernel.reset();
    const [from, sums, out] = [kernel.allocate(w * h), kernel.allocate(4 * w), kernel.allocate(4 * w * h)];
    new Uint8Array(kernel.memory.buffer, from, w * h).set(gray);
    kernel.exports.highPass(from, out, sums, w, h, radius);
    const clamp = (v: number, size: number) => Math.min(size - 1, Math.max(0, v));
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        let smooth = 0;
        let sum = 0;
        let count = 0;
        for (let dy = -radius; dy <= radius; dy++)
          for (let dx = -radius; dx <= radius; dx++) {
            if (Math.abs(dx) <= 1 && Math.abs(dy) <= 1)
              smooth +=
                (gray[clamp(y + dy, h) * w + clamp(x + dx, w)] * (2 - Math.abs(dx)) * (2 - Math.abs(dy))) /
                16;
            if (x + dx < 0 || x + dx >= w || y + dy < 0 || y + dy >= h) continue;
            sum += gray[(y + dy) * w + x + dx];
            count++;
          }
        expect(floats(out, w * h)[y * w + x]).toBeCloseTo(smooth - sum / count, 3);
      }
  });

  test('photometric step', () => {
    const stride = width + 2 * PLANE_PAD;
    const padded = stride * (height + 2 * PLANE_PAD);
    kernel.reset();
    const [a, b] = [kernel.allocate(4 * width * height), kernel.allocate(4 * width * height)];
    const mapping = kernel.allocate(48);
    const [depth, information, shift, likeness, seen] = Array.from({ length: 5 }, () =>
      kernel.allocate(4 * padded),
    );
    for (const plane of [depth, information, shift, likeness, seen]) floats(plane, padded).fill(0);
    floats(a, width * height).set(reference.gray);
    floats(b, width * height).set(views[1].gray);
    const { base, offset } = epipolarMap(reference, views[1]);
    floats(mapping, 12).set([...base, ...offset]);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        floats(depth, padded)[(y + PLANE_PAD) * stride + x + PLANE_PAD] = truth[y * width + x] * 1.01;
    const noise = 6;
    kernel.exports.photometricStep(
      a,
      b,
      width,
      height,
      mapping,
      depth,
      information,
      shift,
      likeness,
      seen,
      width,
      height,
      noise,
      0,
    );
    const at = (x: number, y: number, q: number): [number, number] => {
      const w = base[6] * x + base[7] * y + base[8] + q * offset[2];
      return [
        (base[0] * x + base[1] * y + base[2] + q * offset[0]) / w,
        (base[3] * x + base[4] * y + base[5] + q * offset[1]) / w,
      ];
    };
    const sample = ([u, v]: [number, number]) => {
      const [iu, iv] = [Math.floor(u), Math.floor(v)];
      const [s, t] = [u - iu, v - iv];
      const p = (dx: number, dy: number) => views[1].gray[(iv + dy) * width + iu + dx];
      return (p(0, 0) * (1 - s) + p(1, 0) * s) * (1 - t) + (p(0, 1) * (1 - s) + p(1, 1) * s) * t;
    };
    for (let y = 20; y < height - 20; y += 7)
      for (let x = 30; x < width - 30; x += 11) {
        const q = truth[y * width + x] * 1.01;
        const r = (sample(at(x, y, q)) - reference.gray[y * width + x]) / noise;
        const small = 1e-5;
        const g = (sample(at(x, y, q + small)) - sample(at(x, y, q - small))) / (2 * small) / noise;
        const i = (y + PLANE_PAD) * stride + x + PLANE_PAD;
        const trust = 1 / (1 + r * r);
        const tolerance = 0.02 * (1 + trust * trust * g * g);
        expect(Math.abs(floats(information, padded)[i] - trust * trust * g * g)).toBeLessThan(tolerance);
        expect(Math.abs(floats(shift, padded)[i] + trust * trust * g * r)).toBeLessThan(tolerance);
        expect(floats(likeness, padded)[i]).toBeCloseTo(trust, 2);
        expect(floats(seen, padded)[i]).toBe(1);
      }
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
        for (let dy = -radius; dy <= radius; dy += apart)
          for (let dx = -radius; dx <= radius; dx += apart) {
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
});
