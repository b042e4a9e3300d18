import { describe, expect, test } from 'vitest';
import {
  alignCameras,
  applySimilarity,
  sampleSurface,
  surfaceFScore,
} from '../../bench/metrics/surfaceFScore.ts';
import { createTriangleTree } from '../../bench/metrics/triangleTree.ts';
import { createRandom } from '../../engine/random.ts';
import type { WorldCamera } from '../../engine/world/worldSchema.ts';

function camera(frame: number, position: [number, number, number]): WorldCamera {
  return {
    frame,
    time: frame,
    position,
    rotation: [0, 0, 0, 1],
    fx: 1,
    fy: 1,
    cx: 0,
    cy: 0,
    width: 2,
    height: 2,
  };
}

describe('alignCameras', () => {
  const half = Math.SQRT1_2;
  /** A quarter turn about +Y, doubled and shifted. */
  const move = ([x, y, z]: readonly number[]): [number, number, number] => [2 * z + 1, 2 * y - 3, -2 * x + 5];

  test.each([
    [
      'a curved path',
      [
        [0, 0, 0],
        [1, 0.5, 0],
        [2, 0, 1],
        [1, 1, 3],
      ],
    ],
    [
      'a straight path, which leaves the turn about it to the rotations',
      [
        [0, 0, 0],
        [0, 0, 1],
        [0, 0, 2],
        [0, 0, 4],
      ],
    ],
  ])('undoes a similarity on %s', (_, path) => {
    const cameras = path.map((p, i) => camera(i, p as [number, number, number]));
    const truth = cameras.map(c => ({
      ...c,
      position: move(c.position),
      rotation: [0, half, 0, half] as [number, number, number, number],
    }));
    const similarity = alignCameras(cameras, truth);
    expect(similarity.scale).toBeCloseTo(2, 6);
    const point = Float64Array.from([0.3, -0.7, 2]);
    const expected = move([0.3, -0.7, 2]);
    applySimilarity(point, similarity).forEach((v, i) => {
      expect(v).toBeCloseTo(expected[i], 6);
    });
  });
});

/** A rectangle from the origin at a height, as two triangles. */
function rectangle(width: number, depth: number, height: number): Float64Array {
  const corner = (x: number, z: number) => [x * width, height, z * depth];
  return Float64Array.from(
    [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 0), corner(1, 1), corner(0, 1)].flat(),
  );
}

describe('surfaceFScore', () => {
  const truth = rectangle(2, 1, 0);
  const seen = { seen: sampleSurface(truth, 0.03, 1e5), tree: createTriangleTree(truth) };
  const score = (triangles: Float64Array, meters: number) =>
    surfaceFScore(
      { points: sampleSurface(triangles, 0.2, 1e5), tree: createTriangleTree(triangles) },
      seen,
      meters,
    );

  test('counts what is near, however thinly it is sampled', () => {
    expect(score(rectangle(2, 1, 0.04), 0.05)).toEqual({ precision: 1, recall: 1, fScore: 1 });
    expect(score(rectangle(2, 1, 0.06), 0.05).fScore).toBe(0);
  });

  test('counts what is missing against recall only', () => {
    const half = score(rectangle(1, 1, 0), 0.05);
    expect(half.precision).toBe(1);
    expect(half.recall).toBeGreaterThan(0.5);
    expect(half.recall).toBeLessThan(0.55);
  });
});

describe('createTriangleTree', () => {
  test('agrees with the distance to densely sampled triangles', () => {
    const random = createRandom('triangles');
    const triangles = Float64Array.from({ length: 9 * 12 }, () => random.range(-1, 1));
    const tree = createTriangleTree(triangles);
    const samples = sampleSurface(triangles, 0.015, 1e6);
    for (let k = 0; k < 60; k++) {
      const p = [0, 1, 2].map(() => random.range(-1.2, 1.2));
      let nearest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < samples.length; i += 3)
        nearest = Math.min(
          nearest,
          Math.hypot(samples[i] - p[0], samples[i + 1] - p[1], samples[i + 2] - p[2]),
        );
      expect(tree.isWithin(p[0], p[1], p[2], nearest + 1e-9)).toBe(true);
      if (nearest > 0.06) expect(tree.isWithin(p[0], p[1], p[2], nearest - 0.05)).toBe(false);
    }
  });
});
