import { describe, expect, it } from 'vitest';
import type { Plane } from '../../../../pipeline/lift/surface/planes.ts';
import { seamVertices } from '../../../../pipeline/lift/surface/seamVertices.ts';

/** The wall z = 0, seen from +z. */
const wall: Plane = {
  kind: 'wall',
  normal: [0, 0, 1],
  offset: Float64Array.of(0),
  u: [1, 0, 0],
  v: [0, 1, 0],
  grid: { cellMeters: 0.08, origin: Float64Array.of(-1, 0), sizeU: 25, sizeV: 25, seen: new Uint8Array(625) },
};

/** A strip of triangles between points that lie so far to the right and before the wall. */
function strip(points: readonly (readonly [number, number])[]) {
  return {
    positions: Float32Array.from(points.flatMap(([x, z], i) => [x, i % 2 ? 0.05 : 0, z])),
    indices: Uint32Array.from(points.slice(2).flatMap((_, i) => [i, i + 1, i + 2])),
  };
}
const isThing = (v: number) => v < 2;
const isPlace = (v: number) => v >= 2;
const seamOf = (...points: [number, number][]) =>
  [...seamVertices(strip(points), isThing, isPlace, wall)].sort((a, b) => a - b);

describe('seamVertices', () => {
  it('are what joins a thing to its wall, and neither the wall nor the thing', () => {
    expect(seamOf([0, 0.17], [0, 0.17], [0, 0.11], [0, 0.09], [0, 0.04], [0, 0])).toEqual([2, 3]);
  });

  it('are what the thing has too near the wall', () => {
    expect(seamOf([0, 0.3], [0, 0.06], [0, 0.02], [0, 0])).toEqual([1]);
  });

  it("are none where nothing joins the two: a shelf is the place's own", () => {
    const shelf = strip([
      [0, 0.17],
      [0, 0.17],
      [0, 0.11],
      [0, 0.09],
      [0, 0.04],
      [0, 0],
    ]);
    const apart = { ...shelf, indices: shelf.indices.slice(6) };
    expect([...seamVertices(apart, isThing, isPlace, wall)]).toEqual([]);
  });

  it('end beside the thing and before the next wall, which is far out of this one', () => {
    const along = seamOf([0, 0.17], [0, 0.17], [0, 0.1], [0.05, 0.1], [0.1, 0.1], [0.15, 0.1]);
    expect(along).toEqual([2, 3]);
    expect(seamOf([0, 0.17], [0, 0.17], [0, 0.2], [0, 0.25], [0, 0.35])).toEqual([]);
  });

  it('know of no wall past its end', () => {
    expect(seamOf([-1.5, 0.06], [-1.5, 0.06], [-1.5, 0.1], [-1.5, 0])).toEqual([]);
  });
});
