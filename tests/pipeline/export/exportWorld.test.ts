import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ErrorCode, toDirectorError } from '../../../engine/errors.ts';
import { createRandom } from '../../../engine/random.ts';
import { loadWorld } from '../../../engine/world/loadWorld.ts';
import { type SparseCloud, writeSparsePly } from '../../../engine/world/ply/sparsePly.ts';
import { readSplatPly } from '../../../engine/world/splats/readSplatPly.ts';
import { readSpz } from '../../../engine/world/splats/readSpz.ts';
import type { WorldCamera, WorldManifest } from '../../../engine/world/worldSchema.ts';
import { writeGlb } from '../../../engine/world/writeGlb.ts';
import { writeWorldFolder } from '../../../engine/world/writeWorldFolder.ts';
import { type ExportFormat, exportWorld } from '../../../pipeline/export/exportWorld.ts';
import { reconstructionOf } from '../../../pipeline/lift/cameras/givenCameras.ts';
import { readColmapFolder } from '../../../pipeline/lift/cameras/readColmapFolder.ts';
import { encodeVideo } from '../../../pipeline/video/encodeVideo.ts';
import { box, PLASTER, sheet } from '../../engine/solids.ts';

const FRAMES = 6;

/** Walks forward and turns, looking down a little. */
function camera(frame: number): WorldCamera {
  const yaw = 0.05 * frame;
  const pitch = -0.1;
  const [cy, sy, cp, sp] = [Math.cos(yaw / 2), Math.sin(yaw / 2), Math.cos(pitch / 2), Math.sin(pitch / 2)];
  return {
    frame,
    time: frame / 10,
    position: [0.1 * frame, 1.6, 2 - 0.2 * frame],
    rotation: [cy * sp, sy * cp, -sy * sp, cy * cp],
    fx: 60,
    fy: 61,
    cx: 31.5,
    cy: 24,
    width: 64,
    height: 48,
  };
}

/** Pixel and depth of a point; (0, 0) is the first pixel's centre. */
function project(c: WorldCamera, point: readonly number[]): [number, number, number] {
  const [x, y, z, w] = c.rotation;
  const d = point.map((value, k) => value - c.position[k]);
  const axis = (v: readonly number[]) => v.reduce((sum, value, k) => sum + value * d[k], 0);
  const right = axis([1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)]);
  const up = axis([2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)]);
  const depth = -axis([2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)]);
  return [(c.fx * right) / depth + c.cx, (c.fy * -up) / depth + c.cy, depth];
}

const cameras = Array.from({ length: FRAMES }, (_, frame) => camera(frame));
const random = createRandom(5);
const points = Array.from({ length: 40 }, () => [
  random.range(-1, 1.5),
  random.range(0.5, 2),
  random.range(-4, -2),
]);

function sparseCloud(): SparseCloud {
  const seen = points.flatMap((point, i) =>
    cameras.map(c => ({ i, frame: c.frame, pixel: project(c, point) })),
  );
  return {
    positions: Float32Array.from(points.flat()),
    colors: new Uint8Array(3 * points.length).fill(77),
    observedPoint: Int32Array.from(seen, ({ i }) => i),
    observedFrame: Int32Array.from(seen, ({ frame }) => frame),
    pixels: Float32Array.from(seen.flatMap(({ pixel }) => pixel.slice(0, 2))),
  };
}

const manifest: WorldManifest = {
  schema: 'sora-director/world@1',
  units: 'm',
  up: '+Y',
  source: { take: 'take.mp4' },
  scale: { source: 'assumed', factor: 1, confidence: 0.5 },
  cameras,
  spawns: [],
  objects: [],
  inferred: [],
};
const wall = sheet('wall', [
  [-2, 0, -4],
  [2, 0, -4],
  [2, 3, -4],
  [-2, 3, -4],
]);
const pixels = new Uint8Array(4 * 4).fill(255);
pixels[0] = 0;
const model = {
  nodes: [
    {
      ...wall,
      parts: wall.parts.map(part => ({ ...part, material: 1, uvs: Float32Array.of(0, 1, 1, 1, 1, 0, 0, 0) })),
    },
    box('crate one', [1, 0.5, -3], [1, 1, 1]),
  ],
  materials: [PLASTER, { ...PLASTER, name: 'papered', baseColorImage: 0 }],
  images: [{ width: 2, height: 2, pixels }],
};

let folder: string;
let world: string;
let bare: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-export-'));
  world = join(folder, 'world');
  await writeWorldFolder(world, {
    manifest,
    visual: model,
    collider: model,
    sparsePly: writeSparsePly(sparseCloud()),
  });
  bare = join(folder, 'bare.glb');
  await writeFile(bare, await writeGlb(model));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
async function exported(
  format: ExportFormat,
  options: { images?: boolean; video?: string; from?: string; splats?: number } = {},
) {
  const out = join(folder, `out-${count++}`);
  const result = await exportWorld(options.from ?? world, { format, out, ...options });
  return { out, files: result.files };
}

const codeOf = (work: Promise<unknown>): Promise<ErrorCode | 'done'> =>
  work.then(
    () => 'done' as const,
    error => toDirectorError(error).code,
  );

describe('export', () => {
  it('to COLMAP is read back as cameras that see the points where they were seen', async () => {
    const { out, files } = await exported('colmap', { images: false });
    expect(files.sort()).toEqual(['sparse/0/cameras.txt', 'sparse/0/images.txt', 'sparse/0/points3D.txt']);
    const read = reconstructionOf(
      await readColmapFolder(out),
      { width: 64, height: 48 },
      cameras.map(({ time }) => time),
      undefined,
    );
    expect(read.intrinsics).toMatchObject({ fx: 60, fy: 61, cx: 31.5, cy: 24 });
    expect(read.medianReprojectionErrorPixels).toBeLessThan(1e-4);
    expect(read.frames.map(({ frame }) => frame)).toEqual([0, 1, 2, 3, 4, 5]);
    // Up is −y of the exported world, and the camera that walked towards −Z walks towards +z.
    const center = ({ rotation: r, translation: t }: (typeof read.frames)[0]['cameraFromWorld']) =>
      [0, 1, 2].map(k => -(r[k] * t[0] + r[3 + k] * t[1] + r[6 + k] * t[2]));
    const [x, y, z] = center(read.frames[5].cameraFromWorld);
    expect([x, y, z].map(value => Math.round(value * 1e6) / 1e6)).toEqual([0.5, -1.6, -1]);
    const line = (await readFile(join(out, 'sparse/0/points3D.txt'), 'utf8')).split('\n')[1].split(' ');
    expect(line.slice(4, 7)).toEqual(['77', '77', '77']);
    expect(Number(line[7])).toBeLessThan(1e-4);
    expect(line).toHaveLength(8 + 2 * FRAMES);
  });

  it('to nerfstudio gives matrices under which a point lands on its pixel', async () => {
    const { out } = await exported('nerfstudio', { images: false });
    const document = JSON.parse(await readFile(join(out, 'transforms.json'), 'utf8'));
    expect(document.frames).toHaveLength(FRAMES);
    expect(document.frames[2].file_path).toBe('images/frame-000002.jpg');
    expect(document.ply_file_path).toBe('sparse_pc.ply');
    const applied: number[][] = document.applied_transform;
    for (const [i, frame] of document.frames.entries())
      for (const point of points.slice(0, 5)) {
        const p = applied.map(row => row[0] * point[0] + row[1] * point[1] + row[2] * point[2] + row[3]);
        const m: number[][] = frame.transform_matrix;
        const d = [0, 1, 2].map(k => p[k] - m[k][3]);
        const [right, up, back] = [0, 1, 2].map(k => m[0][k] * d[0] + m[1][k] * d[1] + m[2][k] * d[2]);
        const [u, v] = project(cameras[i], point);
        expect((frame.fl_x * right) / -back + frame.cx).toBeCloseTo(u + 0.5, 4);
        expect((frame.fl_y * -up) / -back + frame.cy).toBeCloseTo(v + 0.5, 4);
        // +Z is up.
        expect(p[2]).toBeCloseTo(point[1], 6);
      }
  });

  it('takes the pictures out of the video, at its own size', async () => {
    const video = join(folder, 'take.mp4');
    async function* pictures() {
      for (let frame = 0; frame < FRAMES; frame++) yield new Uint8Array(128 * 96 * 4).fill(40 * frame + 20);
    }
    await encodeVideo(video, { width: 128, height: 96, framesPerSecond: 10 }, pictures());
    const { out } = await exported('colmap');
    expect(await readdir(join(out, 'images'))).toHaveLength(FRAMES);
    const cameraLine = (await readFile(join(out, 'sparse/0/cameras.txt'), 'utf8')).split('\n')[1];
    expect(cameraLine).toBe('1 PINHOLE 128 96 120 122 64 49');
    const { default: sharp } = await import('sharp');
    const { channels } = await sharp(join(out, 'images/frame-000004.jpg')).stats();
    expect(Math.abs(channels[1].mean - 180)).toBeLessThan(6);
    await rm(video);
  });

  it('to GLB loads again, to OBJ and PLY has every triangle', async () => {
    const glb = await exported('glb');
    const again = await loadWorld(join(glb.out, 'world.glb'));
    expect(again.visual.nodes.map(({ name }) => name)).toEqual(['wall', 'crate one']);

    const obj = await exported('obj');
    expect(obj.files.sort()).toEqual(['image-0.png', 'world.mtl', 'world.obj']);
    const lines = (await readFile(join(obj.out, 'world.obj'), 'utf8')).split('\n');
    expect(lines.filter(line => line.startsWith('f '))).toHaveLength(14);
    expect(lines.filter(line => line.startsWith('v '))).toHaveLength(12);
    expect(lines).toContain('o crate_one');
    expect(lines.filter(line => /^f 5\/|^f \d+\/\d+ /.test(line))).toHaveLength(2);
    expect(await readFile(join(obj.out, 'world.mtl'), 'utf8')).toContain('map_Kd image-0.png');

    const ply = await exported('ply');
    const bytes = await readFile(join(ply.out, 'world.ply'));
    expect(bytes.toString('latin1')).toContain('element face 14\n');
    expect(bytes.length - bytes.indexOf('end_header\n') - 11).toBe(12 * 15 + 14 * 13);
  });

  it('makes splats of a world that has none, and gives the folder’s own where it has', async () => {
    const made = readSplatPly(
      await readFile(join((await exported('splats', { splats: 3000 })).out, 'splats.ply')),
      'made',
    );
    expect(made.count).toBeGreaterThan(1000);
    expect(made.positions.every((value, i) => i % 3 !== 1 || value > -1e-3)).toBe(true);
    const spz = await exported('spz', { from: bare, splats: 3000 });
    expect(readSpz(await readFile(join(spz.out, 'splats.spz')), 'bare').count).toBeGreaterThan(1000);
    await writeFile(join(world, 'splats.ply'), 'as it is');
    expect(await readFile(join((await exported('splats')).out, 'splats.ply'), 'utf8')).toBe('as it is');
    await rm(join(world, 'splats.ply'));
  });

  it('is refused by code, and leaves nothing behind', async () => {
    const before = await readdir(folder);
    expect(await codeOf(exported('colmap'))).toBe('INPUT_NOT_FOUND');
    expect(await codeOf(exported('colmap', { video: bare, images: true }))).not.toBe('done');
    expect(await codeOf(exported('nerfstudio', { from: bare, images: false }))).toBe('EXPORT_NO_CAMERAS');
    expect(await codeOf(exportWorld(world, { format: 'glb', out: world }))).toBe('OUTPUT_OCCUPIED');
    expect(
      await codeOf(
        exportWorld(world, { format: 'glb', out: join(folder, 'x'), signal: AbortSignal.abort() }),
      ),
    ).toBe('CANCELLED');
    expect(await readdir(folder)).toEqual(before);
  });

  it('refuses another video than the world’s', async () => {
    const hashed = join(folder, 'hashed');
    await writeWorldFolder(hashed, {
      manifest: { ...manifest, source: { take: 'take.mp4', videoSha256: 'f'.repeat(64) } },
      visual: model,
      collider: model,
    });
    expect(await codeOf(exported('colmap', { from: hashed, video: bare }))).toBe('INPUT_UNREADABLE');
  });
});
