import { expect, test } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { type Centroids, halveAtMedian } from '../../../sim/geometry/medianSplit.ts';

test('a range is parted as sorting along its longest side would, ties by index, and centroids stay with their triangles', () => {
  const random = createRandom('median');
  const cases = [
    { sides: [9, 2, 2], axis: 0 },
    { sides: [2, 9, 2], axis: 1 },
    { sides: [2, 2, 9], axis: 2 },
    { sides: [0, 0, 0], axis: 0 },
  ];
  for (const { sides, axis } of cases)
    for (const count of [5, 6, 31, 200]) {
      // Whole numbers: many are equal.
      const [x, y, z] = sides.map(side =>
        Float64Array.from({ length: count }, (_, i) => (i < 2 ? i * side : random.integer(side + 1))),
      );
      const centroids: Centroids = [x.slice(), y.slice(), z.slice()];
      const order = Uint32Array.from({ length: count }, (_, i) => i);
      const longest = [x, y, z][axis];
      const [from, to] = [1, count];
      const sorted = [...order.slice(from, to)].sort((a, b) => longest[a] - longest[b] || a - b);
      const middle = halveAtMedian(order, centroids, from, to);
      expect(middle).toBe((from + to) >> 1);
      const inOrder = (list: Iterable<number>) => [...list].sort((a, b) => a - b);
      expect(inOrder(order.slice(from, middle))).toEqual(inOrder(sorted.slice(0, middle - from)));
      expect(inOrder(order.slice(middle, to))).toEqual(inOrder(sorted.slice(middle - from)));
      expect(order[0]).toBe(0);
      [x, y, z].forEach((values, each) => {
        expect([...order].map(triangle => values[triangle])).toEqual([...centroids[each]]);
      });
    }
});
