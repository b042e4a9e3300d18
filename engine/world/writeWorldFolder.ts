import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DirectorError } from '../errors.ts';
import type { WorldModel } from './worldModel.ts';
import { type WorldManifest, worldSchema } from './worldSchema.ts';
import { writeGlb } from './writeGlb.ts';

export interface WorldFolderContent {
  manifest: WorldManifest;
  /** Or the bytes of visual.glb, as writeGlb gives them. */
  visual: WorldModel | Uint8Array;
  collider: WorldModel;
  /** Bytes of points.ply, as writePly gives them. */
  pointsPly?: Uint8Array;
  /** Bytes of sparse.ply, as writeSparsePly gives them. */
  sparsePly?: Uint8Array;
  /** Bytes of splats.ply, as writeSplatPly gives them. */
  splatsPly?: Uint8Array;
  /** Bytes of splats.spz, as writeSpz gives them. */
  splatsSpz?: Uint8Array;
  /** Bytes of backdrop.webp, as writeBackdrop gives them. */
  backdrop?: Uint8Array;
  /** Bytes of preview.webp. */
  preview?: Uint8Array;
}

/**
 * Writes a world folder whole or not at all: into a temporary folder beside it, then renamed into place. A world
 * that was there is replaced; a folder that holds anything but a world is left alone.
 * Errors: WORLD_SCHEMA (the manifest does not fit), WORLD_INVALID (a model does not), OUTPUT_UNWRITABLE
 * (full disk, no permission, something else in the way); what was there before is untouched.
 */
export async function writeWorldFolder(folder: string, content: WorldFolderContent): Promise<void> {
  const target = resolve(folder);
  const manifest = worldSchema.safeParse(content.manifest);
  if (!manifest.success) {
    const issue = manifest.error.issues[0];
    throw new DirectorError(
      'WORLD_SCHEMA',
      `The manifest does not fit world.json: ${issue?.path.join('.')}: ${issue?.message}.`,
    );
  }
  // The textures of one are compressed on other threads while the other is laid out.
  const [visual, collider] = await Promise.all([
    content.visual instanceof Uint8Array ? content.visual : writeGlb(content.visual),
    writeGlb(withoutTextures(content.collider)),
  ]);
  const files: [string, Uint8Array][] = [
    ['visual.glb', visual],
    ['collider.glb', collider],
    ['world.json', new TextEncoder().encode(`${JSON.stringify(manifest.data, null, 2)}\n`)],
  ];
  if (content.sparsePly) files.push(['sparse.ply', content.sparsePly]);
  if (content.splatsPly) files.push(['splats.ply', content.splatsPly]);
  if (content.splatsSpz) files.push(['splats.spz', content.splatsSpz]);
  if (content.pointsPly) files.push(['points.ply', content.pointsPly]);
  if (content.backdrop) files.push(['backdrop.webp', content.backdrop]);
  if (content.preview) files.push(['preview.webp', content.preview]);

  let temporary: string | undefined;
  try {
    await mkdir(dirname(target), { recursive: true });
    await refuseForeignFolder(target);
    temporary = join(dirname(target), `.${basename(target)}-${randomUUID()}.part`);
    await mkdir(temporary);
    const folder = temporary;
    const written = await Promise.allSettled(
      files.map(([name, bytes]) => writeDurably(join(folder, name), bytes)),
    );
    // Only once no file is being written any more may the folder go.
    const failed = written.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    await moveIntoPlace(temporary, target);
  } catch (cause) {
    if (temporary) await rm(temporary, { recursive: true, force: true });
    if (cause instanceof DirectorError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DirectorError('OUTPUT_UNWRITABLE', `The world folder ${target} cannot be written: ${why}.`, {
      cause,
    });
  }
}

/** What is touched needs no picture: a collider that equals the visual would double the folder's size. */
function withoutTextures(model: WorldModel): WorldModel {
  const materials = model.materials.map(({ baseColorImage: _, ...material }) => material);
  return { nodes: model.nodes, materials, images: [] };
}

/** A world's own files; a folder with anything else in it is somebody's, and is not replaced. */
const WORLD_FILES = new Set([
  'world.json',
  'visual.glb',
  'collider.glb',
  'points.ply',
  'sparse.ply',
  'splats.ply',
  'splats.spz',
  'backdrop.webp',
  'preview.webp',
]);

async function refuseForeignFolder(target: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(target);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw cause;
  }
  const foreign = names.find(name => !WORLD_FILES.has(name));
  if (foreign !== undefined)
    throw new DirectorError(
      'OUTPUT_UNWRITABLE',
      `${target} holds ${foreign}, which is no part of a world; it is not replaced.`,
      {
        suggestion: 'Give a folder that does not exist yet, or one that holds a world.',
      },
    );
}

/** Flushes to the disk, so that a full one is met here and not after the rename. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function moveIntoPlace(temporary: string, target: string): Promise<void> {
  const previous = `${temporary}.previous.part`;
  let replaced = false;
  try {
    await rename(target, previous);
    replaced = true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  }
  try {
    await rename(temporary, target);
  } catch (cause) {
    if (replaced) await rename(previous, target);
    throw cause;
  }
  if (replaced) await rm(previous, { recursive: true, force: true });
}
