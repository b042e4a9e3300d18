import { expect, test } from 'vitest';
import { type Fall, joinShafts, rimOf, type Shaft } from '../../../sim/detectors/fallThrough.ts';

const shaft = (x: number, y: number, side: number): Shaft => ({
  region: {
    id: 0,
    open: false,
    centre: [x, y, 0],
    sizeX: side,
    sizeZ: side,
    area: side * side,
  },
  falls: [{ stood: [x, y, 0] } as Fall],
});

test('falls from a gallery into a hole are falls through that hole', () => {
  const [joined, ...others] = joinShafts([shaft(0.3, 3, 0.8), shaft(0, 0, 2)]);
  expect(others).toEqual([]);
  expect(joined.region.centre).toEqual([0, 0, 0]);
  expect(joined.falls.map(({ stood }) => stood[1])).toEqual([0, 3]);
});

test('two holes in one floor are two, even around each other', () => {
  expect(joinShafts([shaft(0, 0, 6), shaft(1, 0.1, 0.9)])).toHaveLength(2);
  expect(joinShafts([shaft(0, 0, 2), shaft(5, 3, 2)])).toHaveLength(2);
});

test('a piece of a shaft that is seen from a gallery belongs to the shaft below, though nobody fell in there', () => {
  const at = (id: number, x: number, y: number, side: number) => ({ ...shaft(x, y, side).region, id });
  const [rim, piece, beside, step] = [at(1, 0, 0, 2), at(2, 0.6, 1.6, 0.5), at(3, 4, 0, 2), at(4, 0, 0.5, 1)];
  expect(rimOf(piece, [piece, beside, rim]).id).toBe(1);
  expect(rimOf(rim, [piece, beside, rim]).id).toBe(1);
  expect(rimOf(step, [rim, step]).id).toBe(4);
  expect(rimOf(piece, [piece, { ...rim, open: true }]).id).toBe(2);
});
