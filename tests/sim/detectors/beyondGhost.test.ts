import { expect, test } from 'vitest';
import type { WorldNode } from '../../../engine/world/worldModel.ts';
import { runTest } from '../../../sim/run.ts';
import { box, loaded, model, node, sheet } from '../handMadeWorlds.ts';

/** A yard of 8 × 8 m with walls around, and a metre of ground beyond the one in the east; a gap in the west where wished. */
function yard(gap = false): WorldNode[] {
  const west = gap
    ? [box([-4.2, 0, -4], [-4, 2.6, -0.6]), box([-4.2, 0, 0.6], [-4, 2.6, 4])]
    : [box([-4.2, 0, -4], [-4, 2.6, 4])];
  return [
    node('ground', [sheet(-4.2, -4.2, 5.2, 4.2)]),
    node('north wall', [box([-4.2, 0, -4.2], [4.2, 2.6, -4])]),
    node('south wall', [box([-4.2, 0, 4], [4.2, 2.6, 4.2])]),
    node('west wall', west),
    node('east wall', [box([4, 0, -4], [4.2, 2.6, 4])]),
  ];
}

async function findings(seen: WorldNode[], touched: WorldNode[]): Promise<string[]> {
  const world = { ...loaded(model(...seen)), collider: model(...touched) };
  const { violations } = await runTest(world, { agents: 8, simulatedSeconds: 30, seed: 1 });
  return [...new Set(violations.map(({ type, severity, object }) => `${severity} ${type} ${object ?? ''}`))];
}

const withoutEast = (nodes: WorldNode[]) => nodes.filter(({ name }) => name !== 'east wall');

test('who walks off the world beyond a ghost met one defect', async () => {
  expect(await findings(yard(), withoutEast(yard()))).toEqual(['error ghost-surface east wall']);
});

test('a gap elsewhere is a defect of its own', async () => {
  expect((await findings(yard(true), withoutEast(yard(true)))).sort()).toEqual([
    'error ghost-surface east wall',
    'error leak ',
  ]);
});
