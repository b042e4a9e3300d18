import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadWorld } from '../engine/world/loadWorld.ts';
import { runTest } from '../sim/run.ts';
import { type Bench, type BenchFigure, fixturesFolder } from './bench.ts';

const WORLDS = [
  'w-hometheater/home-theater.glb',
  'w-garage/garage.glb',
  'w-camp/camp.glb',
  'w-recast/dungeon.gltf',
];

/** Whole runs: navmesh, geometry, agents and all detectors. Figures use wall time: compare runs on an idle machine. */
export const bench: Bench = {
  summary: 'test worlds by agents: agent steps/s with all detectors, explored m²/s; arguments: world paths',
  async run(args, note) {
    const paths = args.length > 0 ? args : WORLDS.map(world => join(fixturesFolder(), 'worlds', world));
    const figures: BenchFigure[] = [];
    for (const path of paths) {
      if (!existsSync(path)) {
        note(`${path} is not there: skipped`);
        continue;
      }
      const world = await loadWorld(path, { decodeImages: false });
      const name = path.split('/').at(-1) ?? path;
      let exploreStartedAt = 0;
      const run = await runTest(world, {
        agents: 16,
        simulatedSeconds: 120,
        seed: 1,
        onProgress: ({ stage }) => {
          if (stage === 'explore' && exploreStartedAt === 0) exploreStartedAt = performance.now();
        },
      });
      const exploreSeconds = (performance.now() - exploreStartedAt) / 1000;
      const { coverage } = run;
      figures.push(
        {
          name: `${name}: whole run`,
          value: run.wallSeconds,
          unit: 's',
          target: '≤ 10',
          met: run.wallSeconds <= 10,
        },
        { name: `${name}: agent steps`, value: run.agentSteps / exploreSeconds, unit: 'steps/s' },
        { name: `${name}: entered area`, value: coverage.enteredArea / exploreSeconds, unit: 'm²/s' },
        {
          name: `${name}: coverage`,
          value: 100 * coverage.ratio,
          unit: `% of ${coverage.reachableArea.toFixed(0)} m²`,
        },
        {
          name: `${name}: violations`,
          value: run.violations.length,
          unit: run.violations.map(v => v.type).join(' '),
        },
      );
    }
    return figures;
  },
};
