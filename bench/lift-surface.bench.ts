import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DirectorError, toDirectorError } from '../engine/errors.ts';
import { loadWorld } from '../engine/world/loadWorld.ts';
import type { WorldCamera } from '../engine/world/worldSchema.ts';
import { generate } from '../pipeline/generate/generate.ts';
import { createProvider } from '../pipeline/generate/providers.ts';
import { type LiftQuality, lift } from '../pipeline/lift/lift.ts';
import type { Bench, BenchFigure } from './bench.ts';
import { poseAuc } from './metrics/poseAuc.ts';
import { readWorldCameras } from './metrics/readPoses.ts';
import {
  alignCameras,
  applySimilarity,
  keepSeen,
  type Similarity,
  sampleSurface,
  surfaceFScore,
  trianglesOf,
} from './metrics/surfaceFScore.ts';
import { createTriangleTree } from './metrics/triangleTree.ts';

/** Metres between samples: points are held against triangles, so this is noise of the mean only. */
const SPACING = 0.05;
const MAX_SAMPLES = 400_000;
const SEEDS = [1, 2];
const AUC_TARGET = 90;
const F_TARGET = 0.6;
const TILT_TARGET_DEGREES = 2;
const SCALE_TARGET_PERCENT = 5;

function isQuality(word: string): word is LiftQuality {
  return word === 'draft' || word === 'standard' || word === 'high';
}

export interface Take {
  name: string;
  video: string;
  truth: string;
}

export function findTakes(folder: string): Take[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.mp4'))
    .map(path => {
      const video = join(folder, path);
      return { name: path.replace(/\.mp4$/, ''), video, truth: video.replace(/\.mp4$/, '.truth') };
    })
    .filter(({ truth }) => existsSync(join(truth, 'world.glb')))
    .sort((a, b) => a.name.localeCompare(b.name));
}

const PLACES: Record<string, string> = {
  hallway: 'A hotel hallway with doors, the camera walks slowly forward',
  room: 'A cosy living room with a sofa, the camera moves slowly',
  library: 'An old library with bookshelves, the camera walks slowly forward',
  courtyard: 'A sunny courtyard with a fountain, slow walk',
  temple: 'A stone temple with columns, slow walk',
  street: 'A quiet street in the morning, slow walk',
  forest: 'A forest clearing, slow walk',
  cave: 'A cave, slow walk',
  station: 'A train station, slow walk',
  warehouse: 'A warehouse with shelves, slow walk',
};
const FAULT_FREE = fileURLToPath(new URL('../scenes/failure-models/fault-free.json', import.meta.url));

/** Takes without faults of each place. */
export async function makeTakes(folder: string, note: (line: string) => void): Promise<void> {
  const provider = await createProvider('procedural');
  for (const [place, prompt] of Object.entries(PLACES))
    for (const seed of SEEDS) {
      note(`generating: ${place}, seed ${seed}`);
      await generate(prompt, {
        takes: 1,
        seconds: 4,
        width: 640,
        height: 360,
        framesPerSecond: 24,
        provider,
        seed,
        out: join(folder, `${place}-${seed}`),
        failureModel: FAULT_FREE,
      });
    }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

/** Degrees between the lifted world's up and the truth's. */
function tiltDegrees({ rotation }: Similarity): number {
  return (Math.acos(Math.min(1, rotation[4])) * 180) / Math.PI;
}

/** Height in the truth of the lifted world's floor beneath a lifted camera, metres; the truth's floor is at 0. */
function floorMeters({ scale, rotation: r, translation }: Similarity, camera: WorldCamera): number {
  return scale * (r[3] * camera.position[0] + r[5] * camera.position[2]) + translation[1];
}

async function measure(take: Take, quality: LiftQuality, out: string): Promise<BenchFigure[]> {
  const cameras: WorldCamera[] = JSON.parse(await readFile(join(take.truth, 'cameras.json'), 'utf8'));
  const cameraHeightMeters = median(cameras.map(({ position }) => position[1]));
  const before = process.cpuUsage();
  const result = await lift(take.video, { out, quality, seed: 1, cameraHeightMeters });
  const cpu = process.cpuUsage(before);
  const { manifest, visual } = await loadWorld(out, { decodeImages: false });
  if (!manifest) throw new RangeError('The lifted world has no manifest');
  const estimated = manifest.cameras;
  const { auc5 } = poseAuc(readWorldCameras(estimated), readWorldCameras(cameras));

  const world = await loadWorld(join(take.truth, 'world.glb'), { decodeImages: false });
  const similarity = alignCameras(estimated, cameras);
  const everything = trianglesOf(world.visual, () => true);
  const sixth = cameras.filter((_, i) => i % 6 === 0);
  const truth = {
    seen: await keepSeen(sampleSurface(everything, SPACING, MAX_SAMPLES), world.visual, sixth),
    tree: createTriangleTree(everything),
  };
  const surface = (use: (isInferred: boolean) => boolean) => {
    const triangles = applySimilarity(
      trianglesOf(visual, part => use(part.inferred ?? false)),
      similarity,
    );
    return { points: sampleSurface(triangles, SPACING, MAX_SAMPLES), tree: createTriangleTree(triangles) };
  };
  const observed = surface(isInferred => !isInferred);
  const completed = surface(() => true);
  const at5 = surfaceFScore(observed, truth, 0.05);
  const figure = (name: string, value: number, unit = ''): BenchFigure => ({
    name: `${take.name}: ${name}`,
    value,
    unit,
  });
  const tilt = tiltDegrees(similarity);
  const scaleError = 100 * Math.abs(1 / similarity.scale - 1);
  return [
    { ...figure('AUC@5°', auc5, '%'), target: `≥ ${AUC_TARGET}`, met: auc5 >= AUC_TARGET },
    figure(F_AT_5, at5.fScore),
    figure('precision at 5 cm', at5.precision),
    figure('recall at 5 cm', at5.recall),
    figure('F at 10 cm, seen', surfaceFScore(observed, truth, 0.1).fScore),
    figure('F at 5 cm with inferred', surfaceFScore(completed, truth, 0.05).fScore),
    { ...figure('tilt', tilt, '°'), target: `≤ ${TILT_TARGET_DEGREES}`, met: tilt <= TILT_TARGET_DEGREES },
    figure('floor', 100 * floorMeters(similarity, estimated[estimated.length >> 1]), 'cm'),
    {
      ...figure('scale error', scaleError, '%'),
      target: `≤ ${SCALE_TARGET_PERCENT}`,
      met: scaleError <= SCALE_TARGET_PERCENT,
    },
    figure('scale confidence', manifest.scale.confidence),
    figure('lift', result.seconds, 's'),
    figure('surface part', result.seconds - result.stages['poses'], 's'),
    figure('lift, CPU', (cpu.user + cpu.system) / 1e6, 's'),
  ];
}

const F_AT_5 = 'F at 5 cm, seen';

/**
 * Arguments: a folder that `generate` wrote (takes with their truth, at any depth) and the quality. Without them
 * it makes fault-free takes, two of each of ten places, and lifts them at standard quality.
 * Precision and recall are those of Tanks and Temples after the cameras are aligned: recall over the surface that the
 * take's cameras saw. The camera's height is given, as `--camera-height` does, so that the scale's error is the
 * lift's own. A take that cannot be lifted counts as zero.
 */
export const bench: Bench = {
  summary: 'lift takes with a truth and measure poses and surface: [folder of takes] [quality]',
  async run([folder, quality = 'standard'], note) {
    const figures: BenchFigure[] = [];
    const scratch = await mkdtemp(join(tmpdir(), 'lift-bench-'));
    try {
      if (!isQuality(quality))
        throw new DirectorError('USAGE', `There is no quality '${quality}'.`, {
          suggestion: 'Give draft, standard or high.',
        });
      if (folder !== undefined && !existsSync(folder))
        throw new DirectorError('INPUT_NOT_FOUND', `There is no folder ${folder}.`);
      const takesFolder = folder ?? join(scratch, 'takes');
      if (folder === undefined) await makeTakes(takesFolder, note);
      for (const take of findTakes(takesFolder)) {
        try {
          const measured = await measure(take, quality, join(scratch, 'world'));
          figures.push(...measured);
          note(measured.map(({ name, value }) => `${name} ${Number(value).toFixed(2)}`).join(', '));
        } catch (thrown) {
          const error = toDirectorError(thrown);
          if (!error.code.startsWith('LIFT_')) throw error;
          note(`${take.name}: ${error.code}: ${error.message}`);
          figures.push({ name: `${take.name}: ${F_AT_5}`, value: 0, unit: '' });
        }
      }
      const scores = figures.filter(({ name }) => name.endsWith(F_AT_5)).map(({ value }) => Number(value));
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      figures.push(
        { name: `${F_AT_5}, mean`, value: mean, unit: '', target: `≥ ${F_TARGET}`, met: mean >= F_TARGET },
        { name: `${F_AT_5}, least`, value: Math.min(...scores), unit: '' },
      );
      figures.push({ name: 'peak memory', value: process.resourceUsage().maxRSS / 1024, unit: 'MB' });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    return figures;
  },
};
