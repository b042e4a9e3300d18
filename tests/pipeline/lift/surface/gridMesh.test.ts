import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  blockMeshes,
  type CellGrid,
  cellMesh,
  rectangleMesh,
} from '../../../../pipeline/lift/surface/gridMesh.ts';
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

test('squares of classes cover their cells once, without a vertex within a side or a line', () => {
  const classes = fc.array(fc.constantFrom(0, 1, 1, 1, 2, 2), { minLength: 24, maxLength: 24 });
  const coarse = fc.boolean();
  fc.assert(
    fc.property(classes, coarse, (own, isCoarse) => {
      // Coarse: each class over 2 × 2 cells, so that squares of two sizes meet.
      const classOf = (cell: number) => {
        const [i, k] = [cell % 6, Math.floor(cell / 6)];
        return isCoarse ? own[(k >> 1) * 3 + (i >> 1)] : own[cell];
      };
      const meshes = blockMeshes(grid, classOf, [2, 4]);
      const edges = new Map<string, number>();
      for (const [index, { positions, indices, keys }] of meshes.entries()) {
        let cells = 0;
        for (let cell = 0; cell < 24; cell++) if (classOf(cell) === index + 1) cells++;
        expect(surfaceArea({ positions, indices })).toBeCloseTo(0.25 * cells);
        for (let i = 0; i < indices.length; i += 3)
          expect(areaVector(positions, indices[i], indices[i + 1], indices[i + 2])[2]).toBeGreaterThan(0.1);
        for (let corner = 0; corner < indices.length; corner++) {
          const ends = [corner, corner % 3 === 2 ? corner - 2 : corner + 1].map(at => keys[indices[at]]);
          const key = ends.sort((a, b) => a - b).join();
          edges.set(key, (edges.get(key) ?? 0) + 1);
        }
      }
      // What has no triangle across is the outline: a side of a cell with nothing beyond.
      let outline = 0;
      const at = (i: number, k: number) => (i < 0 || k < 0 || i > 5 || k > 3 ? 0 : classOf(k * 6 + i));
      for (let k = 0; k < 4; k++)
        for (let i = 0; i < 6; i++)
          if (at(i, k) > 0)
            for (const [a, b] of [
              [1, 0],
              [-1, 0],
              [0, 1],
              [0, -1],
            ])
              if (at(i + a, k + b) === 0) outline++;
      let open = 0;
      for (const [key, count] of edges) {
        const [a, b] = key.split(',').map(Number);
        if (count === 1)
          open += Math.abs((a % 7) - (b % 7)) + Math.abs(Math.floor(a / 7) - Math.floor(b / 7));
        expect(count).toBeLessThanOrEqual(2);
      }
      expect(open).toBe(outline);
    }),
  );
});
