import { expect, test } from 'vitest';
import { createRandom } from '../../engine/random.ts';
import type { MeshPart, WorldModel } from '../../engine/world/worldModel.ts';
import { FloorMap } from '../../scenes/faults/worlds/floorMap.ts';
import { plantWorldFault } from '../../scenes/faults/worlds/plantWorldFault.ts';
import { type FaultSubject, WORLD_FAULT_TYPES } from '../../scenes/faults/worlds/worldFault.ts';
import { boundsOf, cloneModel, worldTriangles } from '../../scenes/faults/worlds/worldGeometry.ts';
import { box, model, node, room, sheet } from '../sim/handMadeWorlds.ts';

const sound = model(...room({ width: 12, depth: 9 }), node('crate', [box([-5.5, 0, -4], [-4.6, 1, -3.2])]));
const floor = new FloorMap(sound);
const subject = (): FaultSubject => ({ visual: cloneModel(sound), floor });
const triangles = ({ visual, collider }: FaultSubject) =>
  JSON.stringify([visual, collider].map(each => each && worldTriangles((each as WorldModel).nodes)));

test('the floor of a room is where a body has room', () => {
  expect(floor.area).toBeGreaterThan(70);
  expect(floor.area).toBeLessThan(12 * 9);
  expect(floor.cells.every(({ y }) => y === 0)).toBe(true);
});

test.each(WORLD_FAULT_TYPES)(
  '%s: the same seed plants the same, it changes the world, and its copy stays',
  type => {
    const before = triangles(subject());
    let planted = 0;
    for (let seed = 0; seed < 4; seed++) {
      const [one, two] = [subject(), subject()];
      const fault = plantWorldFault(type, one, createRandom(seed));
      expect(plantWorldFault(type, two, createRandom(seed))).toEqual(fault);
      if (typeof fault === 'string') continue;
      planted++;
      expect(fault.type).toBe(type);
      expect([...fault.position, ...fault.extent].every(Number.isFinite)).toBe(true);
      expect(triangles(one)).toBe(triangles(two));
      expect(triangles(one)).not.toBe(before);
    }
    expect(planted).toBeGreaterThan(0);
    expect(triangles(subject())).toBe(before);
  },
);

/** A hall of pillars 2.6 m apart, with lamps that hang between them. */
const pillars = model(
  ...room({ width: 14, depth: 14 }),
  ...[-5.2, -2.6, 0, 2.6, 5.2].flatMap(x =>
    [-5.2, -2.6, 0, 2.6, 5.2].map(z =>
      node(`pillar ${x} ${z}`, [box([x - 0.2, 0, z - 0.2], [x + 0.2, 2.8, z + 0.2])]),
    ),
  ),
);
const lamps = model(
  ...room({ width: 14, depth: 14 }),
  ...[-5, -1, 3].flatMap(x =>
    [-5, -1, 3].map(z => node(`lamp ${x} ${z}`, [box([x, 2, z], [x + 0.8, 2.8, z + 0.8])])),
  ),
);

test.each([
  ['unstable', pillars],
  ['unreachable', lamps],
] as const)('%s: what is planted touches nothing but the floor', (type, world) => {
  const map = new FloorMap(world);
  const boundsOfNode = ({ nodes }: WorldModel) =>
    nodes
      .filter(({ name }) => !name.startsWith('floor'))
      .map(each => ({ ...boundsOf([each]), name: each.name }));
  let planted = 0;
  for (let seed = 0; seed < 20; seed++) {
    const visual = cloneModel(world);
    if (typeof plantWorldFault(type, { visual, floor: map }, createRandom(seed)) === 'string') continue;
    planted++;
    const sound = boundsOfNode(world);
    const added = visual.nodes.slice(world.nodes.length);
    for (const triangle of worldTriangles(added)) {
      const [min, max] = [Math.min, Math.max].map(of =>
        [0, 1, 2].map(axis => of(...triangle.map(p => p[axis]))),
      );
      const met = sound.filter(box => [0, 1, 2].every(k => box.min[k] < max[k] && box.max[k] > min[k]));
      expect(met.map(({ name }) => name)).toEqual([]);
    }
  }
  expect(planted).toBeGreaterThan(0);
});

test('a wall that leans in keeps bodies off what is cut out of it below their heads: no ghost', () => {
  // A tent: a hand narrower at the height of the shoulders than at that of the belly.
  const side = (sign: number): MeshPart => ({
    positions: Float32Array.from([sign * 2.05, 0, -6, sign * 2.05, 0, 6, 0, 8.2, 6, 0, 8.2, -6]),
    indices: Uint32Array.from([0, 1, 2, 0, 2, 3]),
    material: 0,
  });
  const tent = model(node('floor', [sheet(-2.05, -6, 2.05, 6)]), node('tent', [side(-1), side(1)]));
  const map = new FloorMap(tent);
  const heights = Array.from({ length: 150 }, (_, seed) =>
    plantWorldFault('ghost-surface', { visual: cloneModel(tent), floor: map }, createRandom(seed)),
  ).flatMap(fault =>
    typeof fault !== 'string' && fault.how.endsWith("wall's collider") ? [fault.extent[1]] : [],
  );
  expect(heights.length).toBeGreaterThan(0);
  expect(Math.min(...heights)).toBeGreaterThan(1.59);
});

test('a ridge that bodies climb is a way too: nothing is cut off where one leads past', () => {
  // Two floors with a corridor between them and, beside it, a ridge.
  const parts = (degrees: number) => {
    const top = 2 * Math.tan((degrees * Math.PI) / 180);
    const slope = (from: number, low: number, high: number): MeshPart => ({
      positions: Float32Array.from([from, low, 0, from, low, 3, from + 2, high, 3, from + 2, high, 0]),
      indices: Uint32Array.from([0, 1, 2, 0, 2, 3]),
      material: 0,
    });
    const floors = [sheet(-6, -3, 0, 3), sheet(4, -3, 10, 3), sheet(0, -3, 4, -1.5)];
    const world = model(node('floor', [...floors, slope(0, 0, top), slope(2, top, 0)]));
    return new FloorMap(world).split(({ x, z }) => Math.abs(x - 2) < 0.6 && z < -1).length;
  };
  expect(parts(50)).toBe(2);
  expect(parts(42)).toBe(1);
});
