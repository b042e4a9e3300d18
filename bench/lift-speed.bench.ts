import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { DirectorError } from '../engine/errors.ts';
import { generate } from '../pipeline/generate/generate.ts';
import { createProvider } from '../pipeline/generate/providers.ts';
import { decodeVideo } from '../pipeline/video/decodeVideo.ts';
import type { Bench, BenchFigure } from './bench.ts';
import { residentMebibytes } from './metrics/residentMemory.ts';

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
const FAULT_FREE = fileURLToPath(new URL('../scenes/failure-models/fault-free.json', import.meta.url));
const SECONDS_TARGET = { draft: 8, standard: 25 };
const MEBIBYTES_TARGET = 1536;
const SAMPLE_MILLISECONDS = 200;

interface Run {
  status: number | null;
  stdout: string;
  seconds: number;
  mebibytes: number;
}

async function runMeasured(command: string, words: readonly string[]): Promise<Run> {
  const start = performance.now();
  const child = spawn(command, words, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, QT_QPA_PLATFORM: 'offscreen' },
  });
  let stdout = '';
  child.stdout.on('data', chunk => {
    stdout += chunk;
  });
  let mebibytes = 0;
  const sampler = setInterval(async () => {
    if (child.pid) mebibytes = Math.max(mebibytes, await residentMebibytes(child.pid));
  }, SAMPLE_MILLISECONDS);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearInterval(sampler);
  return { status, stdout, seconds: (performance.now() - start) / 1000, mebibytes };
}

/** Seconds that COLMAP takes for the cameras alone, frames given as pictures; undefined where it finds no model. */
async function colmapSeconds(video: string, folder: string): Promise<number | undefined> {
  const images = join(folder, 'images');
  const sparse = join(folder, 'sparse');
  await mkdir(images, { recursive: true });
  await mkdir(sparse, { recursive: true });
  for await (const frame of decodeVideo(video, { format: 'rgb', maxLongSidePixels: 640 }))
    await sharp(frame.pixels, { raw: { width: frame.width, height: frame.height, channels: 3 } })
      .png()
      .toFile(join(images, `${String(frame.index).padStart(5, '0')}.png`));
  const database = ['--database_path', join(folder, 'database.db')];
  const pictures = ['--image_path', images];
  const steps = [
    ['feature_extractor', ...database, ...pictures, '--ImageReader.single_camera', '1'].concat([
      '--ImageReader.camera_model',
      'SIMPLE_PINHOLE',
      '--SiftExtraction.use_gpu',
      '0',
    ]),
    ['sequential_matcher', ...database, '--SiftMatching.use_gpu', '0'],
    ['mapper', ...database, ...pictures, '--output_path', sparse],
  ];
  let seconds = 0;
  for (const step of steps) {
    const run = await runMeasured('colmap', step);
    if (run.status !== 0) return undefined;
    seconds += run.seconds;
  }
  return existsSync(join(sparse, '0')) ? seconds : undefined;
}

/** `sora-director lift` as a person starts it, figures of wall time, memory and stages. */
async function measureLift(
  video: string,
  quality: 'draft' | 'standard',
  out: string,
): Promise<{ figures: BenchFigure[]; seconds: number }> {
  const words = [MAIN, 'lift', video, '--out', out, '--quality', quality, '--json'];
  const { status, stdout, seconds, mebibytes } = await runMeasured(process.execPath, words);
  if (status !== 0)
    throw new DirectorError('INTERNAL', `lift ended with status ${status}: ${stdout.slice(0, 500)}`);
  const target = SECONDS_TARGET[quality];
  const { stages }: { stages: Record<string, number> } = JSON.parse(stdout);
  const figures: BenchFigure[] = [
    {
      name: `${quality}: wall time`,
      value: seconds,
      unit: 's',
      target: `< ${target}`,
      met: seconds < target,
    },
    {
      name: `${quality}: peak memory of the process tree`,
      value: mebibytes,
      unit: 'MiB',
      target: `< ${MEBIBYTES_TARGET}`,
      met: mebibytes < MEBIBYTES_TARGET,
    },
    ...Object.entries(stages).map(([stage, value]) => ({ name: `${quality}: ${stage}`, value, unit: 's' })),
  ];
  return { figures, seconds };
}

/**
 * Argument: a video; without one a take of 4 s at 640×360 is made. The lift runs as a process of its own. COLMAP
 * (`apt-get install colmap`) runs beside it in the same run, for the cameras alone.
 */
export const bench: Bench = {
  summary: 'how long a lift takes, its memory and its stages, beside the cameras of COLMAP: [video]',
  async run([given], note) {
    const folder = await mkdtemp(join(tmpdir(), 'sora-speed-'));
    try {
      let video = given;
      if (video === undefined) {
        note('generating a take');
        await generate('A cosy living room with a sofa, the camera moves slowly', {
          takes: 1,
          seconds: 4,
          width: 640,
          height: 360,
          framesPerSecond: 24,
          provider: await createProvider('procedural'),
          seed: 1,
          out: join(folder, 'takes'),
          failureModel: FAULT_FREE,
        });
        video = join(folder, 'takes', 'take-01.mp4');
      }
      note('draft');
      const draft = await measureLift(video, 'draft', join(folder, 'draft'));
      note('standard');
      const standard = await measureLift(video, 'standard', join(folder, 'standard'));
      const figures = [...draft.figures, ...standard.figures];
      if (spawnSync('colmap', ['help'], { stdio: 'ignore' }).error)
        return [...figures, { name: 'COLMAP, cameras alone', value: 'not installed', unit: '' }];
      note('COLMAP');
      const seconds = await colmapSeconds(video, join(folder, 'colmap'));
      if (seconds === undefined)
        return [...figures, { name: 'COLMAP, cameras alone', value: 'no model', unit: '' }];
      const ratio = standard.seconds / seconds;
      return [
        ...figures,
        { name: 'COLMAP, cameras alone', value: seconds, unit: 's' },
        { name: 'standard / COLMAP', value: ratio, unit: '', target: '≤ 1', met: ratio <= 1 },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
