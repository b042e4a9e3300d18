import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import { createSoftwareCamera, type Lighting } from '../engine/camera/softwareCamera.ts';
import { DirectorError, toDirectorError } from '../engine/errors.ts';
import { loadWorld } from '../engine/world/loadWorld.ts';
import { readSpz } from '../engine/world/splats/readSpz.ts';
import type { WorldCamera } from '../engine/world/worldSchema.ts';
import { lift } from '../pipeline/lift/lift.ts';
import { shrinkImage } from '../pipeline/lift/surface/loadViews.ts';
import { worldFromCamera } from '../pipeline/lift/surface/renderPreview.ts';
import { decodeVideo } from '../pipeline/video/decodeVideo.ts';
import { type Bench, type BenchFigure, fixturesFolder } from './bench.ts';
import { renderSplats } from './metrics/renderSplats.ts';

const ROOMS = ['0bf152', '0f6837', '2c80f9'].map(name => `internal/v-re10k-${name}/video.mp4`);
const PICTURES = 8;

const UNLIT: Lighting = {
  sunDirection: [0, 1, 0],
  sunColor: [0, 0, 0],
  skyAmbient: [1, 1, 1],
  groundAmbient: [1, 1, 1],
  background: { zenith: [0, 0, 0], horizon: [0, 0, 0] },
  fogColor: [0, 0, 0],
  fogDensityPerMeter: 0,
  shadows: false,
  exposure: 1,
};

/** Peak signal-to-noise ratio over the pixels of a mask, decibels. */
function psnr(a: Uint8Array, b: Uint8Array, counts: (pixel: number) => boolean): number {
  let squares = 0;
  let count = 0;
  for (let i = 0; i < a.length; i++)
    if (counts(Math.floor(i / 3))) {
      squares += (a[i] - b[i]) ** 2;
      count++;
    }
  return 10 * Math.log10((255 * 255 * count) / Math.max(1e-9, squares));
}

/** The video's frames at the size of their cameras, sRGB, 3 bytes a pixel. */
async function frames(video: string, cameras: readonly WorldCamera[]): Promise<Map<number, Uint8Array>> {
  const found = new Map<number, Uint8Array>();
  for await (const { index, width, height, pixels } of decodeVideo(video, { format: 'rgb' })) {
    const camera = cameras.find(({ frame }) => frame === index);
    if (camera) found.set(index, shrinkImage(pixels, width, height, 3, camera.width, camera.height));
  }
  return found;
}

async function measure(video: string, out: string, pictures: string | undefined): Promise<BenchFigure[]> {
  const { stages } = await lift(video, { out, quality: 'standard', seed: 1 });
  const { manifest, visual } = await loadWorld(out);
  const all = manifest?.cameras ?? [];
  const cameras = Array.from(
    { length: PICTURES },
    (_, i) => all[Math.floor(((i + 0.5) * all.length) / PICTURES)],
  );
  const spz = await readFile(join(out, 'splats.spz'));
  const ply = await readFile(join(out, 'splats.ply'));
  const cloud = readSpz(spz, 'splats.spz');
  const truth = await frames(video, cameras);
  const software = await createSoftwareCamera(visual);
  const sums = { splats: 0, mesh: 0, coverage: 0 };
  const rows: Uint8Array[] = [];
  for (const camera of cameras) {
    const shown = truth.get(camera.frame);
    if (!shown) throw new DirectorError('VIDEO_UNREADABLE', `${video} lacks frame ${camera.frame}.`);
    const { rgb, coverage } = renderSplats(cloud, camera);
    const { color } = software.render({ ...camera, worldFromCamera: worldFromCamera(camera) }, UNLIT);
    const mesh = Uint8Array.from(rgb, (_, i) => color[4 * Math.floor(i / 3) + (i % 3)]);
    const isCovered = (pixel: number) => coverage[pixel] > 0.5;
    sums.splats += psnr(rgb, shown, isCovered) / cameras.length;
    sums.mesh += psnr(mesh, shown, isCovered) / cameras.length;
    sums.coverage += coverage.reduce((sum, value) => sum + value, 0) / coverage.length / cameras.length;
    rows.push(beside([shown, rgb, mesh], camera.width, camera.height));
  }
  software.dispose();
  const name = basename(dirname(video));
  if (pictures !== undefined) {
    await mkdir(pictures, { recursive: true });
    const { width, height } = cameras[0];
    const raw = { width: 3 * width, height: rows.length * height, channels: 3 as const };
    await sharp(Buffer.concat(rows), { raw })
      .png()
      .toFile(join(pictures, `${name}.png`));
  }
  const figure = (what: string, value: number, unit: string) => ({ name: `${name}: ${what}`, value, unit });
  return [
    figure('PSNR of the splats where they cover', sums.splats, 'dB'),
    figure('PSNR of the mesh there', sums.mesh, 'dB'),
    figure('covered', 100 * sums.coverage, '%'),
    figure('Gaussians', cloud.count, ''),
    figure('splats.ply', ply.length / 1e6, 'MB'),
    figure('splats.spz', spz.length / 1e6, 'MB'),
    figure('stage', stages['splats'], 's'),
  ];
}

function beside(images: readonly Uint8Array[], width: number, height: number): Uint8Array {
  const row = 3 * width;
  const out = new Uint8Array(images.length * row * height);
  for (let y = 0; y < height; y++)
    for (const [i, image] of images.entries())
      out.set(image.subarray(y * row, (y + 1) * row), (y * images.length + i) * row);
  return out;
}

/** Arguments: videos, else the rooms of the fixtures; pictures=DIR writes frame, splats and mesh side by side. */
export const bench: Bench = {
  summary:
    'lift videos and hold their splats, drawn from the cameras, against the frames: [video…] [pictures=dir]',
  async run(args, note) {
    const pictures = args.find(arg => arg.startsWith('pictures='))?.slice('pictures='.length);
    const given = args.filter(arg => !arg.startsWith('pictures='));
    const videos = (given.length > 0 ? given : ROOMS.map(room => join(fixturesFolder(), room))).filter(
      existsSync,
    );
    if (videos.length === 0) note('no videos: the fixtures are absent; give some by path');
    const scratch = await mkdtemp(join(tmpdir(), 'splat-bench-'));
    const figures: BenchFigure[] = [];
    try {
      for (const video of videos) {
        try {
          const measured = await measure(video, join(scratch, 'world'), pictures);
          figures.push(...measured);
          note(measured.map(({ name, value }) => `${name} ${Number(value).toFixed(2)}`).join(', '));
        } catch (thrown) {
          const error = toDirectorError(thrown);
          if (!error.code.startsWith('LIFT_')) throw error;
          note(`${video}: ${error.code}: ${error.message}`);
        }
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    return figures;
  },
};
