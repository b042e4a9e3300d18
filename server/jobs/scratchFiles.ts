import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { DirectorError } from '../../engine/errors.ts';
import { throwIfCancelled } from '../../engine/progress.ts';
import { sha256File } from '../../pipeline/generate/sha256File.ts';
import type { FileStore, StoredFile } from '../files/fileStore.ts';

/** Copies what a step reads from storage to its folder; what lies there whole from an earlier attempt is kept. */
export async function fetchInputs(
  store: FileStore,
  scratch: string,
  inputs: Readonly<Record<string, StoredFile>>,
  signal: AbortSignal,
): Promise<void> {
  for (const [name, file] of Object.entries(inputs)) {
    throwIfCancelled(signal);
    const path = pathBelow(scratch, name);
    if (!(await isThere(path, file))) await store.copyTo(file.sha256, path);
  }
}

async function isThere(path: string, { bytes, sha256 }: StoredFile): Promise<boolean> {
  const status = await stat(path).catch(() => undefined);
  return status !== undefined && status.size === bytes && (await sha256File(path)) === sha256;
}

/**
 * Puts what a step has made into storage.
 * @param written where it lies, below the folder; one that ends in '/' is all below it, and what is not there is no
 *   error: a lift that refuses every take makes no world.
 * @returns by path below the folder, with '/' on every system.
 */
export async function storeOutputs(
  store: FileStore,
  scratch: string,
  written: readonly string[],
  signal: AbortSignal,
): Promise<Record<string, StoredFile>> {
  const stored: Record<string, StoredFile> = {};
  for (const place of written) {
    const path = pathBelow(scratch, place);
    for (const file of place.endsWith('/') ? await filesBelow(path) : [path]) {
      throwIfCancelled(signal);
      const status = await stat(file).catch(() => undefined);
      if (status?.isFile()) stored[relative(scratch, file).split(sep).join('/')] = await store.putFile(file);
    }
  }
  return stored;
}

/** In order of their names. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cause;
  });
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isTemporary(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await filesBelow(path)));
    else if (entry.isFile()) files.push(path);
  }
  return files;
}

/** Names under which the product writes what is not whole yet. */
function isTemporary(name: string): boolean {
  return name.startsWith('.') || name.endsWith('.part');
}

function pathBelow(folder: string, name: string): string {
  const path = resolve(folder, name);
  if (!path.startsWith(resolve(folder) + sep))
    throw new DirectorError('INTERNAL', `A step's file '${name}' lies outside its folder.`);
  return path;
}
