import { expect, test } from 'vitest';
import { addFooting } from '../../../../pipeline/lift/surface/addFooting.ts';
import type { SurfaceMesh } from '../../../../pipeline/lift/surface/extractSurface.ts';
import {
  areaVector,
  filterTriangles,
  surfaceArea,
  surfaceCentre,
} from '../../../../pipeline/lift/surface/meshTools.ts';
import { boxMesh } from './roomMaps.ts';

/** The underside of a footing: triangles under the floor. */
const underside = (mesh: SurfaceMesh) => filterTriangles(mesh, a => mesh.positions[3 * a + 1] < 0);

test('a thing seen from its front alone stands under its middle, facing down', () => {
  // Front and top of a crate; its back and underside were not seen.
  const crate = boxMesh([0, 0, 0], [1, 0.6, 0.8]);
  const p = crate.positions;
  const half = filterTriangles(crate, (a, b, c) => {
    const [, ny, nz] = areaVector(p, a, b, c);
    return ny > 0 || nz > 0;
  });
  const standing = addFooting(half);
  const base = underside(standing);
  const { positions, indices } = base;
  let [minZ, maxZ] = [Infinity, -Infinity];
  for (let i = 2; i < positions.length; i += 3) {
    minZ = Math.min(minZ, positions[i]);
    maxZ = Math.max(maxZ, positions[i]);
  }
  const [, , z] = surfaceCentre(standing);
  expect(maxZ).toBeCloseTo(0.8);
  expect(minZ).toBeLessThan(z - 0.02);
  expect(minZ).toBeGreaterThan(0.3);
  for (let i = 0; i < indices.length; i += 3)
    expect(areaVector(positions, indices[i], indices[i + 1], indices[i + 2])[1]).toBeLessThan(0);
});

test('a whole crate gets its own outline', () => {
  const crate = boxMesh([0, 0, 0], [1, 0.6, 0.8]);
  expect(surfaceArea(underside(addFooting(crate)))).toBeCloseTo(0.8);
});
