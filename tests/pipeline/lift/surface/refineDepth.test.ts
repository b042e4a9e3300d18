import { beforeAll, describe, expect, test } from 'vitest';
import { type Kernel, loadKernel } from '../../../../engine/kernels/loadKernel.ts';
import { createRandom } from '../../../../engine/random.ts';
import { type RefineDepthExports, refineDepth } from '../../../../pipeline/lift/surface/refineDepth.ts';

let kernel: Kernel<RefineDepthExports>;
beforeAll(async () => {
  const url = new URL('../../../../pipeline/lift/surface/refineDepth.kernel.ts', import.meta.url);
  kernel = await loadKernel<RefineDepthExports>(url.href);
});

const [width, height, inverseDepthStep] = [48, 40, 0.01];

function depthOf(value: (x: number, y: number) => number) {
  const inverseDepth = Float32Array.from({ length: width * height }, (_, i) =>
    value(i % width, Math.floor(i / width)),
  );
  return {
    width,
    height,
    inverseDepth,
    confidence: new Float32Array(width * height).fill(1),
    inverseDepthStep,
  };
}

const gray = new Uint8Array(width * height).fill(120);

describe('refineDepth', () => {
  test('a slanted plane in stairs of one step comes out straight', () => {
    const plane = (x: number, y: number) => 0.2 + 0.0013 * x + 0.0021 * y;
    const stairs = depthOf((x, y) => inverseDepthStep * Math.round(plane(x, y) / inverseDepthStep));
    const refined = refineDepth(kernel, stairs, gray);
    let before = 0;
    let after = 0;
    for (let y = 8; y < height - 8; y++)
      for (let x = 8; x < width - 8; x++) {
        before += Math.abs(stairs.inverseDepth[y * width + x] - plane(x, y));
        after += Math.abs(refined.inverseDepth[y * width + x] - plane(x, y));
      }
    expect(after).toBeLessThan(before / 3);
  });

  test('an edge between two depths stays where it is', () => {
    const random = createRandom('edge');
    const truth = (x: number) => (x < 24 ? 0.2 : 0.5);
    const refined = refineDepth(
      kernel,
      depthOf(x => truth(x) + 0.002 * random.normal()),
      gray,
    );
    for (let i = 0; i < width * height; i++)
      expect(Math.abs(refined.inverseDepth[i] - truth(i % width))).toBeLessThan(inverseDepthStep);
  });

  test('unknown stays unknown', () => {
    const map = depthOf(() => 0.3);
    map.inverseDepth[500] = 0;
    map.confidence[500] = 0;
    expect(refineDepth(kernel, map, gray).inverseDepth[500]).toBe(0);
  });
});
