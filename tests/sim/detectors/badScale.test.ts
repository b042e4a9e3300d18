import { expect, test } from 'vitest';
import { runTest } from '../../../sim/run.ts';
import { box, loaded, model, node, room, transformed } from '../handMadeWorlds.ts';

test('a row of things in one node is no thing of its name: the others tell that a room is a tenth of its size', async () => {
  const library = [
    ...room({ width: 12, depth: 6 }),
    node('bookcases', [box([-5.9, 0, -2.9], [5.9, 2, -2.5])]),
    node('chair-1', [box([-1, 0, 0], [-0.5, 0.9, 0.5])]),
    node('chair-2', [box([1, 0, 0], [1.5, 0.9, 0.5])]),
    node('desk', [box([-0.4, 0, 1], [1, 0.75, 1.7])]),
  ];
  const tenth = transformed(library, [
    [0.1, 0, 0],
    [0, 0.1, 0],
    [0, 0, 0.1],
  ]);
  const { violations } = await runTest(loaded(model(...tenth)), { agents: 2, simulatedSeconds: 2 });
  expect(violations.map(({ type, severity }) => `${severity} ${type}`)).toEqual(['error bad-scale']);
});
