import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../engine/random.ts';
import { estimateAbsolutePose, threePointPoses } from '../../../../pipeline/lift/poses/absolutePose.ts';
import { fivePoint } from '../../../../pipeline/lift/poses/fivePoint.ts';
import {
  eightPoint,
  FUNDAMENTAL,
  ransacTwoView,
  sampsonSquared,
  sevenPoint,
} from '../../../../pipeline/lift/poses/fundamental.ts';
import {
  estimateRelativePose,
  normalizeCorrespondences,
} from '../../../../pipeline/lift/poses/relativePose.ts';
import {
  dot3,
  multiply3,
  normalized,
  transform3,
  transpose3,
  vectorFromRotation,
} from '../../../../pipeline/lift/poses/smallMatrices.ts';
import { createSyntheticScene, type SyntheticScene } from './syntheticScene.ts';

function matchesOf(
  scene: SyntheticScene,
  a: number,
  b: number,
  noise: number,
  outlierShare: number,
): Float64Array {
  const count = scene.points.length / 3;
  const c = new Float64Array(count * 4);
  for (let i = 0; i < count; i++) {
    c.set(scene.project(a, i, noise), 4 * i);
    const outlier = scene.random.chance(outlierShare);
    c.set(
      outlier ? [scene.random.range(-300, 300), scene.random.range(-200, 200)] : scene.project(b, i, noise),
      4 * i + 2,
    );
  }
  return c;
}

function relativeTruth(scene: SyntheticScene, a: number, b: number) {
  const rotation = multiply3(scene.cameras[b].rotation, transpose3(scene.cameras[a].rotation));
  const moved = transform3(rotation, scene.cameras[a].translation);
  const translation = normalized([0, 1, 2].map(k => scene.cameras[b].translation[k] - moved[k]));
  return { rotation, translation };
}

describe('two-view geometry', () => {
  it('solves seven and eight exact matches exactly', () => {
    const c = matchesOf(createSyntheticScene(1), 0, 4, 0, 0);
    const seven = sevenPoint(c, [0, 20, 40, 60, 80, 100, 120]);
    const errors = seven.map(f =>
      Math.max(...Array.from({ length: 300 }, (_, i) => sampsonSquared(f, c, i))),
    );
    expect(Math.min(...errors)).toBeLessThan(1e-9);
    const eight = eightPoint(
      c,
      Array.from({ length: 50 }, (_, i) => i),
    );
    for (let i = 0; i < 300; i++) expect(sampsonSquared(eight, c, i)).toBeLessThan(1e-6);
  });

  it('finds the essential matrix among the five-point solutions', () => {
    const scene = createSyntheticScene(2);
    const n = normalizeCorrespondences(matchesOf(scene, 0, 3, 0, 0), scene.focal, 0, 0);
    const solutions = fivePoint(n, [3, 50, 111, 200, 280]);
    const errors = solutions.map(e =>
      Math.max(...Array.from({ length: 300 }, (_, i) => sampsonSquared(e, n, i))),
    );
    expect(Math.min(...errors)).toBeLessThan(1e-12);
  });

  it('recovers relative pose from noisy matches with 35 % outliers', () => {
    for (const seed of [3, 4, 5]) {
      const scene = createSyntheticScene(seed);
      const c = matchesOf(scene, 0, 5, 0.3, 0.35);
      const fit = ransacTwoView(FUNDAMENTAL, c, 1.5, createRandom(seed))!;
      expect(fit.inlierCount).toBeGreaterThan(170);
      const { pose, inFront, inlierCount } = estimateRelativePose(
        c,
        scene.focal,
        0,
        0,
        1.5,
        createRandom(seed),
      )!;
      const truth = relativeTruth(scene, 0, 5);
      expect(
        Math.hypot(...vectorFromRotation(multiply3(pose.rotation, transpose3(truth.rotation)))),
      ).toBeLessThan(0.005);
      expect(dot3(pose.translation, truth.translation)).toBeGreaterThan(Math.cos(0.02));
      // A wrong match may satisfy the epipolar line by chance and lie behind.
      expect(inFront / inlierCount).toBeGreaterThan(0.95);
    }
  });
});

describe('absolute pose', () => {
  it('contains the true pose among the three-point solutions', () => {
    const scene = createSyntheticScene(6);
    const chosen = [5, 77, 190];
    const rays = chosen.map(i => {
      const [x, y] = scene.project(4, i, 0);
      return normalized([x / scene.focal, y / scene.focal, 1]);
    });
    const world = chosen.map(i => Array.from(scene.points.subarray(3 * i, 3 * i + 3)));
    const errors = threePointPoses(rays, world).map(pose =>
      Math.hypot(...pose.translation.map((value, k) => value - scene.cameras[4].translation[k])),
    );
    expect(Math.min(...errors)).toBeLessThan(1e-6);
  });

  it('resects a camera through half wrong matches, with no guess', () => {
    const scene = createSyntheticScene(7);
    const pixels = new Float64Array(600);
    for (let i = 0; i < 300; i++)
      pixels.set(
        i % 2 ? [scene.random.range(-300, 300), scene.random.range(-200, 200)] : scene.project(5, i, 0.3),
        2 * i,
      );
    const fit = estimateAbsolutePose({ points: scene.points, pixels }, scene.focal, 2, createRandom(1))!;
    expect(fit.inlierCount).toBeGreaterThanOrEqual(148);
    const error = fit.pose.translation.map((value, k) => value - scene.cameras[5].translation[k]);
    expect(Math.hypot(...error)).toBeLessThan(0.02);
  });
});
