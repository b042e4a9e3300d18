import { expect, test } from 'vitest';
import { type CellGrid, cellMesh, rectangleMesh } from '../../../../pipeline/lift/surface/gridMesh.ts';
import { areaVector, surfaceArea } from '../../../../pipeline/lift/surface/meshTools.ts';
import { spreadColors } from '../../../../pipeline/lift/surface/spreadColors.ts';

const grid: CellGrid = {
  cellMeters: 0.5,
  sizeU: 6,
  sizeV: 4,
  pointAt: (i, k) => [0.5 * i, 0.5 * k, 0],
};
// An L of nine cells.
const isIn = (cell: number) => cell % 6 === 0 || cell < 6;

test('cells and merged rectangles cover the same area and face the same way', () => {
  const cells = cellMesh(grid, isIn);
  const rectangles = rectangleMesh(grid, isIn);
  expect(surfaceArea(cells)).toBeCloseTo(9 * 0.25);
  expect(surfaceArea(rectangles)).toBeCloseTo(9 * 0.25);
  expect(rectangles.indices.length).toBeLessThan(cells.indices.length);
  for (const { positions, indices } of [cells, rectangles])
    for (let i = 0; i < indices.length; i += 3)
      expect(areaVector(positions, indices[i], indices[i + 1], indices[i + 2])[2]).toBeGreaterThan(0);
});

test('corners without a colour take that of the nearest with one, fading to the mean', () => {
  const mesh = cellMesh(grid, cell => cell < 6);
  const seen = Uint8Array.from(mesh.keys, key => (key % 7 === 0 ? 1 : 0));
  const colors = new Float32Array(4 * seen.length).fill(1);
  for (let v = 0; v < seen.length; v++) for (let k = 0; k < 3; k++) colors[4 * v + k] = seen[v] ? 0.8 : 0;
  const around = new Map([[-1000, [0.2, 0.2, 0.2] as [number, number, number]]]);
  spreadColors([{ mesh, colored: { colors, seen } }], 7, around);
  const redAt = (column: number) => colors[4 * mesh.keys.indexOf(column)];
  expect(redAt(0)).toBeCloseTo(0.8);
  for (let column = 1; column < 6; column++) {
    expect(redAt(column)).toBeLessThanOrEqual(redAt(column - 1));
    expect(redAt(column)).toBeGreaterThan(0.2);
  }
});
