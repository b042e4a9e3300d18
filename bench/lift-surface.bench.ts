import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadWorld } from '../engine/world/loadWorld.ts';
import type { WorldCamera } from '../engine/world/worldSchema.ts';
import { type LiftQuality, lift } from '../pipeline/lift/lift.ts';
import type { Bench, BenchFigure } from './bench.ts';
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

interface Take {
  name: string;
  video: string;
  truth: string;
}

function findTakes(folder: string): Take[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.mp4'))
    .map(path => {
      const video = join(folder, path);
      return { name: path.replace(/\.mp4$/, ''), video, truth: video.replace(/\.mp4$/, '.truth') };
    })
    .filter(({ truth }) => existsSync(join(truth, 'world.glb')))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * Arguments: the folder that `generate` wrote (takes with their truth), then optionally the quality.
 * Precision and recall count the surface that the take's cameras saw (Tanks and Temples), after the cameras are aligned.
 */
export const bench: Bench = {
  summary: 'Lift takes with a truth and measure their surfaces: [folder of takes] [quality]',
  async run([folder, quality = 'standard'], note) {
    if (!folder || !existsSync(folder)) {
      note(
        'Give a folder of takes with truth: sora-director generate … --failure-model scenes/failure-models/fault-free.json --out DIR',
      );
      return [];
    }
    const figures: BenchFigure[] = [];
    const scratch = await mkdtemp(join(tmpdir(), 'lift-bench-'));
    try {
      for (const take of findTakes(folder)) {
        note(take.name);
        const out = join(scratch, 'world');
        const cpuBefore = process.cpuUsage().user;
        const result = await lift(take.video, { out, quality: quality as LiftQuality, seed: 1 });
        const cpuSeconds = (process.cpuUsage().user - cpuBefore) / 1e6;
        const { manifest, visual } = await loadWorld(out, { decodeImages: false });
        const truth = await loadWorld(join(take.truth, 'world.glb'), { decodeImages: false });
        const cameras: WorldCamera[] = JSON.parse(await readFile(join(take.truth, 'cameras.json'), 'utf8'));
        const similarity = alignCameras(manifest?.cameras ?? [], cameras);
        const everything = sampleSurface(truth.visual, SPACING, MAX_SAMPLES, () => true);
        const seen = await keepSeen(
          everything,
          truth.visual,
          cameras.filter((_, i) => i % 8 === 0),
        );
        const spacing = SPACING / similarity.scale;
        const observed = applySimilarity(
          sampleSurface(visual, spacing, MAX_SAMPLES, part => !part.inferred),
          similarity,
        );
        const completed = applySimilarity(
          sampleSurface(visual, spacing, MAX_SAMPLES, () => true),
          similarity,
        );
        const at10 = surfaceFScore(observed, seen, 0.1);
        figures.push(
          {
            name: `${take.name}: F at 10 cm, seen`,
            value: at10.fScore,
            unit: '',
            target: '≥ 0.5',
            met: at10.fScore >= 0.5,
          },
          { name: `${take.name}: precision at 10 cm`, value: at10.precision, unit: '' },
          { name: `${take.name}: recall at 10 cm`, value: at10.recall, unit: '' },
          {
            name: `${take.name}: F at 5 cm, seen`,
            value: surfaceFScore(observed, seen, 0.05).fScore,
            unit: '',
          },
          {
            name: `${take.name}: F at 10 cm with inferred`,
            value: surfaceFScore(completed, seen, 0.1).fScore,
            unit: '',
          },
          { name: `${take.name}: lift`, value: result.seconds, unit: 's' },
          { name: `${take.name}: surface part`, value: result.seconds - result.stages['poses'], unit: 's' },
          { name: `${take.name}: lift, CPU`, value: cpuSeconds, unit: 's' },
        );
      }
      figures.push({ name: 'peak memory', value: process.resourceUsage().maxRSS / 1024, unit: 'MB' });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    return figures;
  },
};
