import { expect, test } from 'vitest';
import type { MeshPart, WorldNode } from '../../../engine/world/worldModel.ts';
import { runTest } from '../../../sim/run.ts';
import { loaded, model, node, sheet } from '../handMadeWorlds.ts';

/** A rectangle that stands at an x and faces +X or −X. */
function upright(
  x: number,
  [z0, z1]: [number, number],
  [y0, y1]: [number, number],
  facing: 1 | -1,
): MeshPart {
  return {
    positions: Float32Array.from([x, y0, z0, x, y1, z0, x, y1, z1, x, y0, z1]),
    indices: Uint32Array.from(facing > 0 ? [0, 1, 2, 0, 2, 3] : [0, 2, 1, 0, 3, 2]),
    material: 0,
  };
}

/** A street as a lift leaves it: sheets of the whole place, each a few millimetres before another, and a floor. */
const street = (): WorldNode[] => [
  node('surface', [upright(0, [-10, 10], [0, 6], 1), upright(8, [-10, 10], [0, 6], -1)]),
  node('floor', [sheet(0, -10, 8, 10)]),
  node('walls', [upright(0.004, [-10, 10], [0.5, 6], 1)]),
  node('edge', [upright(0.006, [-9, 9], [0, 3], 1)]),
  node('signs', [upright(0.005, [-9, 9], [3, 6], 1)]),
];

test('sheets that lie on each other across a place say nothing of where up is', async () => {
  const { violations } = await runTest(loaded(model(...street())), { agents: 2, simulatedSeconds: 2 });
  expect(violations.map(({ type }) => type)).not.toContain('bad-up');
});
