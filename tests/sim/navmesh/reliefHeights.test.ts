import { expect, test } from 'vitest';
import { ReliefHeights } from '../../../sim/navmesh/reliefHeights.ts';

/** Polygon 1 of three is a pyramid over a square of 2 × 2 m, with an upright triangle before its sides. */
const pyramid = new ReliefHeights({
  vertices: Float64Array.from(
    [
      [-1, 0, -1],
      [1, 0, -1],
      [1, 0, 1],
      [-1, 0, 1],
      [0, 2, 0],
      [0, 9, 0],
    ].flat(),
  ),
  triangles: Uint32Array.from(
    [
      [4, 5, 0],
      [0, 1, 4],
      [1, 2, 4],
      [2, 3, 4],
      [3, 0, 4],
    ].flat(),
  ),
  starts: Uint32Array.from([0, 0, 5, 5]),
});

test('a place lies as high as the triangle under it', () => {
  expect([0, 1, 2].map(polygon => pyramid.has(polygon))).toEqual([false, true, false]);
  for (const [x, z, height] of [
    [0, 0, 2],
    [0.5, 0, 1],
    [0, -0.75, 0.5],
    [-1, -1, 0],
    [-0.25, 0.5, 1],
  ])
    expect(pyramid.at(1, x, z), `${x}, ${z}`).toBeCloseTo(height, 9);
});

test('a place beside all of them goes on from the nearest', () => {
  expect(pyramid.at(1, 1.1, 0)).toBeCloseTo(-0.2, 9);
});
