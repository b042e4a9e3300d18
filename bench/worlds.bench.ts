import { existsSync, globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { toDirectorError } from '../engine/errors.ts';
import { loadWorld } from '../engine/world/loadWorld.ts';
import type { ExplorationView } from '../sim/observe/runObserver.ts';
import { runTest } from '../sim/run.ts';
import { type Bench, type BenchFigure, fixturesFolder } from './bench.ts';
import { walkableOverlap } from './metrics/walkableOverlap.ts';

/** MANIFEST.json describes each; the simple room is sound but exported Z-up, which has to be found. */
const SOUND = [
  'w-camp/camp.glb',
  'w-garage/garage.glb',
  'w-hometheater/home-theater.glb',
  'w-navtest/level.glb',
  'w-recast/dungeon.gltf',
  'w-tower/tower-big.glb',
  'w-tower/meshopt-tower-small.glb',
];
const Z_UP = 'w-simpleroom-zup/simple_room.glb';
const BROKEN = ['w-badversion/navmeshUnsupportedAssetVersion.glb', 'w-dungeon-nobin/scene.gltf'];

async function explore(path: string) {
  return runTest(await loadWorld(path, { decodeImages: false }), {
    agents: 16,
    simulatedSeconds: 120,
    seed: 1,
  });
}

/**
 * The authored walkable mesh of w-navtest against what agents enter and what the run calls unreachable. The level is
 * a fifth of its first size and the mesh was made for a smaller body than a person: in a world twice as large, ours is
 * half as large.
 */
async function measureOverlap(folder: string, scale: number): Promise<BenchFigure> {
  const load = async (name: string) => {
    const world = await loadWorld(join(folder, 'w-navtest', name), { decodeImages: false });
    for (const { worldFromNode } of world.visual.nodes)
      for (let i = 0; i < 15; i++) if (i % 4 !== 3) worldFromNode[i] = (worldFromNode[i] ?? 0) * scale;
    return world;
  };
  const authored = await load('level.nav.glb');
  let view: ExplorationView | undefined;
  await runTest(await load('level.glb'), {
    agents: 16,
    simulatedSeconds: 120,
    seed: 1,
    observe: {
      onBegin: () => undefined,
      onFrame: () => undefined,
      onViolations: () => undefined,
      onExploration: exploration => {
        view = exploration;
      },
    },
  });
  const name = `w-navtest ${scale}:1: authored walkable mesh entered or unreachable`;
  if (!view) return { name, value: 0, unit: 'nothing was walked', target: '≥ 0.95', met: false };
  const { entered, unreachable } = walkableOverlap(authored.visual, view);
  const overlap = entered + unreachable;
  return {
    name,
    value: overlap.toFixed(3),
    unit: `${entered.toFixed(3)} entered, ${unreachable.toFixed(3)} unreachable`,
    target: '≥ 0.95',
    met: overlap >= 0.95,
  };
}

export const bench: Bench = {
  summary: 'Sound fixture worlds explored twice with one state hash, broken ones refused by code',
  async run(_args, note) {
    const folder = join(fixturesFolder(), 'worlds');
    if (!existsSync(folder)) {
      note(`${folder} is absent: set SORA_FIXTURES to the fixtures; nothing was measured.`);
      return [];
    }
    const figures: BenchFigure[] = [await measureOverlap(folder, 1), await measureOverlap(folder, 2)];
    for (const name of SOUND) {
      const first = await explore(join(folder, name));
      const second = await explore(join(folder, name));
      const errors = first.violations.filter(violation => violation.severity === 'error');
      for (const { type, severity, position, message } of first.violations)
        note(
          `${name}: ${severity} ${type} at ${position.map(value => value.toFixed(1)).join(', ')}: ${message}`,
        );
      const label = basename(dirname(name)) === 'w-tower' ? basename(name) : dirname(name);
      const { ratio, reachableArea } = first.coverage;
      figures.push({
        name: `${label}: reachable area entered`,
        value: 100 * ratio,
        unit: `% of ${reachableArea.toFixed(0)} m²`,
      });
      figures.push({ name: `${label}: wall time`, value: first.wallSeconds, unit: 's' });
      figures.push({
        name: `${label}: errors / findings`,
        value: `${errors.length}/${first.violations.length}`,
        unit: '',
      });
      const same = first.stateHash === second.stateHash;
      figures.push({
        name: `${label}: same hash twice`,
        value: same ? 'yes' : 'no',
        unit: '',
        target: 'yes',
        met: same,
      });
    }
    const zUp = await explore(join(folder, Z_UP));
    const found = zUp.violations.some(violation => violation.type === 'bad-up');
    figures.push({
      name: 'w-simpleroom-zup: bad-up found',
      value: found ? 'yes' : 'no',
      unit: '',
      target: 'yes',
      met: found,
    });
    for (const name of BROKEN) {
      const code = await loadWorld(join(folder, name)).then(
        () => 'loaded',
        (thrown: unknown) => toDirectorError(thrown).code,
      );
      const refused = code !== 'loaded' && code !== 'INTERNAL';
      figures.push({
        name: `${dirname(name)}: refused`,
        value: code,
        unit: '',
        target: 'a code',
        met: refused,
      });
    }
    figures.push(await readInvalid(folder));
    return figures;
  },
};

/** Khronos' validator corpus: each file is read or refused by a code of its own, and nothing crashes. */
async function readInvalid(folder: string): Promise<BenchFigure> {
  const files = globSync('w-khronos-invalid/**/*.{gltf,glb}', { cwd: folder }).sort();
  let loaded = 0;
  let refused = 0;
  for (const file of files) {
    const code = await loadWorld(join(folder, file)).then(
      () => 'loaded',
      (thrown: unknown) => toDirectorError(thrown).code,
    );
    if (code === 'loaded') loaded++;
    else if (code !== 'INTERNAL') refused++;
  }
  return {
    name: 'w-khronos-invalid: read or refused by code',
    value: `${loaded + refused}/${files.length}`,
    unit: `${loaded} read, ${refused} refused`,
    target: 'all',
    met: loaded + refused === files.length,
  };
}
