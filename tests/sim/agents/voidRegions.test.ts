import { expect, test } from 'vitest';
import type { MeshPart } from '../../../engine/world/worldModel.ts';
import { VoidRegions } from '../../../sim/agents/voidRegions.ts';
import { TriangleBvh } from '../../../sim/geometry/triangleBvh.ts';
import { collectTriangles } from '../../../sim/geometry/worldTriangles.ts';
import { model, node, sheet } from '../handMadeWorlds.ts';

/** Floor of 20 × 20 m around a square without any, of this side. */
function floorAround(side: number): MeshPart[] {
  const s = side / 2;
  return [sheet(-10, -10, 10, -s), sheet(-10, s, 10, 10), sheet(-10, -s, -s, s), sheet(s, -s, 10, s)];
}

/** Four walls of one sheet each around a square, seen from within or from without; the first has a gap of 1.4 m. */
function walls(side: number, facing: 'inward' | 'outward'): MeshPart[] {
  const s = side / 2;
  const spans: [number, number, number, number][] = [
    [-s, -s, -0.7, -s],
    [0.7, -s, s, -s],
    [s, -s, s, s],
    [s, s, -s, s],
    [-s, s, -s, -s],
  ];
  return spans.map(([x0, z0, x1, z1]) => ({
    positions: Float32Array.from([x0, 0, z0, x1, 0, z1, x1, 2.5, z1, x0, 2.5, z0]),
    indices: Uint32Array.from(facing === 'outward' ? [0, 2, 1, 0, 3, 2] : [0, 1, 2, 0, 2, 3]),
    material: 0,
  }));
}

function regionIn(parts: MeshPart[]) {
  const region = new VoidRegions(new TriangleBvh(collectTriangles(model(node('world', parts))))).regionAt(
    0,
    0,
    0,
  );
  if (!region) throw new Error('there is ground');
  return region;
}

test('what most backs of walls are around lies between rooms, and is no hole', () => {
  const region = regionIn([...floorAround(8), ...walls(8, 'outward')]);
  expect(region).toMatchObject({ open: true });
  expect(region.area).toBeCloseTo(64, 0);
});

test.each([
  ['a hole in a floor, however large', [...floorAround(8)]],
  ['a room whose floor is missing', [...floorAround(8), ...walls(8, 'inward')]],
  ['a shaft, even of walls that are inside out', [...floorAround(2), ...walls(2, 'outward')]],
])('%s is a hole', (_, parts) => {
  expect(regionIn(parts)).toMatchObject({ open: false });
});
