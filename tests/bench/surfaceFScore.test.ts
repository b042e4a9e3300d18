import { describe, expect, test } from 'vitest';
import { alignCameras, applySimilarity, surfaceFScore } from '../../bench/metrics/surfaceFScore.ts';
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

describe('surfaceFScore', () => {
  test('counts what is near and what is missing', () => {
    const random = createRandom(7);
    const plane = (count: number, width: number, height: number) =>
      Float64Array.from({ length: 3 * count }, (_, i) =>
        i % 3 === 0 ? random.range(0, width) : i % 3 === 1 ? height : random.range(0, 1),
      );
    const truth = plane(4000, 2, 0);
    expect(surfaceFScore(plane(4000, 2, 0.04), truth, 0.1).fScore).toBeGreaterThan(0.99);
    expect(surfaceFScore(plane(4000, 2, 0.2), truth, 0.1).fScore).toBe(0);
    const halfOfIt = surfaceFScore(plane(2000, 1, 0), truth, 0.05);
    expect(halfOfIt.precision).toBeGreaterThan(0.99);
    expect(halfOfIt.recall).toBeGreaterThan(0.48);
    expect(halfOfIt.recall).toBeLessThan(0.56);
  });
});
