import { expect, test } from 'vitest';
import type { WorldNode } from '../../../engine/world/worldModel.ts';
import { runTest } from '../../../sim/run.ts';
import { box, furnishedRoom, loaded, model, node, sheet } from '../handMadeWorlds.ts';

/** What is seen and what is touched, apart. */
async function findings(seen: WorldNode[], touched: WorldNode[]) {
  const world = { ...loaded(model(...seen)), collider: model(...touched) };
  const { violations } = await runTest(world, { agents: 4, simulatedSeconds: 4, seed: 1 });
  return violations.map(({ type, severity, object, position }) => ({
    what: `${type} ${severity}`,
    object,
    position,
  }));
}

const board = node('board', [box([0, 0, -1], [0.1, 1.5, 1])]);

test('a collider that nobody sees is an invisible wall, what nobody touches a ghost', async () => {
  const room = furnishedRoom();
  const [wall, ...more] = await findings(room, [...furnishedRoom(), board]);
  expect(wall).toMatchObject({ what: 'invisible-wall error', object: 'board' });
  expect(Math.hypot(wall.position[0] - 0.05, wall.position[2])).toBeLessThan(0.5);
  expect(more).toEqual([]);
  const [ghost, ...others] = await findings([...room, board], furnishedRoom());
  expect(ghost).toMatchObject({ what: 'ghost-surface error', object: 'board' });
  expect(Math.hypot(ghost.position[0] - 0.05, ghost.position[2])).toBeLessThan(0.5);
  expect(others).toEqual([]);
});

test('a heap is a ghost down to its foot, and what a body steps over is none', async () => {
  // Half a metre high: what rises above the shins is little of it.
  const heap = (height: number) => node('heap', [box([-0.2, 0, -0.2], [0.2, height, 0.2])]);
  const ghosts = await findings([...furnishedRoom(), heap(0.48)], furnishedRoom());
  expect(ghosts).toMatchObject([{ what: 'ghost-surface error', object: 'heap' }]);
  expect(await findings([...furnishedRoom(), heap(0.3)], furnishedRoom())).toEqual([]);
});

test('a collider that is a hand off what is seen is its collider, and one at the rim of the world is meant', async () => {
  const room = [...furnishedRoom(), board];
  expect(
    await findings(room, [...furnishedRoom(), node('board', [box([0.1, 0, -1.1], [0.25, 1.5, 1.1])])]),
  ).toEqual([]);
  const meadow = node('meadow', [sheet(-4, -4, 4, 4)]);
  const fence = [
    [-4.1, -4.1, -4, 4.1],
    [4, -4.1, 4.1, 4.1],
    [-4, -4.1, 4, -4],
    [-4, 4, 4, 4.1],
  ].map(([x0, z0, x1, z1], i) => node(`fence-${i}`, [box([x0, 0, z0], [x1, 2, z1])]));
  const rim = await findings([meadow], [meadow, ...fence]);
  expect(new Set(rim.map(({ what }) => what))).toEqual(new Set(['invisible-wall info']));
});

const bench = node('bench', [box([-4, 0, 0.1], [4, 0.5, 0.4])]);
test.each([
  ['the floor ends at it', 0, [], 'info'],
  ['the floor ends at it and a bench stands behind', 0, [bench], 'info'],
  ['the floor goes on to it', 1, [], 'error'],
])('an unseen wall before a seen one where %s', async (_, on, things, severity) => {
  const seen = [
    node('near', [sheet(-4, -4, 4, on)]),
    node('wall', [box([-4, 0, Math.max(0.5, on)], [4, 3, 1.1])]),
    node('far', [sheet(-4, 1.1, 4, 4)]),
    ...things,
  ];
  const unseen = node('unseen', [box([-4, 0, 0], [4, 2, 0.02])]);
  const told = await findings(seen, [...seen, unseen]);
  expect(told.filter(({ object }) => object === 'unseen').map(({ what }) => what)).toEqual([
    `invisible-wall ${severity}`,
  ]);
});
