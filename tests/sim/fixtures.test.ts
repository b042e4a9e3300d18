import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fixturesFolder } from '../../bench/bench.ts';
import { loadWorld } from '../../engine/world/loadWorld.ts';
import { runTest } from '../../sim/run.ts';

const folder = join(fixturesFolder(), 'worlds');
const run = async (path: string) =>
  runTest(await loadWorld(join(folder, path), { decodeImages: false }), { simulatedSeconds: 30 });

describe.skipIf(!existsSync(folder))('worlds made by others', () => {
  test.each(['w-garage/garage.glb', 'w-hometheater/home-theater.glb', 'w-tower/meshopt-tower-middle.glb'])(
    '%s is explored and nothing is wrong with it',
    async path => {
      const { violations, coverage } = await run(path);
      expect(violations.filter(violation => violation.severity !== 'info')).toEqual([]);
      expect(coverage.ratio).toBeGreaterThan(0.95);
    },
  );

  test('a campsite on a hill ends at its rim', async () => {
    const { violations, coverage } = await run('w-camp/camp.glb');
    expect(violations.map(({ type, severity }) => `${type} ${severity}`)).toEqual([
      'bad-geometry info',
      'leak info',
    ]);
    expect(coverage.ratio).toBeGreaterThan(0.9);
  });

  test('a room that was exported with Z up lies on its side', async () => {
    const { violations } = await run('w-simpleroom-zup/simple_room.glb');
    expect(violations.map(({ type }) => type)).toEqual(['bad-up']);
    expect(violations[0].evidence['likelyUp']).toBe('+Z');
  });
});
