import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DirectorError } from '../../engine/errors.ts';

/**
 * Makes a folder whole or not at all: what `fill` writes goes into a temporary one beside it, which is then renamed.
 * @param fill is given a function that writes one file, by its path in the folder
 * @throws OUTPUT_OCCUPIED where something is there already, OUTPUT_UNWRITABLE, what `fill` throws
 */
export async function writeNewFolder(
  folder: string,
  fill: (write: (path: string, content: Uint8Array | string) => Promise<void>) => Promise<void>,
): Promise<string[]> {
  const target = resolve(folder);
  const temporary = join(dirname(target), `.${basename(target)}-${randomUUID()}.part`);
  const written: string[] = [];
  try {
    const existing = await readdir(target).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined;
      throw cause;
    });
    if (existing && existing.length > 0)
      throw new DirectorError('OUTPUT_OCCUPIED', `${target} holds something already.`);
    await mkdir(temporary, { recursive: true });
    await fill(async (path, content) => {
      await mkdir(dirname(join(temporary, path)), { recursive: true });
      await writeFile(join(temporary, path), content);
      written.push(path);
    });
    if (existing) await rmdir(target);
    await rename(temporary, target);
    return written;
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    if (cause instanceof DirectorError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DirectorError('OUTPUT_UNWRITABLE', `${target} cannot be written: ${why}.`, { cause });
  }
}
