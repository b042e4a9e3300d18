import { expect, test } from 'vitest';
import { joinMeshes, surfaceArea } from '../../../../pipeline/lift/surface/meshTools.ts';
import { removeFloaters } from '../../../../pipeline/lift/surface/removeFloaters.ts';
import { boxMesh } from './roomMaps.ts';

const wall = boxMesh([0, 0, 0], [3, 2.5, 0.1]);

test('takes small pieces that nothing holds, alone or together', () => {
  const speck = boxMesh([1, 1, 0.5], [1.2, 1.2, 0.7]);
  const beside = boxMesh([1.23, 1, 0.5], [1.4, 1.2, 0.7]);
  expect(surfaceArea(removeFloaters(joinMeshes([wall, speck, beside])))).toBeCloseTo(surfaceArea(wall));
});

test('leaves what hangs on a wall, directly or by something else, what lies on the floor and what is large', () => {
  const held = [
    boxMesh([1, 1, 0.14], [1.2, 1.2, 0.4]),
    boxMesh([1, 1, 0.43], [1.2, 1.2, 0.6]),
    boxMesh([2, 0.02, 1], [2.2, 0.2, 1.2]),
    boxMesh([1, 1, 2], [1.9, 1.2, 2.3]),
  ];
  const all = joinMeshes([wall, ...held]);
  expect(removeFloaters(all).indices.length).toBe(all.indices.length);
});
