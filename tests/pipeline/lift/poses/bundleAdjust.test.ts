import { describe, expect, it } from 'vitest';
import { type BundleProblem, bundleAdjust } from '../../../../pipeline/lift/poses/bundleAdjust.ts';
import { multiply3, rotationFromVector } from '../../../../pipeline/lift/poses/smallMatrices.ts';
import { createSyntheticScene } from './syntheticScene.ts';

/** A scene with every third observation missing, some wrong, and everything but the first camera disturbed. */
function createProblem(
  seed: number,
  noisePixels: number,
): { problem: BundleProblem; focal: number; truth: Float64Array } {
  const scene = createSyntheticScene(seed, 8, 200);
  const { random } = scene;
  const starts = [0];
  const cameraOf: number[] = [];
  const pixels: number[] = [];
  for (let p = 0; p < 200; p++) {
    for (let c = 0; c < 8; c++) {
      if ((p + c) % 3 === 0) continue;
      cameraOf.push(c);
      const [x, y] = scene.project(c, p, noisePixels);
      pixels.push(x, random.chance(0.02) ? y + 30 : y);
    }
    starts.push(cameraOf.length);
  }
  const cameras = new Float64Array(96);
  const truth = new Float64Array(96);
  scene.cameras.forEach(({ rotation, translation }, c) => {
    truth.set(rotation, 12 * c);
    truth.set(translation, 12 * c + 9);
    const jitter = () => (c === 0 ? 0 : 0.01 * random.normal());
    cameras.set(multiply3(rotationFromVector(jitter(), jitter(), jitter()), rotation), 12 * c);
    cameras.set(
      [0, 1, 2].map(k => translation[k] + 2 * jitter()),
      12 * c + 9,
    );
  });
  const problem: BundleProblem = {
    cameras,
    isFixed: Uint8Array.from({ length: 8 }, (_, c) => +(c === 0)),
    points: scene.points.map(value => value + 0.05 * random.normal()),
    pointStart: Int32Array.from(starts),
    observationCamera: Int32Array.from(cameraOf),
    observationPixels: Float64Array.from(pixels),
    lens: { focal: scene.focal * 1.15, radial: 0 },
  };
  return { problem, focal: scene.focal, truth };
}

describe('bundleAdjust', () => {
  it('recovers cameras, points and the focal length despite wrong observations', () => {
    const { problem, focal, truth } = createProblem(1, 0.2);
    const before = bundleAdjust(problem, {
      iterations: 0,
      tolerance: 1e-6,
      scalePixels: 0.5,
      refineFocal: true,
      refineRadial: false,
    });
    const after = bundleAdjust(problem, {
      iterations: 60,
      tolerance: 1e-6,
      scalePixels: 0.5,
      refineFocal: true,
      refineRadial: false,
    });
    expect(after.cost).toBeLessThan(0.2 * before.cost);
    expect(Math.abs(problem.lens.focal / focal - 1)).toBeLessThan(0.02);
    for (let c = 1; c < 8; c++)
      for (let k = 0; k < 9; k++)
        expect(Math.abs(problem.cameras[12 * c + k] - truth[12 * c + k])).toBeLessThan(0.01);
  });

  it('brings exact observations to zero error', () => {
    const { problem, focal } = createProblem(2, 0);
    bundleAdjust(problem, {
      iterations: 100,
      tolerance: 1e-6,
      scalePixels: 0.3,
      refineFocal: true,
      refineRadial: false,
    });
    expect(problem.lens.focal / focal).toBeCloseTo(1, 3);
  });

  it('leaves fixed cameras and the held focal length alone', () => {
    const { problem } = createProblem(3, 0.2);
    problem.isFixed.fill(1);
    const cameras = problem.cameras.slice();
    const { focal } = problem.lens;
    bundleAdjust(problem, {
      iterations: 5,
      tolerance: 1e-6,
      scalePixels: 0.5,
      refineFocal: false,
      refineRadial: false,
    });
    expect(problem.cameras).toEqual(cameras);
    expect(problem.lens.focal).toBe(focal);
  });

  it('keeps the focal length inside its bounds', () => {
    const { problem, focal } = createProblem(4, 0.2);
    bundleAdjust(problem, {
      iterations: 30,
      tolerance: 1e-6,
      scalePixels: 0.5,
      refineFocal: true,
      refineRadial: false,
      focalBounds: [focal * 1.1, focal * 1.3],
    });
    expect(problem.lens.focal).toBeGreaterThanOrEqual(focal * 1.1 - 1e-9);
  });
});
