import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import sharp from 'sharp';
import { drawBackdrop } from '../engine/camera/drawBackdrop.ts';
import {
  type CameraView,
  createSoftwareCamera,
  type SoftwareCamera,
} from '../engine/camera/softwareCamera.ts';
import { DirectorError } from '../engine/errors.ts';
import type { Backdrop } from '../engine/world/backdrop.ts';
import { loadWorld } from '../engine/world/loadWorld.ts';
import type { WorldCamera } from '../engine/world/worldSchema.ts';
import { readBackdrop } from '../pipeline/lift/backdrop/backdropFile.ts';
import { UNLIT, worldFromCamera } from '../pipeline/lift/surface/renderPreview.ts';
import type { Bench, BenchFigure } from './bench.ts';

const WIDTH = 640;
const HEIGHT = 360;
/** Focal length of the viewpoints that no camera had, in widths: a lens of about 80°. */
const WIDE = 0.6;

type Vector = readonly [number, number, number];

function view(worldFromCameraMatrix: Float64Array, focal: number): CameraView {
  const [width, height] = [WIDTH, HEIGHT];
  return {
    worldFromCamera: worldFromCameraMatrix,
    fx: focal * WIDTH,
    fy: focal * WIDTH,
    cx: (WIDTH - 1) / 2,
    cy: (HEIGHT - 1) / 2,
    width,
    height,
  };
}

/** 4×4 column-major, level, at `eye`, looking at `target`. */
function lookingAt(eye: Vector, target: Vector): Float64Array {
  const back = unit([eye[0] - target[0], eye[1] - target[1], eye[2] - target[2]]);
  const right = unit([back[2], 0, -back[0]]);
  const up = [
    back[1] * right[2] - back[2] * right[1],
    back[2] * right[0] - back[0] * right[2],
    back[0] * right[1] - back[1] * right[0],
  ];
  return Float64Array.from([...right, 0, ...up, 0, ...back, 0, ...eye, 1]);
}

function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
}

/** What the camera looks along, turned about +Y. */
function ahead(camera: WorldCamera, turn: number): Vector {
  const m = worldFromCamera(camera);
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  return unit([-(m[8] * c + m[10] * s), 0, -(m[10] * c - m[8] * s)]);
}

function along([x, y, z]: Vector, [dx, dy, dz]: Vector, meters: number, up: number): Vector {
  return [x + dx * meters, y + dy * meters + up, z + dz * meters];
}

/** As filmed in the middle; a step aside; turned left at the end; from behind and above the start. */
function viewpoints(cameras: readonly WorldCamera[]): CameraView[] {
  const [first, middle, last] = [cameras[0], cameras[cameras.length >> 1], cameras[cameras.length - 1]];
  const scale = WIDTH / middle.width;
  const filmed = {
    ...view(worldFromCamera(middle), middle.fx / middle.width),
    fy: middle.fy * scale,
    cx: middle.cx * scale,
    cy: (HEIGHT - middle.height * scale) / 2 + middle.cy * scale,
  };
  const aside = along(middle.position, ahead(middle, -Math.PI / 2), 0.8, 0);
  const high = along(first.position, ahead(first, 0), -3, 2);
  return [
    filmed,
    view(lookingAt(aside, along(middle.position, ahead(middle, 0), 4, -0.3)), WIDE),
    view(lookingAt(last.position, along(last.position, ahead(last, 0.8), 3, -0.6)), WIDE),
    view(lookingAt(high, along(first.position, ahead(first, 0), 3, -1)), WIDE),
  ];
}

/** Shrunk afterwards, edges are smooth, those against the backdrop too. */
function twiceAsFine({ fx, fy, cx, cy, width, height, ...view }: CameraView): CameraView {
  const finer = { fx: 2 * fx, fy: 2 * fy, cx: 2 * cx + 0.5, cy: 2 * cy + 0.5 };
  return { ...view, ...finer, width: 2 * width, height: 2 * height };
}

async function draw(
  software: SoftwareCamera,
  shot: CameraView,
  backdrop: Backdrop | undefined,
): Promise<{ png: Buffer; drawn: number }> {
  const fine = twiceAsFine(shot);
  const frame = software.render(fine, UNLIT);
  if (backdrop) drawBackdrop(frame, fine, backdrop);
  const { color, depth, width, height } = frame;
  const png = await sharp(color, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .resize(shot.width, shot.height, { kernel: 'cubic' })
    .png()
    .toBuffer();
  return { png, drawn: depth.filter(Number.isFinite).length / depth.length };
}

async function backdropOf(world: string): Promise<Backdrop | undefined> {
  const file = join(world, 'backdrop.webp');
  return existsSync(file) ? readBackdrop(await readFile(file)) : undefined;
}

/** Arguments: a folder for the pictures, then lifted worlds. Writes WORLD.png with four viewpoints of each. */
export const bench: Bench = {
  summary: 'draw lifted worlds from four viewpoints, to look at: FOLDER WORLD…',
  async run([folder, ...worlds], note) {
    if (folder === undefined || worlds.length === 0)
      throw new DirectorError('USAGE', 'Name a folder for the pictures and one or more world folders.');
    await mkdir(folder, { recursive: true });
    const figures: BenchFigure[] = [];
    for (const path of worlds) {
      const { visual, manifest } = await loadWorld(path);
      const name = basename(resolve(path));
      if (!manifest || manifest.cameras.length === 0) {
        note(`${name}: no cameras in it`);
        continue;
      }
      const backdrop = await backdropOf(path);
      const software = await createSoftwareCamera(visual);
      const shots = [];
      for (const shot of viewpoints(manifest.cameras)) shots.push(await draw(software, shot, backdrop));
      software.dispose();
      await sharp({ create: { width: 2 * WIDTH, height: 2 * HEIGHT, channels: 3, background: '#000' } })
        .composite(
          shots.map(({ png }, i) => ({
            input: png,
            left: (i % 2) * WIDTH,
            top: Math.floor(i / 2) * HEIGHT,
          })),
        )
        .png()
        .toFile(join(folder, `${name}.png`));
      for (const [i, { drawn }] of shots.entries())
        figures.push({ name: `${name}: share drawn, view ${i + 1}`, value: drawn, unit: '' });
    }
    return figures;
  },
};
