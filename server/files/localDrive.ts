import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Disk } from 'flydrive';
import { FSDriver } from 'flydrive/drivers/fs';
import type { Drive } from './drive.ts';

/** A folder, as a flydrive disk, with what flydrive lacks: a move that is one step, and ranges. */
export function createLocalDrive(folder: string): Drive {
  const root = resolve(folder);
  const disk = new Disk(new FSDriver({ location: root, visibility: 'private' }));
  return {
    incoming: join(root, 'incoming'),
    // flydrive's move copies and then deletes: a reader, or a kill, would meet a half-written file.
    async publish(path, key) {
      const target = join(root, key);
      await mkdir(dirname(target), { recursive: true });
      await rename(path, target);
    },
    async size(key) {
      return (await disk.exists(key)) ? (await disk.getMetaData(key)).contentLength : undefined;
    },
    async open(key, range) {
      try {
        const file = await open(join(root, key));
        return file.createReadStream(range);
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw thrown;
      }
    },
  };
}
