import { expect, test } from 'vitest';
import type { MeshPart, WorldNode } from '../../../engine/world/worldModel.ts';
import { walkerBody } from '../../../sim/body.ts';
import { detectBadGeometry } from '../../../sim/detectors/badGeometry.ts';
import { makeWorldContext, type WorldContext } from '../../../sim/detectors/worldContext.ts';
import { TriangleBvh } from '../../../sim/geometry/triangleBvh.ts';
import { collectTriangles } from '../../../sim/geometry/worldTriangles.ts';
import { Navmesh } from '../../../sim/navmesh/navmesh.ts';
import { box, model, node, sheet } from '../handMadeWorlds.ts';

/** A square of walkable surface and one above it that nobody can come to, so that no navmesh has to be built. */
const SQUARES = new Navmesh({
  vertices: Float64Array.from([0, 3].flatMap(y => [-3, y, -3, -3, y, 3, 3, y, 3, 3, y, -3])),
  corners: Uint32Array.from([0, 1, 2, 3, 4, 5, 6, 7]),
  starts: Uint32Array.from([0, 4, 8]),
  relief: { vertices: new Float64Array(), triangles: new Uint32Array(), starts: Uint32Array.from([0, 0, 0]) },
});

function contextOf(nodes: WorldNode[]): WorldContext {
  const world = model(...nodes);
  const bvh = new TriangleBvh(collectTriangles(world));
  return makeWorldContext(
    { visual: world, collider: world },
    bvh,
    SQUARES,
    new Set([SQUARES.component[0]]),
    walkerBody(1),
  );
}

const kindsOf = (nodes: WorldNode[]) =>
  detectBadGeometry(contextOf(nodes)).map(({ evidence, severity }) => `${evidence['kind']} ${severity}`);

const halves = (gapMeters: number) => [
  node('floor', [sheet(-4, -4, -gapMeters / 2, 4), sheet(gapMeters / 2, -4, 4, 4)]),
];

test.each([
  [0, []],
  [0.002, ['crack warning']],
  [0.008, ['crack warning']],
  [0.03, []],
])('a gap of %f m between two floors', (gap, kinds) => {
  expect(kindsOf(halves(gap))).toEqual(kinds);
});

test('a gap in a roof that nobody can come to is no crack of a floor', () => {
  const roof = node('roof', [sheet(-4, -4, -0.002, 4, 3), sheet(0.002, -4, 4, 4, 3)]);
  expect(kindsOf([node('floor', [sheet(-4, -4, 4, 4)]), roof])).toEqual([]);
});

test('a gap that a wall stands in is no crack', () => {
  expect(kindsOf([...halves(0.008), node('wall', [box([-0.003, 0, -4], [0.003, 2, 4])])])).toEqual([]);
});

test('a floor that ends beside a wall has no crack', () => {
  const slope: MeshPart = {
    positions: Float32Array.from([0.004, -1, -4, 0.004, -1, 4, 1, 3, 4, 1, 3, -4]),
    indices: Uint32Array.from([0, 1, 2, 0, 2, 3]),
    material: 0,
  };
  expect(kindsOf([node('floor', [sheet(-4, -4, 0, 4)]), node('side', [slope])])).toEqual([]);
});

test.each([
  [0, ['double-surface warning']],
  [0.0005, ['double-surface warning']],
  [0.01, []],
])('a second floor %f m above the first', (offset, kinds) => {
  expect(
    kindsOf([node('floor', [sheet(-4, -4, 4, 4)]), node('copy', [sheet(-1, -1, 1, 1, offset)])]),
  ).toEqual(kinds);
});

test('a box on a floor shares its plane with it and is not seen twice', () => {
  expect(
    kindsOf([node('floor', [sheet(-4, -4, 4, 4)]), node('crate', [box([-1, 0, -1], [1, 1, 1])])]),
  ).toEqual([]);
});

test('a fin on the edge of a box is found at its place, a box that touches another along an edge is not', () => {
  const floor = node('floor', [sheet(-4, -4, 4, 4)]);
  const lump = box([-1, 0, -1], [0, 1, 0]);
  const fin: MeshPart = {
    positions: Float32Array.from([-1, 1, 0, 0, 1, 0, -0.5, 1.6, 0.3]),
    indices: Uint32Array.from([0, 1, 2]),
    material: 0,
  };
  const [finding] = detectBadGeometry(contextOf([floor, node('lump', [lump, fin])]));
  expect(finding?.evidence).toMatchObject({ kind: 'non-manifold', faces: 1 });
  expect(finding?.position).toEqual([-0.5, expect.closeTo(1.3, 5), expect.closeTo(0.15, 5)]);
  expect(kindsOf([floor, node('two', [lump, box([0, 0, 0], [1, 1, 1])])])).toEqual([]);
});

test('a few slivers come with every export, twenty do not', () => {
  const slivers = (count: number): MeshPart => ({
    positions: Float32Array.from(
      Array.from({ length: count }, (_, i) => [
        0,
        0.5,
        i * 0.1,
        1,
        0.5,
        i * 0.1,
        0.5,
        0.5,
        i * 0.1 + 5e-5,
      ]).flat(),
    ),
    indices: Uint32Array.from({ length: 3 * count }, (_, i) => i),
    material: 0,
  });
  const floor = node('floor', [sheet(-4, -4, 4, 4)]);
  expect(kindsOf([floor, node('debris', [slivers(5)])])).toEqual([]);
  expect(kindsOf([floor, node('debris', [slivers(25)])])).toEqual(['slivers warning']);
});

test('a patch that faces down in a floor that faces up is flipped', () => {
  const grid = [-1, 0, 1].flatMap(x => [-1, 0, 1].map(z => sheet(x, z, x + 1, z + 1)));
  const turned = grid.map((part, i) =>
    i === 4 ? { ...part, indices: part.indices.slice().reverse() } : part,
  );
  expect(kindsOf([node('floor', grid)])).toEqual([]);
  const [finding] = detectBadGeometry(contextOf([node('floor', turned)]));
  expect(finding?.evidence).toMatchObject({ kind: 'flipped-floor', areaSquareMeters: 1 });
  expect(finding?.position).toEqual([0.5, 0, 0.5]);
});
