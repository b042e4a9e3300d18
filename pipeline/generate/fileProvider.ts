import { copyFile, rename, rm } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { DirectorError } from '../../engine/errors.ts';
import { throwIfCancelled } from '../../engine/progress.ts';
import { probeVideo } from '../video/probeVideo.ts';
import type { Provider } from './provider.ts';
import { sha256File } from './sha256File.ts';

/**
 * A video made elsewhere becomes a take: it is probed and copied byte for byte. Length, size and rate are the
 * file's own; the request's are not looked at.
 * @throws what probeVideo throws
 */
export async function createFileProvider(videoPath: string): Promise<Provider> {
  await probeVideo(videoPath);
  return {
    name: 'file',
    // The content names the take's origin: another video under the same name is another request.
    model: `${basename(videoPath)}@${(await sha256File(videoPath)).slice(0, 16)}`,
    durable: false,
    deterministic: true,
    pollMilliseconds: 1,
    fileExtension: extname(videoPath).toLowerCase() || '.mp4',
    async validate() {},
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
