import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import { DirectorError, toDirectorError } from '../engine/errors.ts';
import { fovOfFocal } from '../pipeline/lift/poses/estimateFocal.ts';
import { estimatePoses } from '../pipeline/lift/poses/estimatePoses.ts';
import type { CameraFromWorld } from '../pipeline/lift/types.ts';
import { decodeVideo } from '../pipeline/video/decodeVideo.ts';
import { type Bench, type BenchFigure, fixturesFolder } from './bench.ts';
import { poseAuc } from './metrics/poseAuc.ts';
import { readOpenCvPoses, readWorldCameras, rotationFromQuaternion } from './metrics/readPoses.ts';

interface Clip {
  name: string;
  video: string;
  poses: Map<number, CameraFromWorld>;
  fovDegrees: number;
  /** AUC@5° promised. */
  target: number;
}

const ROOMS = ['v-re10k-0bf152', 'v-re10k-0f6837', 'v-re10k-2c80f9', 'v-kitti-2'];

async function fixtureClips(): Promise<Clip[]> {
  const clips: Clip[] = [];
  for (const name of ROOMS) {
    const folder = join(fixturesFolder(), 'internal', name);
    if (!existsSync(folder)) continue;
    const file = JSON.parse(await readFile(join(folder, 'gt_poses.json'), 'utf8'));
    clips.push({
      name,
      video: join(folder, 'video.mp4'),
      poses: readOpenCvPoses(file),
      fovDegrees: fovOfFocal(file.K.fx, file.K.w),
      target: 60,
    });
  }
  return clips;
}

/** A take of the procedural provider: its truth folder lies beside it. */
async function takeClip(video: string): Promise<Clip> {
  const cameras = JSON.parse(
    await readFile(join(video.replace(/\.[^.]+$/, '.truth'), 'cameras.json'), 'utf8'),
  );
  return {
    name: `${basename(dirname(video))}/${basename(video)}`,
    video,
    poses: readWorldCameras(cameras),
    fovDegrees: fovOfFocal(cameras[0].fx, cameras[0].width),
    target: 80,
  };
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

/** COLMAP's sequential pipeline on the same frames with an unknown focal length; undefined when it finds no model. */
async function colmapPoses(video: string): Promise<Map<number, CameraFromWorld> | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'sora-colmap-'));
  try {
    const images = join(folder, 'images');
    const sparse = join(folder, 'sparse');
    await mkdir(images);
    await mkdir(sparse);
    for await (const frame of decodeVideo(video, { format: 'rgb', maxLongSidePixels: 640 }))
      await sharp(frame.pixels, { raw: { width: frame.width, height: frame.height, channels: 3 } })
        .png()
        .toFile(join(images, `${String(frame.index).padStart(5, '0')}.png`));
    const database = join(folder, 'database.db');
    const steps = [
      [
        'feature_extractor',
        '--database_path',
        database,
        '--image_path',
        images,
        '--ImageReader.single_camera',
        '1',
      ].concat(['--ImageReader.camera_model', 'SIMPLE_PINHOLE', '--SiftExtraction.use_gpu', '0']),
      ['sequential_matcher', '--database_path', database, '--SiftMatching.use_gpu', '0'],
      ['mapper', '--database_path', database, '--image_path', images, '--output_path', sparse],
    ];
    for (const step of steps) if (!(await runColmap(step))) return undefined;
    const model = join(sparse, '0');
    if (!existsSync(model)) return undefined;
    const convert = [
      'model_converter',
      '--input_path',
      model,
      '--output_path',
      model,
      '--output_type',
      'TXT',
    ];
    if (!(await runColmap(convert))) return undefined;
    const lines = (await readFile(join(model, 'images.txt'), 'utf8'))
      .split('\n')
      .filter(line => !line.startsWith('#'));
    const poses = new Map<number, CameraFromWorld>();
    for (let i = 0; i + 1 < lines.length; i += 2) {
      const [, qw, qx, qy, qz, tx, ty, tz, , name] = lines[i].split(' ');
      const rotation = rotationFromQuaternion(Number(qx), Number(qy), Number(qz), Number(qw));
      poses.set(Number.parseInt(name, 10), {
        rotation,
        translation: Float64Array.of(Number(tx), Number(ty), Number(tz)),
      });
    }
    return poses;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const bench: Bench = {
  summary:
    'camera poses and focal length from video: registered frames, AUC, seconds; COLMAP beside it with --colmap',
  async run(args, note) {
    const videos = args.filter(arg => !arg.startsWith('--'));
    const clips = videos.length > 0 ? await Promise.all(videos.map(takeClip)) : await fixtureClips();
    if (clips.length === 0)
      note('no clips: the fixtures are absent; give takes of the procedural provider by path');
    const withColmap = args.includes('--colmap');
    if (withColmap && spawnSync('colmap', ['help'], { stdio: 'ignore' }).error)
      throw new DirectorError('USAGE', 'colmap is not on the PATH.', {
        suggestion: 'Install COLMAP or leave out --colmap.',
      });
    const figures: BenchFigure[] = [];
    for (const clip of clips) {
      const started = performance.now();
      const before = process.cpuUsage();
      try {
        const sparse = await estimatePoses(clip.video);
        const seconds = (performance.now() - started) / 1000;
        const cpuSeconds = process.cpuUsage(before).user / 1e6;
        const accuracy = poseAuc(new Map(sparse.frames.map(f => [f.frame, f.cameraFromWorld])), clip.poses);
        const fov = fovOfFocal(sparse.intrinsics.fx, sparse.intrinsics.width);
        note(
          `${clip.name}: ${sparse.frames.length}/${sparse.framesTotal} frames, AUC@5/10/30 ${accuracy.auc5.toFixed(1)}/${accuracy.auc10.toFixed(1)}/${accuracy.auc30.toFixed(1)}, fov ${fov.toFixed(1)}° (true ${clip.fovDegrees.toFixed(1)}°), ${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s CPU)`,
        );
        figures.push(
          {
            name: `${clip.name} registered`,
            value: 100 * accuracy.registeredShare,
            unit: '%',
            target: '≥ 90',
            met: accuracy.registeredShare >= 0.9,
          },
          {
            name: `${clip.name} AUC@5°`,
            value: accuracy.auc5,
            unit: '%',
            target: `≥ ${clip.target}`,
            met: accuracy.auc5 >= clip.target,
          },
          { name: `${clip.name} fov error`, value: fov - clip.fovDegrees, unit: '°' },
          { name: `${clip.name} CPU`, value: cpuSeconds, unit: 's' },
        );
      } catch (thrown) {
        const error = toDirectorError(thrown);
        if (!error.code.startsWith('LIFT_')) throw error;
        note(`${clip.name}: ${error.code}: ${error.message}`);
        figures.push({
          name: `${clip.name} AUC@5°`,
          value: 0,
          unit: '%',
          target: `≥ ${clip.target}`,
          met: false,
        });
      }
      if (!withColmap) continue;
      const colmapStarted = performance.now();
      const poses = await colmapPoses(clip.video);
      const auc5 = poses ? poseAuc(poses, clip.poses).auc5 : 0;
      const seconds = (performance.now() - colmapStarted) / 1000;
      note(
        `${clip.name}: COLMAP ${poses?.size ?? 0} frames, AUC@5 ${auc5.toFixed(1)}, ${seconds.toFixed(1)} s`,
      );
      figures.push(
        { name: `${clip.name} COLMAP AUC@5°`, value: auc5, unit: '%' },
        { name: `${clip.name} COLMAP`, value: seconds, unit: 's' },
      );
    }
    return figures;
  },
};
