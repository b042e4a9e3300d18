import { DirectorError, toDirectorError } from '../../engine/errors.ts';
import { runInThread } from '../../engine/thread/runInThread.ts';
import { probeVideo } from '../../pipeline/video/probeVideo.ts';
import type { UploadView } from '../api/types.ts';
import { limitConcurrency } from './limitConcurrency.ts';

/** A GLB of the largest size allowed is read in about a second; a minute on a busy machine is plenty. */
const WORLD_SECONDS = 60;
const WORLD_MEMORY_MEGABYTES = 1024;
/** Each may hold a whole GLB and its decoded geometry: one at a time keeps memory bounded whatever is sent. */
const inTurn = limitConcurrency(1);

export interface VideoFacts {
  /** As the container names its format: 'MP4', 'WebM', … */
  container: string;
  video: NonNullable<UploadView['video']>;
}

/**
 * Looks into a received file without decoding a picture or running anything of it, off the event loop and with
 * bounds on time and memory.
 * @param path where it was received.
 * @param name what the sender calls it; messages name this instead of the path.
 * @returns what a video is like; null for a world.
 * @throws as probeVideo and loadWorld do
 */
export function inspectUpload(
  path: string,
  name: string,
  kind: 'video' | 'world',
): Promise<VideoFacts | null> {
  return inTurn(async () => {
    try {
      if (kind === 'world') {
        await inspectWorld(path);
        return null;
      }
      const { width, height, durationSeconds, framesPerSecond, container } = await probeVideo(path);
      return { container, video: { width, height, seconds: durationSeconds, framesPerSecond } };
    } catch (thrown) {
      throw named(toDirectorError(thrown), path, name);
    }
  });
}

async function inspectWorld(path: string): Promise<void> {
  try {
    await runInThread(
      new URL('./inspectWorld.worker.ts', import.meta.url),
      path,
      { signal: AbortSignal.timeout(WORLD_SECONDS * 1000) },
      { maxOldGenerationSizeMb: WORLD_MEMORY_MEGABYTES },
    );
  } catch (thrown) {
    const { code, cause } = toDirectorError(thrown);
    if (code === 'CANCELLED')
      throw new DirectorError('WORLD_TOO_LARGE', `${path} could not be read in ${WORLD_SECONDS} s.`, {
        cause: thrown,
      });
    if ((cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY')
      throw new DirectorError(
        'WORLD_TOO_LARGE',
        `${path} takes more than ${WORLD_MEMORY_MEGABYTES} MB to read.`,
        {
          cause: thrown,
        },
      );
    throw thrown;
  }
}

/** Where the server keeps a file is no business of who sent it. */
function named(error: DirectorError, path: string, name: string): DirectorError {
  const base = path.split('/').at(-1) ?? path;
  const message = error.message.replaceAll(path, name).replaceAll(base, name);
  const suggestion =
    error.code === 'VIDEO_UNREADABLE'
      ? 'Give a video that plays to its end (MP4, MOV, WebM, Matroska, GIF), or a world as .glb.'
      : error.suggestion;
  return new DirectorError(error.code, message, { suggestion, cause: error });
}
