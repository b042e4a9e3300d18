import { describe, expect, test } from 'vitest';
import { closeGaps } from '../../../../pipeline/lift/surface/closeGaps.ts';
import { cellMesh } from '../../../../pipeline/lift/surface/gridMesh.ts';
import { filterTriangles, surfaceArea } from '../../../../pipeline/lift/surface/meshTools.ts';
import { roomMaps } from './roomMaps.ts';
import { ROOM } from './syntheticViews.ts';

/** A sheet of 2 × 1 m, parallel to the back wall, without some of its cells of 5 cm. */
function sheet(z: number, isGap: (column: number, row: number) => boolean) {
  const grid = {
    cellMeters: 0.05,
    sizeU: 40,
    sizeV: 20,
    pointAt: (i: number, k: number) => [-1 + 0.05 * i, 1 + 0.05 * k, z] as const,
  };
  return cellMesh(grid, cell => !isGap(cell % 40, Math.floor(cell / 40)));
}
const isSmall = (column: number, row: number) => column > 18 && column < 21 && row > 8 && row < 11;
const isLarge = (column: number, row: number) => column > 5 && column < 16 && row > 4 && row < 15;

describe('closeGaps', () => {
  test('closes a gap of a hand and leaves a window and the rim open', () => {
    const open = sheet(ROOM.wallZ, (i, k) => isSmall(i, k) || isLarge(i, k));
    const closed = closeGaps(open, roomMaps());
    expect(surfaceArea(closed) - surfaceArea(open)).toBeCloseTo(0.01, 4);
    const added = filterTriangles(closed, (a, b, c) => Math.max(a, b, c) >= open.positions.length / 3);
    // The new triangles face as the others do.
    const [a, b, c] = added.indices;
    const p = added.positions;
    const turn =
      (p[3 * b] - p[3 * a]) * (p[3 * c + 1] - p[3 * a + 1]) -
      (p[3 * b + 1] - p[3 * a + 1]) * (p[3 * c] - p[3 * a]);
    expect(turn).toBeGreaterThan(0);
  });

  test('leaves open what views look through', () => {
    const open = sheet(ROOM.wallZ + 1.5, isSmall);
    expect(surfaceArea(closeGaps(open, roomMaps()))).toBeCloseTo(surfaceArea(open), 6);
  });
});
