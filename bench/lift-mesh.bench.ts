import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectorError, toDirectorError } from '../engine/errors.ts';
import { loadWorld } from '../engine/world/loadWorld.ts';
import type { WorldCamera } from '../engine/world/worldSchema.ts';
import { type LiftQuality, lift } from '../pipeline/lift/lift.ts';
import { runTest } from '../sim/run.ts';
import type { Bench, BenchFigure } from './bench.ts';
import { findTakes, makeTakes, type Take } from './lift-surface.bench.ts';
import { distancePercentiles, meshFaults, pictureFigures, smallFloorGaps } from './metrics/meshFigures.ts';
import { type ObjectFigures, objectFigures } from './metrics/objectFigures.ts';
import { alignCameras } from './metrics/surfaceFScore.ts';

const DISTANCE_TARGET_METERS = 0.1;
const AGENT_RADIUS_METERS = 0.35;
/** Of the registered frames every sixth is drawn again. */
const EVERY_FRAMES = 6;
const TEST_SECONDS = 60;

interface Measured {
  figures: BenchFigure[];
  objects: ObjectFigures;
  /** Types of what was planted, and of what the test of the lifted world found. */
  planted: string[];
  reported: string[];
  note: string;
}

async function measure(take: Take, quality: LiftQuality, out: string): Promise<Measured> {
  const result = await lift(take.video, { out, quality, seed: 1 });
  const world = await loadWorld(out);
  const { manifest, visual, collider } = world;
  const cameras: WorldCamera[] = JSON.parse(await readFile(join(take.truth, 'cameras.json'), 'utf8'));
  const truth = await loadWorld(join(take.truth, 'world.glb'), { decodeImages: false });
  const lifted = manifest?.cameras ?? [];
  const { toCollider, toVisual } = distancePercentiles(visual, collider);
  const faults = meshFaults(collider);
  const { drawn, alike, sharpness } = await pictureFigures(take.video, visual, lifted, EVERY_FRAMES);
  const objects = await objectFigures(
    visual,
    manifest?.objects ?? [],
    truth.visual,
    cameras,
    alignCameras(lifted, cameras),
  );
  const run = await runTest(world, { simulatedSeconds: TEST_SECONDS });
  const reported = run.violations.filter(({ severity }) => severity !== 'info').map(({ type }) => type);
  const list: { faults?: { type: string }[] } = JSON.parse(
    await readFile(join(take.truth, 'faults.json'), 'utf8'),
  );
  const figure = (name: string, value: number, unit = '', target?: [string, boolean]): BenchFigure => ({
    name: `${take.name}: ${name}`,
    value,
    unit,
    ...(target ? { target: target[0], met: target[1] } : {}),
  });
  const junk = faults.nonManifoldEdges + faults.slivers + faults.repeated;
  const distance = Math.max(toCollider, toVisual);
  return {
    figures: [
      figure('visual–collider, p95, worse way', distance, 'm', [
        `≤ ${DISTANCE_TARGET_METERS}`,
        distance <= DISTANCE_TARGET_METERS,
      ]),
      figure('gaps in the floor too small to fall through', smallFloorGaps(collider, AGENT_RADIUS_METERS)),
      figure('collider triangles', faults.triangles),
      figure('collider: slivers, repeats, edges of more than two', junk),
      figure('own frames drawn again: drawn', drawn),
      figure('of that alike', alike),
      figure('of that sharpness', sharpness),
      figure('mesh and texture', result.stages['meshes'], 's'),
    ],
    objects,
    planted: (list.faults ?? []).map(({ type }) => type),
    reported,
    note: `${objects.found} of ${objects.asked} things, ${objects.sound} of ${objects.objects} objects sound, missed ${objects.missed.join(' ')}; planted ${(list.faults ?? []).map(({ type }) => type).join(' ')}; reported ${reported.join(' ')}`,
  };
}

/**
 * Arguments: a folder that `generate` wrote (takes with their truth, at any depth) and the quality. Without them it
 * makes a fault-free take of each of six places and lifts it at standard quality.
 */
export const bench: Bench = {
  summary:
    'lift takes and measure texture, collider and objects, and test the worlds: [folder of takes] [quality]',
  async run([folder, quality = 'standard'], note) {
    if (quality !== 'draft' && quality !== 'standard' && quality !== 'high')
      throw new DirectorError('USAGE', `There is no quality '${quality}'.`, {
        suggestion: 'Give draft, standard or high.',
      });
    if (folder !== undefined && !existsSync(folder))
      throw new DirectorError('INPUT_NOT_FOUND', `There is no folder ${folder}.`);
    const scratch = await mkdtemp(join(tmpdir(), 'lift-bench-'));
    const figures: BenchFigure[] = [];
    const sums = { asked: 0, found: 0, objects: 0, sound: 0, floating: 0, floatingFound: 0, falseReports: 0 };
    try {
      const takesFolder = folder ?? join(scratch, 'takes');
      if (folder === undefined) await makeTakes(takesFolder, note);
      for (const take of findTakes(takesFolder)) {
        try {
          const measured = await measure(take, quality, join(scratch, 'world'));
          figures.push(...measured.figures);
          const line = measured.figures.map(({ name, value }) => `${name} ${Number(value).toFixed(2)}`);
          note(`${line.join(', ')}; ${measured.note}`);
          for (const key of ['asked', 'found', 'objects', 'sound'] as const)
            sums[key] += measured.objects[key];
          if (measured.planted.includes('floating-object')) {
            sums.floating++;
            if (measured.reported.includes('floating')) sums.floatingFound++;
          }
          if (measured.planted.length === 0) sums.falseReports += measured.reported.length;
        } catch (thrown) {
          const error = toDirectorError(thrown);
          if (!error.code.startsWith('LIFT_')) throw error;
          note(`${take.name}: ${error.code}: ${error.message}`);
        }
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    const share = (part: number, all: number) => (all > 0 ? part / all : 1);
    figures.push(
      { name: 'things found as objects', value: share(sums.found, sums.asked), unit: '' },
      { name: 'objects that are things', value: share(sums.sound, sums.objects), unit: '' },
      { name: 'floating objects planted', value: sums.floating, unit: '' },
      { name: 'of which the test reports', value: sums.floatingFound, unit: '' },
      {
        name: 'violations in worlds of takes without faults',
        value: sums.falseReports,
        unit: '',
        target: '0',
        met: sums.falseReports === 0,
      },
    );
    return figures;
  },
};
