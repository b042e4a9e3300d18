import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DirectorError } from './errors.ts';

/**
 * Writes a file whole or not at all: to a name beside it, synced, then renamed. Makes the folder.
 * @throws OUTPUT_UNWRITABLE with what stood before untouched.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      // Without the sync a power cut after the rename may leave an empty file under the good name.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new DirectorError(
      'OUTPUT_UNWRITABLE',
      `${path} could not be written: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** JSON with two spaces and a final newline, written atomically. */
export function writeJsonAtomic(path: string, value: unknown): Promise<void> {
  return writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
