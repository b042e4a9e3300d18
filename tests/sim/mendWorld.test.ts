import { expect, test } from 'vitest';
import { mendWorld } from '../../sim/mendWorld.ts';
import { runTest } from '../../sim/run.ts';
import { furnishedRoom, loaded, model, transformed } from './handMadeWorlds.ts';

test('a world in decimetres with +Z up is sound once that is said, and the run remembers it', async () => {
  const world = loaded(
    model(
      ...transformed(furnishedRoom(), [
        [10, 0, 0],
        [0, 0, -10],
        [0, 10, 0],
      ]),
    ),
  );
  const options = { agents: 2, simulatedSeconds: 2, seed: 1 };
  const asItIs = await runTest(world, options);
  expect(asItIs.violations.map(({ type }) => type)).not.toEqual([]);
  const mended = await runTest(mendWorld(world, { up: '+Z', scale: 0.1 }), options);
  expect(mended.violations).toEqual([]);
  expect(mended.mend).toEqual({ up: '+Z', scale: 0.1 });
  expect(mendWorld(world, { up: '+Y', scale: 1 })).toBe(world);
});
