import { describe, expect, it } from 'vitest';
import { type BundleProblem, bundleAdjust } from '../../../../pipeline/lift/poses/bundleAdjust.ts';
import {
  multiply3,
  rotationFromVector,
  solveSymmetric,
} from '../../../../pipeline/lift/poses/smallMatrices.ts';
import { createSyntheticScene } from './syntheticScene.ts';

/** A scene with every third observation missing, some wrong, and everything but the first camera disturbed. */
function createProblem(
  seed: number,
  noisePixels: number,
  cameraCount = 8,
  pointCount = 200,
): { problem: BundleProblem; focal: number; truth: Float64Array } {
  const scene = createSyntheticScene(seed, cameraCount, pointCount);
  const { random } = scene;
  const starts = [0];
  const cameraOf: number[] = [];
  const pixels: number[] = [];
  for (let p = 0; p < pointCount; p++) {
    for (let c = 0; c < cameraCount; c++) {
      if ((p + c) % 3 === 0) continue;
      cameraOf.push(c);
      const [x, y] = scene.project(c, p, noisePixels);
      pixels.push(x, random.chance(0.02) ? y + 30 : y);
    }
    starts.push(cameraOf.length);
  }
  const cameras = new Float64Array(12 * cameraCount);
  const truth = new Float64Array(12 * cameraCount);
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
    isFixed: Uint8Array.from({ length: cameraCount }, (_, c) => +(c === 0)),
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

/** Rotation and translation, points, focal length and radial term after a step along all unknowns, as adjusted. */
function stepped({ cameras, isFixed, points, lens }: BundleProblem, step: ArrayLike<number>) {
  const next = cameras.slice();
  let at = 0;
  for (const [c, fixed] of isFixed.entries()) {
    if (fixed) continue;
    const turn = rotationFromVector(step[at], step[at + 1], step[at + 2]);
    next.set(multiply3(turn, cameras.subarray(12 * c, 12 * c + 9)), 12 * c);
    for (let k = 0; k < 3; k++) next[12 * c + 9 + k] += step[at + 3 + k];
    at += 6;
  }
  const moved = points.map((value, i) => value + step[at + i]);
  at += points.length;
  return {
    cameras: next,
    points: moved,
    focal: lens.focal * Math.exp(step[at]),
    radial: lens.radial + step[at + 1],
  };
}

/** Two errors per observation, pixels. */
function errorsOf(problem: BundleProblem, { cameras, points, focal, radial }: ReturnType<typeof stepped>) {
  const errors: number[] = [];
  for (let p = 0; 3 * p < points.length; p++)
    for (let o = problem.pointStart[p]; o < problem.pointStart[p + 1]; o++) {
      const c = 12 * problem.observationCamera[o];
      const [x, y, z] = [0, 1, 2].map(
        r =>
          cameras[c + 9 + r] +
          [0, 1, 2].reduce((sum, k) => sum + cameras[c + 3 * r + k] * points[3 * p + k], 0),
      );
      const bent = 1 + radial * ((x / z) ** 2 + (y / z) ** 2);
      errors.push((focal * bent * x) / z - problem.observationPixels[2 * o]);
      errors.push((focal * bent * y) / z - problem.observationPixels[2 * o + 1]);
    }
  return errors;
}

describe('bundle kernel against its oracle', () => {
  it('counts the cost and takes the step of the dense normal equations with numeric derivatives', () => {
    const { problem } = createProblem(5, 0.3, 3, 14);
    problem.lens.radial = 0.02;
    const scale = 0.5 ** 2;
    const options = { tolerance: 0, scalePixels: 0.5, refineFocal: true, refineRadial: true };
    const size = 6 * 2 + problem.points.length + 2;
    const errors = errorsOf(problem, stepped(problem, new Float64Array(size)));
    const squares = Array.from(
      { length: errors.length / 2 },
      (_, o) => errors[2 * o] ** 2 + errors[2 * o + 1] ** 2,
    );
    const { cost } = bundleAdjust(problem, { ...options, iterations: 0 });
    expect(cost).toBeCloseTo(
      squares.reduce((sum, square) => sum + scale * Math.log1p(square / scale), 0),
      6,
    );

    const slopes = Array.from({ length: size }, (_, i) => {
      const [ahead, behind] = [1e-6, -1e-6].map(h => {
        const step = new Float64Array(size);
        step[i] = h;
        return errorsOf(problem, stepped(problem, step));
      });
      return ahead.map((value, e) => (value - behind[e]) / 2e-6);
    });
    const weighted = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, e) => sum + (value * b[e]) / (1 + squares[e >> 1] / scale), 0);
    const normal = new Float64Array(size * size);
    const step = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      step[i] = -weighted(slopes[i], errors);
      for (let j = 0; j <= i; j++)
        normal[size * i + j] = weighted(slopes[i], slopes[j]) * (i === j ? 1 + 1e-4 : 1);
    }
    expect(solveSymmetric(normal, step, size)).toBe(true);
    const expected = stepped(problem, step);
    bundleAdjust(problem, { ...options, iterations: 1 });
    for (const [i, value] of problem.cameras.entries()) expect(value).toBeCloseTo(expected.cameras[i], 5);
    for (const [i, value] of problem.points.entries()) expect(value).toBeCloseTo(expected.points[i], 4);
    expect(problem.lens.focal).toBeCloseTo(expected.focal, 2);
    expect(problem.lens.radial).toBeCloseTo(expected.radial, 5);
  });
});
