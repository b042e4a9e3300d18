import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { DirectorError } from '../../engine/errors.ts';
import { type LongOptions, throwIfCancelled } from '../../engine/progress.ts';
import { type LoadedWorld, loadWorld } from '../../engine/world/loadWorld.ts';
import { readSparsePly, type SparseCloud } from '../../engine/world/ply/sparsePly.ts';
import { readSplatPly } from '../../engine/world/splats/readSplatPly.ts';
import { readSpz } from '../../engine/world/splats/readSpz.ts';
import type { SplatCloud } from '../../engine/world/splats/splatCloud.ts';
import { splatsFromModel } from '../../engine/world/splats/splatsFromModel.ts';
import { writeSplatPly } from '../../engine/world/splats/writeSplatPly.ts';
import { writeSpz } from '../../engine/world/splats/writeSpz.ts';
import type { WorldCamera } from '../../engine/world/worldSchema.ts';
import { writeGlb } from '../../engine/world/writeGlb.ts';
import { writePly } from '../../engine/world/writePly.ts';
import { decodedSize, decodeVideo } from '../video/decodeVideo.ts';
import { probeVideo } from '../video/probeVideo.ts';
import { colmapTexts, type ExportedCamera } from './colmapModel.ts';
import { findTake } from './findTake.ts';
import { meshPly } from './meshPly.ts';
import { nerfstudioPoint, nerfstudioTransforms } from './nerfstudio.ts';
import { objFiles } from './obj.ts';
import { writeNewFolder } from './writeNewFolder.ts';

export const EXPORT_FORMATS = ['colmap', 'nerfstudio', 'ply', 'glb', 'obj', 'splats', 'spz'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions extends LongOptions {
  format: ExportFormat;
  /** A folder that is not there yet, or is empty. */
  out: string;
  /** For colmap and nerfstudio: the take, where it does not lie beside the world. */
  video?: string | undefined;
  /** For colmap and nerfstudio: false leaves the pictures out, and needs no video. Default true. */
  images?: boolean | undefined;
  /** For splats and spz of a world that has none: how many Gaussians at most. Default 200,000. */
  splats?: number | undefined;
}

export interface ExportResult {
  format: ExportFormat;
  /** Absolute path of the folder. */
  out: string;
  /** By path in the folder. */
  files: string[];
}

type Write = (path: string, content: Uint8Array | string) => Promise<void>;

/** Pictures for training: what is lost at this quality is less than the video's own loss. */
const JPEG_QUALITY = 95;
/** Gaussians made of a world that has none. */
const SPLATS = 200_000;

/**
 * Writes a world in a form that other programs read; docs/formats.md describes each.
 * @throws what loadWorld throws; EXPORT_NO_CAMERAS (colmap or nerfstudio of a world without cameras);
 *   INPUT_NOT_FOUND, INPUT_UNREADABLE (the video); what decodeVideo throws; OUTPUT_OCCUPIED, OUTPUT_UNWRITABLE,
 *   CANCELLED. Nothing half-written is left.
 */
export async function exportWorld(path: string, options: ExportOptions): Promise<ExportResult> {
  const { format, out, signal } = options;
  throwIfCancelled(signal);
  const world = await loadWorld(path);
  const files = await writeNewFolder(out, write => WRITERS[format](world, options, write));
  return { format, out: resolve(out), files };
}

const WRITERS: Record<
  ExportFormat,
  (world: LoadedWorld, options: ExportOptions, write: Write) => Promise<void>
> = {
  glb: async ({ visual }, _, write) => write('world.glb', await writeGlb(visual)),
  ply: async ({ visual }, _, write) => write('world.ply', meshPly(visual)),
  obj: async ({ visual }, _, write) => {
    for (const [name, bytes] of await objFiles(visual)) await write(name, bytes);
  },
  splats: async (world, options, write) =>
    write('splats.ply', (await member(world, 'splats.ply')) ?? writeSplatPly(await splatsOf(world, options))),
  spz: async (world, options, write) =>
    write('splats.spz', (await member(world, 'splats.spz')) ?? writeSpz(await splatsOf(world, options))),
  colmap: writeColmap,
  nerfstudio: writeNerfstudio,
};

/** A file of the world's folder, where there is one. */
async function member({ path, manifest }: LoadedWorld, name: string): Promise<Uint8Array | undefined> {
  if (!manifest) return undefined;
  try {
    return await readFile(join(path, name));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new DirectorError('INPUT_UNREADABLE', `${join(path, name)} cannot be read.`, { cause });
  }
}

/** What the folder has, in either format; else Gaussians on the visual. */
async function splatsOf(world: LoadedWorld, { splats = SPLATS }: ExportOptions): Promise<SplatCloud> {
  const ply = await member(world, 'splats.ply');
  if (ply) return readSplatPly(ply, 'splats.ply');
  const spz = await member(world, 'splats.spz');
  if (spz) return readSpz(spz, 'splats.spz');
  return splatsFromModel(world.visual, {
    budget: splats,
    eyes: world.manifest?.cameras.map(({ position }) => position) ?? [],
  }).cloud;
}

async function writeColmap(world: LoadedWorld, options: ExportOptions, write: Write): Promise<void> {
  const take = await takeOf(world, options);
  const cameras = await exportedCameras(world, take);
  for (const [name, text] of Object.entries(colmapTexts(cameras, await sparseOf(world))))
    await write(`sparse/0/${name}`, text);
  if (take !== undefined) await writeImages(take, cameras, options, write);
}

async function writeNerfstudio(world: LoadedWorld, options: ExportOptions, write: Write): Promise<void> {
  const take = await takeOf(world, options);
  const cameras = await exportedCameras(world, take);
  const sparse = await sparseOf(world);
  if (sparse) {
    const positions = new Float32Array(sparse.positions.length);
    for (let i = 0; i < positions.length; i += 3)
      positions.set(
        nerfstudioPoint(sparse.positions[i], sparse.positions[i + 1], sparse.positions[i + 2]),
        i,
      );
    await write('sparse_pc.ply', writePly({ positions, colors: sparse.colors }));
  }
  await write(
    'transforms.json',
    nerfstudioTransforms(cameras, 'images', sparse ? 'sparse_pc.ply' : undefined),
  );
  if (take !== undefined) await writeImages(take, cameras, options, write);
}

async function sparseOf(world: LoadedWorld): Promise<SparseCloud | undefined> {
  const bytes = await member(world, 'sparse.ply');
  return bytes && readSparsePly(bytes, 'sparse.ply');
}

/** The video of the pictures; undefined where none are wanted. */
async function takeOf({ path, manifest }: LoadedWorld, options: ExportOptions): Promise<string | undefined> {
  if (!manifest || manifest.cameras.length === 0)
    throw new DirectorError('EXPORT_NO_CAMERAS', `${path} has no cameras.`, {
      details: { format: options.format },
    });
  return options.images === false ? undefined : findTake(path, manifest, options.video);
}

/** The world's cameras for pictures of the video's own size; without pictures, for those of world.json's size. */
async function exportedCameras(
  { manifest }: LoadedWorld,
  take: string | undefined,
): Promise<ExportedCamera[]> {
  const cameras: readonly WorldCamera[] = manifest?.cameras ?? [];
  const size = take === undefined ? undefined : decodedSize(await probeVideo(take));
  return cameras.map(camera => ({
    ...camera,
    imageName: `frame-${String(camera.frame).padStart(6, '0')}.jpg`,
    pixelScale: size ? [size.width / camera.width, size.height / camera.height] : [1, 1],
  }));
}

async function writeImages(
  take: string,
  cameras: readonly ExportedCamera[],
  { signal, onProgress }: ExportOptions,
  write: Write,
): Promise<void> {
  const names = new Map(cameras.map(({ frame, imageName }) => [frame, imageName]));
  let done = 0;
  for await (const { index, width, height, pixels } of decodeVideo(take, { format: 'rgb', signal })) {
    const name = names.get(index);
    if (name === undefined) continue;
    const picture = sharp(pixels, { raw: { width, height, channels: 3 } });
    await write(
      `images/${name}`,
      await picture.jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:4:4' }).toBuffer(),
    );
    done++;
    onProgress?.({
      stage: 'images',
      fraction: done / names.size,
      message: `picture ${done} of ${names.size}`,
    });
  }
  if (done < names.size)
    throw new DirectorError(
      'INPUT_UNREADABLE',
      `${take} has ${done} of the ${names.size} frames that world.json names.`,
    );
}
