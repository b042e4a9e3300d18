import { expect, test } from 'vitest';
import { createRandom } from '../../engine/random.ts';
import type { WorldModel } from '../../engine/world/worldModel.ts';
import { FloorMap } from '../../scenes/faults/worlds/floorMap.ts';
import { plantWorldFault } from '../../scenes/faults/worlds/plantWorldFault.ts';
import { type FaultSubject, WORLD_FAULT_TYPES } from '../../scenes/faults/worlds/worldFault.ts';
import { cloneModel, worldTriangles } from '../../scenes/faults/worlds/worldGeometry.ts';
import { box, model, node, room } from '../sim/handMadeWorlds.ts';

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
