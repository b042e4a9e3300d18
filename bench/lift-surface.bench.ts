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
  sampleSurface,
  surfaceFScore,
} from './metrics/surfaceFScore.ts';

/** Metres between samples: well under the finest threshold. */
const SPACING = 0.04;
const MAX_SAMPLES = 500_000;
const AUC_TARGET = 80;
const F_TARGET = 0.5;

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
};
const FAULT_FREE = fileURLToPath(new URL('../scenes/failure-models/fault-free.json', import.meta.url));

/** One take without faults of each place. */
export async function makeTakes(folder: string, note: (line: string) => void): Promise<void> {
  const provider = await createProvider('procedural');
  for (const [place, prompt] of Object.entries(PLACES)) {
    note(`generating: ${place}`);
    await generate(prompt, {
      takes: 1,
      seconds: 4,
      width: 640,
      height: 360,
      framesPerSecond: 24,
      provider,
      seed: 1,
      out: join(folder, place),
      failureModel: FAULT_FREE,
    });
  }
}

async function measure(take: Take, quality: LiftQuality, out: string): Promise<BenchFigure[]> {
  const cameras: WorldCamera[] = JSON.parse(await readFile(join(take.truth, 'cameras.json'), 'utf8'));
  const cpuBefore = process.cpuUsage().user;
  const result = await lift(take.video, { out, quality, seed: 1 });
  const cpuSeconds = (process.cpuUsage().user - cpuBefore) / 1e6;
  const { manifest, visual } = await loadWorld(out, { decodeImages: false });
  const estimated = manifest?.cameras ?? [];
  const { auc5 } = poseAuc(readWorldCameras(estimated), readWorldCameras(cameras));

  const truth = await loadWorld(join(take.truth, 'world.glb'), { decodeImages: false });
  const similarity = alignCameras(estimated, cameras);
  const everything = sampleSurface(truth.visual, SPACING, MAX_SAMPLES, () => true);
  const sixth = cameras.filter((_, i) => i % 6 === 0);
  const seen = await keepSeen(everything, truth.visual, sixth);
  const spacing = SPACING / similarity.scale;
  const sample = (use: (isInferred: boolean) => boolean) =>
    applySimilarity(
      sampleSurface(visual, spacing, MAX_SAMPLES, part => use(part.inferred ?? false)),
      similarity,
    );
  const observed = sample(isInferred => !isInferred);
  const completed = sample(() => true);
  const at10 = surfaceFScore(observed, seen, 0.1);
  const figure = (name: string, value: number, unit = ''): BenchFigure => ({
    name: `${take.name}: ${name}`,
    value,
    unit,
  });
  return [
    { ...figure('AUC@5°', auc5, '%'), target: `≥ ${AUC_TARGET}`, met: auc5 >= AUC_TARGET },
    { ...figure('F at 10 cm, seen', at10.fScore), target: `≥ ${F_TARGET}`, met: at10.fScore >= F_TARGET },
    figure('precision at 10 cm', at10.precision),
    figure('recall at 10 cm', at10.recall),
    figure('F at 5 cm, seen', surfaceFScore(observed, seen, 0.05).fScore),
    figure('F at 10 cm with inferred', surfaceFScore(completed, seen, 0.1).fScore),
    figure('F at 5 cm with inferred', surfaceFScore(completed, seen, 0.05).fScore),
    figure('lift', result.seconds, 's'),
    figure('surface part', result.seconds - result.stages['poses'], 's'),
    figure('lift, CPU', cpuSeconds, 's'),
  ];
}

/**
 * Arguments: a folder that `generate` wrote (takes with their truth, at any depth) and the quality. Without them
 * it makes a fault-free take of each of six places and lifts it at standard quality.
 * Precision and recall count the surface that the take's cameras saw (Tanks and Temples), after the cameras are
 * aligned. A take that cannot be lifted counts as zero.
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
          figures.push({
            name: `${take.name}: F at 10 cm, seen`,
            value: 0,
            unit: '',
            target: `≥ ${F_TARGET}`,
            met: false,
          });
        }
      }
      figures.push({ name: 'peak memory', value: process.resourceUsage().maxRSS / 1024, unit: 'MB' });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    return figures;
  },
};
