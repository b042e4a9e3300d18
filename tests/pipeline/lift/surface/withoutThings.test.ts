import { expect, test } from 'vitest';
import type { Plane } from '../../../../pipeline/lift/surface/planes.ts';
import { withoutThings } from '../../../../pipeline/lift/surface/withoutThings.ts';
import { boxMesh } from './roomMaps.ts';

/** The plane z = 0 over 4 × 2 m: a house's front up to x = 1, a car's side from x = 2 to 4 above half a metre. */
const plane: Plane = {
  kind: 'wall',
  normal: [0, 0, 1],
  offset: Float64Array.of(0),
  u: [1, 0, 0],
  v: [0, 1, 0],
  grid: {
    cellMeters: 0.1,
    origin: Float64Array.of(0, 0),
    sizeU: 40,
    sizeV: 20,
    seen: Uint8Array.from({ length: 800 }, (_, at) => {
      const [u, v] = [at % 40, Math.floor(at / 40)];
      return u < 10 || (u >= 20 && v >= 5 && v < 15) ? 1 : 0;
    }),
  },
};
const added = plane.grid.seen.map(is => (is ? 0 : 2));
const at = (u: number, v: number) => v * 40 + u;

test('a wall goes on, the side of a thing does not', () => {
  const car = boxMesh([2.02, 0.52, -1.5], [3.98, 1.48, 0]);
  const [left] = withoutThings([{ plane, added }], [{ mesh: car }]);
  // Beside the front, and below and above the car.
  expect(left.added[at(12, 2)]).toBe(2);
  expect(left.added[at(30, 2)]).toBe(0);
  expect(left.added[at(30, 18)]).toBe(0);
});

test('what no thing lies in is left as it is', () => {
  const crate = boxMesh([2, 0, 1], [3, 1, 2]);
  expect(withoutThings([{ plane, added }], [{ mesh: crate }])).toEqual([{ plane, added }]);
});
