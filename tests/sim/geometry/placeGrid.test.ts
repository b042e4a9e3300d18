import { expect, test } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { PlaceGrid } from '../../../sim/geometry/placeGrid.ts';

test('the nearest item is the one that a look at all of them finds, also where costs exceed distances', () => {
  const random = createRandom('places');
  for (let round = 0; round < 50; round++) {
    const grid = new PlaceGrid<number>(4);
    const places = Array.from({ length: 120 }, () => ({
      x: random.range(-20, 20),
      z: random.range(-20, 20),
      more: random.range(0, 6),
    }));
    places.forEach(({ x, z }, item) => {
      grid.add(item, x, z);
    });
    const isOut = (item: number) => item % 3 === round % 3;
    grid.keepOnly({ keeps: item => !isOut(item) });
    for (let i = 0; i < 40; i++) {
      const [x, z] = [random.range(-25, 25), random.range(-25, 25)];
      const costOf = (item: number) =>
        Math.hypot(places[item].x - x, places[item].z - z) + (round % 2) * places[item].more;
      const kept = places.map((_, item) => item).filter(item => !isOut(item));
      const expected = kept.reduce((best, item) => (costOf(item) < costOf(best) ? item : best));
      expect(grid.nearest(x, z, costOf)).toBe(expected);
    }
  }
});

test('places on the borders of squares are found from right beside them', () => {
  const grid = new PlaceGrid<string>(0.1);
  for (let i = -20; i <= 20; i++) grid.add(`at ${i}`, i * 0.1, 0);
  for (let i = -20; i <= 20; i++)
    for (const off of [-1e-9, 0, 1e-9])
      expect(
        grid.nearest(i * 0.1 + off, 0, item => Math.abs(Number(item.slice(3)) * 0.1 - i * 0.1 - off)),
      ).toBe(`at ${i}`);
});
