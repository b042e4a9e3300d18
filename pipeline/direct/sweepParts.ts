import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Takes away what a killed process was writing below a folder that is this process's alone: all that ends in .part. */
export async function sweepParts(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.endsWith('.part')) await rm(path, { recursive: true, force: true });
    else if (entry.isDirectory()) await sweepParts(path);
  }
}
