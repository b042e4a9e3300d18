import { describe, expect, it } from 'vitest';
import type { SurfaceMesh } from '../../../../pipeline/lift/surface/extractSurface.ts';
import type { Plane } from '../../../../pipeline/lift/surface/planes.ts';
import { wallSeenBehind } from '../../../../pipeline/lift/surface/wallBehind.ts';

/** The wall z = 0, seen from +z. */
const wall: Plane = {
  kind: 'wall',
  normal: [0, 0, 1],
  offset: Float64Array.of(0),
  u: [1, 0, 0],
  v: [0, 1, 0],
  grid: { cellMeters: 0.08, origin: Float64Array.of(-1, 0), sizeU: 25, sizeV: 25, seen: new Uint8Array(625) },
};

/** Upright squares of 10 cm, 3 cm apart from each other's corners: none are welded. */
function squares(list: readonly [number, number, number][]): SurfaceMesh {
  return {
    positions: Float32Array.from(
      list.flatMap(([x, y, z]) => [x, y, z, x + 0.1, y, z, x + 0.1, y + 0.1, z, x, y + 0.1, z]),
    ),
    indices: Uint32Array.from(list.flatMap((_, i) => [0, 1, 2, 0, 2, 3].map(k => 4 * i + k))),
  };
}

const tiles = (z: number, keep: (x: number, y: number) => boolean) =>
  Array.from({ length: 100 }, (_, i): [number, number, number] => [
    (i % 10) / 10,
    Math.floor(i / 10) / 10,
    z,
  ]).filter(([x, y]) => keep(x, y));

describe('wallSeenBehind', () => {
  const isFront = (x: number, y: number) => x > 0.25 && x < 0.65 && y > 0.25 && y < 0.65;
  const share = (hidden: (x: number) => boolean) => {
    const front = tiles(0.3, isFront);
    const mesh = squares([...front, ...tiles(0, (x, y) => !(isFront(x, y) && hidden(x)))]);
    return wallSeenBehind(mesh, v => v < 4 * front.length, wall);
  };

  it('is nothing for what hides its wall, all for what does not, and half in between', () => {
    expect(share(() => true)).toBe(0);
    expect(share(() => false)).toBeGreaterThan(0.95);
    expect(Math.abs(share(x => x > 0.45) - 0.5)).toBeLessThan(0.1);
  });

  it('tells nothing of what is too small', () => {
    expect(
      wallSeenBehind(
        squares([
          [0, 0, 0.3],
          [0, 0, 0],
        ]),
        v => v < 4,
        wall,
      ),
    ).toBe(0);
  });
});
