import { copyFile, rename, rm } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { DirectorError } from '../../engine/errors.ts';
import { throwIfCancelled } from '../../engine/progress.ts';
import { probeVideo } from '../video/probeVideo.ts';
import type { Provider } from './provider.ts';

/**
 * A video made elsewhere becomes a take: it is probed and copied byte for byte. Length, size and rate are the
 * file's own; the request's are not looked at.
 */
export function createFileProvider(videoPath: string): Provider {
  return {
    name: 'file',
    model: basename(videoPath),
    durable: false,
    deterministic: true,
    pollMilliseconds: 1,
    fileExtension: extname(videoPath).toLowerCase() || '.mp4',
    async validate() {
      await probeVideo(videoPath);
    },
    async start() {
      return { id: videoPath };
    },
    async status() {
      return { state: 'completed' };
    },
    async download(id, file, options) {
      throwIfCancelled(options?.signal);
      const temporary = `${file}.${process.pid}.part`;
      try {
        await copyFile(id, temporary);
        await rename(temporary, file);
      } catch (cause) {
        await rm(temporary, { force: true });
        throw new DirectorError(
          'OUTPUT_UNWRITABLE',
          `${id} could not be copied to ${file}: ${(cause as Error).message}`,
          { cause },
        );
      }
    },
    async cancel() {},
  };
}
