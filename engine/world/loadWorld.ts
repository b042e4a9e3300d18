import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { DirectorError } from '../errors.ts';
import { decodeDraco } from './dracoDecoder.ts';
import { gltfToWorldModel } from './gltf/gltfToWorldModel.ts';
import { MAX_FILE_BYTES } from './gltf/limits.ts';
import { decodeImage } from './images.ts';
import { applyManifest, parseManifest } from './manifest.ts';
import { findSplatPair } from './splatPair.ts';
import { splitColliders } from './splitColliders.ts';
import type { WorldModel } from './worldModel.ts';
import type { WorldManifest } from './worldSchema.ts';

export interface LoadedWorld {
  /** Absolute path of the folder or file. */
  path: string;
  /**
   * SHA-256, hex. Of a .glb: of its bytes, as sha256sum gives it. Of a .gltf: of its bytes, then of each file
   * it names in the order of reading. Of a folder: of world.json, visual.glb and collider.glb, in this order; of one
   * with splats and a collider: of the collider's bytes.
   */
  sha256: string;
  /** world.json; absent for a bare .glb or .gltf, and for splats with a collider. */
  manifest?: WorldManifest;
  visual: WorldModel;
  /** What is touched; the same object as visual for a bare file that declares no colliders (splitColliders). */
  collider: WorldModel;
  /** Where somebody had it turned and scaled after it was read: which axis was up, and how many times larger it is. */
  mend?: { up: '+Y' | '+Z' | '-Z' | '+X' | '-X' | '-Y'; scale: number };
}

export interface LoadWorldOptions {
  /** False leaves textures out of `visual`: physics does not need them. A collider never carries any. Default true. */
  decodeImages?: boolean;
}

/**
 * Reads a world folder, a folder of splats with their collider (which is then both what is seen and what is touched), or
 * a bare .glb/.gltf. Nothing reaches native code before it is checked.
 * Errors: INPUT_NOT_FOUND, INPUT_EMPTY, INPUT_UNREADABLE, INPUT_TOO_LARGE, WORLD_SCHEMA (world.json),
 * WORLD_UNREADABLE, WORLD_UNSUPPORTED, WORLD_INVALID, WORLD_EMPTY, WORLD_TOO_LARGE.
 */
export async function loadWorld(
  path: string,
  { decodeImages = true }: LoadWorldOptions = {},
): Promise<LoadedWorld> {
  const absolute = resolve(path);
  const hash = createHash('sha256');
  const isFolder = (await statInput(absolute)).isDirectory();
  if (!isFolder) {
    const model = await readModel(absolute, hash, decodeImages);
    return { path: absolute, sha256: hash.digest('hex'), ...splitColliders(model) };
  }
  const pair = (await isThere(join(absolute, 'world.json'))) ? undefined : await findSplatPair(absolute);
  if (pair) {
    const model = await readModel(pair.collider, hash, decodeImages);
    return { path: absolute, sha256: hash.digest('hex'), visual: model, collider: model };
  }
  const manifest = await readManifest(absolute, hash);
  const visual = await readModel(await memberOf(absolute, 'visual.glb'), hash, decodeImages);
  const collider = await readModel(await memberOf(absolute, 'collider.glb'), hash, false);
  const world: LoadedWorld = { path: absolute, sha256: hash.digest('hex'), manifest, visual, collider };
  applyManifest(world, manifest);
  return world;
}

async function statInput(path: string) {
  try {
    return await stat(path);
  } catch (cause) {
    throw fileError(path, cause);
  }
}

function fileError(path: string, cause: unknown): DirectorError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new DirectorError('INPUT_NOT_FOUND', `${path} is not there.`, { cause });
  return new DirectorError('INPUT_UNREADABLE', `${path} cannot be read (${code ?? String(cause)}).`, {
    cause,
  });
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function memberOf(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  try {
    await stat(path);
  } catch (cause) {
    throw new DirectorError('WORLD_UNREADABLE', `${folder} has no ${name}.`, {
      suggestion: 'A world folder holds world.json, visual.glb and collider.glb; lift or generate it again.',
      cause,
    });
  }
  return path;
}

async function readBytes(path: string, hash: ReturnType<typeof createHash>): Promise<Uint8Array> {
  const info = await statInput(path);
  if (!info.isFile()) throw new DirectorError('INPUT_UNREADABLE', `${path} is not a file.`);
  if (info.size > MAX_FILE_BYTES)
    throw new DirectorError(
      'INPUT_TOO_LARGE',
      `${path} has ${info.size} bytes; ${MAX_FILE_BYTES} are read at most.`,
      {
        details: { bytes: info.size, limitBytes: MAX_FILE_BYTES },
      },
    );
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw fileError(path, cause);
  }
  hash.update(bytes);
  return bytes;
}

async function readManifest(folder: string, hash: ReturnType<typeof createHash>): Promise<WorldManifest> {
  const bytes = await readBytes(await memberOf(folder, 'world.json'), hash);
  return parseManifest(bytes, `${folder}/world.json`);
}

async function readModel(
  path: string,
  hash: ReturnType<typeof createHash>,
  decodeImages: boolean,
): Promise<WorldModel> {
  const bytes = await readBytes(path, hash);
  return gltfToWorldModel(bytes, {
    name: basename(path),
    readResource: uri => readResource(path, uri, hash),
    decodeImage: decodeImages ? decodeImage : undefined,
    decodeDraco,
  });
}

/** A file that a .gltf names: relative, inside the .gltf's own folder. */
async function readResource(
  gltfPath: string,
  uri: string,
  hash: ReturnType<typeof createHash>,
): Promise<Uint8Array> {
  const refuse = (why: string, cause?: unknown) =>
    new DirectorError('WORLD_UNREADABLE', `${basename(gltfPath)} names ${uri.slice(0, 120)}, which ${why}.`, {
      cause,
    });
  if (/^[a-z][a-z0-9+.-]*:/i.test(uri) || uri.startsWith('/')) throw refuse('is not a file beside it');
  const folder = dirname(gltfPath);
  let path: string;
  try {
    path = resolve(folder, decodeURIComponent(uri));
  } catch (cause) {
    throw refuse('is not a valid URI', cause);
  }
  if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) throw refuse('lies outside its folder');
  if (path.includes('\0')) throw refuse('is not a valid path');
  try {
    return await readBytes(path, hash);
  } catch (cause) {
    if (cause instanceof DirectorError && cause.code === 'INPUT_NOT_FOUND')
      throw refuse('is not there', cause);
    throw cause;
  }
}
