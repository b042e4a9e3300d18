import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { CameraFromWorld } from '../../pipeline/lift/types.ts';
import { decodeVideo } from '../../pipeline/video/decodeVideo.ts';
import { rotationFromQuaternion } from '../metrics/readPoses.ts';

export interface ColmapModel {
  /** By frame of the video. */
  poses: Map<number, CameraFromWorld>;
  focalPixels: number;
  widthPixels: number;
}

/** What COLMAP says of itself, or undefined where it is not installed. */
export function colmapVersion(): string | undefined {
  const { error, stdout } = spawnSync('colmap', ['help'], { encoding: 'utf8' });
  return error ? undefined : (/COLMAP [\d.]+/.exec(stdout)?.[0] ?? 'COLMAP');
}

function runColmap(args: string[]): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn('colmap', args, {
      stdio: 'ignore',
      env: { ...process.env, QT_QPA_PLATFORM: 'offscreen' },
    });
    child.on('error', () => resolve(false));
    child.on('exit', code => resolve(code === 0));
  });
}

async function dataLines(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).split('\n').filter(line => !line.startsWith('#'));
}

/** Reads a model of text files with one SIMPLE_PINHOLE camera whose images are named by their frame. */
async function readModel(folder: string): Promise<ColmapModel> {
  const [, , width, , focal] = (await dataLines(join(folder, 'cameras.txt')))[0].split(' ');
  const lines = await dataLines(join(folder, 'images.txt'));
  const poses = new Map<number, CameraFromWorld>();
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [, qw, qx, qy, qz, tx, ty, tz, , name] = lines[i].split(' ');
    poses.set(Number.parseInt(name, 10), {
      rotation: rotationFromQuaternion(Number(qx), Number(qy), Number(qz), Number(qw)),
      translation: Float64Array.of(Number(tx), Number(ty), Number(tz)),
    });
  }
  return { poses, focalPixels: Number(focal), widthPixels: Number(width) };
}

/**
 * COLMAP's own pipeline for videos (SIFT, sequential matching, mapper; all on the CPU, its defaults otherwise) on
 * every frame at the size that the lift works on, with an unknown focal length, as a user has it.
 * @returns the model with most images; undefined where COLMAP finds none.
 */
export async function colmapPoses(
  video: string,
  maxLongSidePixels: number,
): Promise<ColmapModel | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'sora-colmap-'));
  try {
    const images = join(folder, 'images');
    const sparse = join(folder, 'sparse');
    const database = join(folder, 'database.db');
    await mkdir(images);
    await mkdir(sparse);
    for await (const frame of decodeVideo(video, { format: 'rgb', maxLongSidePixels }))
      await sharp(frame.pixels, { raw: { width: frame.width, height: frame.height, channels: 3 } })
        .png({ compressionLevel: 1 })
        .toFile(join(images, `${String(frame.index).padStart(5, '0')}.png`));
    const files = ['--database_path', database, '--image_path', images];
    const camera = ['--ImageReader.single_camera', '1', '--ImageReader.camera_model', 'SIMPLE_PINHOLE'];
    const steps = [
      ['feature_extractor', ...files, ...camera, '--SiftExtraction.use_gpu', '0'],
      ['sequential_matcher', '--database_path', database, '--SiftMatching.use_gpu', '0'],
      ['mapper', ...files, '--output_path', sparse],
    ];
    for (const step of steps) if (!(await runColmap(step))) return undefined;
    let best: ColmapModel | undefined;
    for (const name of readdirSync(sparse)) {
      const model = join(sparse, name);
      if (!existsSync(join(model, 'images.bin'))) continue;
      const paths = ['--input_path', model, '--output_path', model];
      if (!(await runColmap(['model_converter', ...paths, '--output_type', 'TXT']))) continue;
      const read = await readModel(model);
      if (!best || read.poses.size > best.poses.size) best = read;
    }
    return best;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
