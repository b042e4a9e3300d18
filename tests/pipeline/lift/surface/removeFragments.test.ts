import { describe, expect, test } from 'vitest';
import type { SurfaceMesh } from '../../../../pipeline/lift/surface/extractSurface.ts';
import { surfaceArea } from '../../../../pipeline/lift/surface/meshTools.ts';
import { removeFragments } from '../../../../pipeline/lift/surface/removeFragments.ts';

const PATH = [[0, 1.6, 0] as const];

/** Squares of 0.2 m that fill a rectangle from `corner` along two axes. */
function patch(corner: number[], u: number[], v: number[], across: number, along: number): SurfaceMesh {
  const positions: number[] = [];
  const indices: number[] = [];
  for (let i = 0; i < across; i++)
    for (let j = 0; j < along; j++) {
      const first = positions.length / 3;
      for (const [a, b] of [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ])
        for (let k = 0; k < 3; k++) positions.push(corner[k] + 0.2 * ((i + a) * u[k] + (j + b) * v[k]));
      indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
    }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}

function join(...meshes: SurfaceMesh[]): SurfaceMesh {
  const positions: number[] = [];
  const indices: number[] = [];
  for (const mesh of meshes) {
    const first = positions.length / 3;
    positions.push(...mesh.positions);
    for (const i of mesh.indices) indices.push(first + i);
  }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}

const [X, Y, Z] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
/** The room's floor: 5 m × 5 m. */
const room = patch([-2.5, 0, -5], X, Z, 25, 25);
const areaWith = (...more: SurfaceMesh[]) => surfaceArea(removeFragments(join(room, ...more), PATH).mesh);

describe('removeFragments', () => {
  test('takes a speck far off and leaves a chair whose legs were not seen', () => {
    expect(areaWith(patch([10, 1, -22], X, Y, 4, 4))).toBeCloseTo(25, 3);
    expect(areaWith(patch([-0.4, 1.2, -3], X, Y, 4, 4))).toBeCloseTo(25.64, 3);
  });

  test('takes a long streak along the line of sight and leaves a house front as far', () => {
    const streak = patch([0, 1.6, -30], X, Z, 3, 40);
    expect(areaWith(streak)).toBeCloseTo(25, 3);
    const front = patch([-5, 0, -20], X, Y, 50, 40);
    expect(areaWith(front)).toBeCloseTo(25 + 80, 3);
  });

  test('takes a reflection beneath the floor and leaves a lower floor', () => {
    expect(areaWith(patch([-0.5, -1.2, -3], X, Z, 5, 5))).toBeCloseTo(25, 3);
    expect(areaWith(patch([-2, -1.2, -4.5], X, Z, 15, 15))).toBeCloseTo(25 + 9, 3);
  });
});
