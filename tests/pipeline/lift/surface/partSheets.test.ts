import { expect, test } from 'vitest';
import { partSheets } from '../../../../pipeline/lift/surface/partSheets.ts';
import { boxMesh } from './roomMaps.ts';

test('gives sheets that share an edge their own vertices, hardly moved', () => {
  // Four flaps around the edge from 0 to 1: two sheets of two.
  const flaps = {
    positions: Float32Array.of(0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, -1, 0, 0, 0, -1, 0),
    indices: Uint32Array.of(0, 1, 2, 1, 0, 3, 0, 1, 4, 1, 0, 5),
  };
  const parted = partSheets(flaps);
  const edges = new Map<string, number>();
  const name = (v: number) => parted.positions.subarray(3 * v, 3 * v + 3).join();
  for (let corner = 0; corner < parted.indices.length; corner++) {
    const ends = [corner, corner % 3 === 2 ? corner - 2 : corner + 1].map(at => name(parted.indices[at]));
    const key = ends.sort().join('|');
    edges.set(key, (edges.get(key) ?? 0) + 1);
  }
  expect(parted.indices.length).toBe(12);
  expect(Math.max(...edges.values())).toBeLessThanOrEqual(2);
  for (const v of parted.positions) expect(Math.abs(v - Math.round(v))).toBeLessThan(0.002);
});

test('leaves a sound mesh as it is', () => {
  const box = boxMesh([0, 0, 0], [1, 1, 1], 0.25);
  // Vertices are numbered anew, in the order of the triangles.
  const cornersOf = ({ positions, indices }: typeof box) =>
    [...indices].flatMap(v => [...positions.subarray(3 * v, 3 * v + 3)]);
  expect(cornersOf(partSheets(box))).toEqual(cornersOf(box));
});
