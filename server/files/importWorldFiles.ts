import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { loadWorld } from '../../engine/world/loadWorld.ts';
import { findSplatPair } from '../../engine/world/splatPair.ts';
import { writeGlb } from '../../engine/world/writeGlb.ts';
import type { ImportedWorld } from '../studio/studio.ts';
import type { FileStore, StoredFile } from './fileStore.ts';

/**
 * Puts a world on this machine into storage: a world folder's files by their names, splats and their collider by
 * theirs, a .glb as it is, a .gltf with
 * what it refers to as one .glb.
 * @throws what loadWorld throws: a world that cannot be read is not imported.
 */
export async function importWorldFiles(path: string, files: FileStore): Promise<ImportedWorld> {
  const absolute = resolve(path);
  const world = await loadWorld(absolute);
  const name = basename(absolute);
  if (!(await stat(absolute)).isDirectory()) {
    if (extname(name).toLowerCase() !== '.gltf')
      return { name, files: { [name]: await files.putFile(absolute) } };
    const single = `${basename(name, extname(name))}.glb`;
    const bytes = await writeGlb(world.visual);
    return { name, files: { [single]: await files.put(Readable.from([bytes]), single) } };
  }
  // Of splats with their collider, these two alone: another mesh beside them must not be taken for the world.
  const pair = world.manifest ? undefined : await findSplatPair(absolute);
  const paths = pair ? [pair.splats, pair.collider] : await listFiles(absolute);
  const stored: Record<string, StoredFile> = {};
  for (const path of paths) stored[basename(path)] = await files.putFile(path);
  return { name, files: stored };
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
    .map(entry => join(folder, entry.name));
}
