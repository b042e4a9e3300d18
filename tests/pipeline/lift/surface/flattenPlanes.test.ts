import { expect, test } from 'vitest';
import { flattenPlanes } from '../../../../pipeline/lift/surface/flattenPlanes.ts';
import { joinMeshes, surfaceArea } from '../../../../pipeline/lift/surface/meshTools.ts';
import type { Plane } from '../../../../pipeline/lift/surface/planes.ts';

/** A wall of 2 × 2 m at z = 0 that faces +z, seen all over. */
const wall: Plane = {
  kind: 'wall',
  normal: [0, 0, 1],
  offset: Float64Array.of(0),
  u: [1, 0, 0],
  v: [0, 1, 0],
  grid: {
    origin: Float64Array.of(0, 0),
    cellMeters: 0.08,
    sizeU: 25,
    sizeV: 25,
    seen: new Uint8Array(625).fill(1),
  },
};

/** 1.6 × 1.6 m in steps of 4 cm at this z, facing +z. */
function sheet(z: number) {
  const positions: number[] = [];
  const indices: number[] = [];
  for (let k = 0; k <= 40; k++)
    for (let i = 0; i <= 40; i++) positions.push(0.2 + 0.04 * i, 0.2 + 0.04 * k, z);
  for (let k = 0; k < 40; k++)
    for (let i = 0; i < 40; i++) {
      const v = 41 * k + i;
      indices.push(v, v + 1, v + 42, v, v + 42, v + 41);
    }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}

const flat = (noise: number, ...sheets: number[]) =>
  flattenPlanes(joinMeshes(sheets.map(sheet)), [wall], () => noise);

test('lays noise into its plane and leaves what stands out', () => {
  const near = flat(0.01, 0.015);
  for (let i = 2; i < near.positions.length; i += 3) expect(near.positions[i]).toBeCloseTo(0);
  const relief = flat(0.01, 0.4);
  for (let i = 2; i < relief.positions.length; i += 3) expect(relief.positions[i]).toBeCloseTo(0.4);
});

test('of two sheets that it would lay into one place it keeps the nearer one', () => {
  expect(surfaceArea(flat(0.1, 0.01, -0.06))).toBeCloseTo(1.6 * 1.6);
});
