import { describe, expect, test } from 'vitest';
import { clearFloor } from '../../../../pipeline/lift/surface/clearFloor.ts';
import type { FloorPlan } from '../../../../pipeline/lift/surface/floorPlan.ts';
import { surfaceArea } from '../../../../pipeline/lift/surface/meshTools.ts';
import { boxMesh } from './roomMaps.ts';

const side = 100;
const plan: FloorPlan = {
  cellMeters: 0.08,
  originX: -4,
  originZ: -4,
  sizeX: side,
  sizeZ: side,
  floor: new Uint8Array(side * side).fill(1),
  obstacle: new Uint8Array(side * side),
  hole: new Uint8Array(side * side),
};
const PATH = [0, 1, 2, 3].map(k => [0, 1.6, 1 - k] as const);

describe('on the path of the camera', () => {
  test('noise at head height goes', () => {
    expect(surfaceArea(clearFloor(boxMesh([-0.2, 1.3, -1], [0.2, 1.6, -0.7]), plan, PATH))).toBe(0);
  });

  test('a table that the camera passed over stays', () => {
    const table = boxMesh([-0.6, 0.2, -1.5], [0.6, 0.75, -0.5]);
    expect(surfaceArea(clearFloor(table, plan, PATH))).toBeCloseTo(surfaceArea(table), 1);
  });
});

test('lumps on the floor go, the foot of a wall stays', () => {
  const lump = boxMesh([2, 0.01, 2], [2.4, 0.08, 2.4]);
  expect(surfaceArea(clearFloor(lump, plan, PATH))).toBe(0);
  const wall = boxMesh([2, 0, -3], [3, 1, -2.8]);
  const standing = { ...plan, obstacle: new Uint8Array(side * side).fill(1) };
  expect(surfaceArea(clearFloor(wall, standing, PATH))).toBeCloseTo(surfaceArea(wall), 1);
});
