import { DirectorError } from '../../../engine/errors.ts';
import { type LongOptions, throwIfCancelled } from '../../../engine/progress.ts';
import { ApiFailure } from '../../api/apiFailure.ts';
import type { WorldFiles } from '../viewerTypes.ts';
import type { ReadWorld, WorkerMessage, WorldJob } from './workerMessages.ts';

/** Which of a world's files are what: the three of a world folder, or the one .glb of a bare world. Throws WORLD_UNREADABLE. */
export function worldJob(files: WorldFiles): WorldJob {
  const folder = files['visual.glb'];
  const bare = Object.entries(files).find(([path]) => /\.gl(b|tf)$/i.test(path))?.[1];
  const visual = folder ?? bare;
  if (!visual)
    throw new DirectorError('WORLD_UNREADABLE', 'This world has no visual.glb and no other .glb to show.');
  const used = [visual, ...(folder ? [files['collider.glb'], files['world.json']] : [])];
  return {
    visual: visual.url,
    collider: folder && files['collider.glb']?.url,
    manifest: folder && files['world.json']?.url,
    totalBytes: used.reduce((sum, file) => sum + (file?.bytes ?? 0), 0),
    solid: true,
  };
}

/** Reads a world in a worker of its own, which ends with it. Throws ApiFailure with the reader's code, CANCELLED. */
export async function loadWorldInWorker(
  job: WorldJob,
  { signal, onProgress }: LongOptions,
): Promise<ReadWorld> {
  throwIfCancelled(signal);
  const worker = new Worker(new URL('./world.worker.ts', import.meta.url), { type: 'module' });
  let cancel: (() => void) | undefined;
  try {
    return await new Promise<ReadWorld>((resolve, reject) => {
      cancel = () => reject(new DirectorError('CANCELLED', 'The work was cancelled.'));
      signal?.addEventListener('abort', cancel, { once: true });
      worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
        if (data.kind === 'progress') onProgress?.(data.event);
        else if (data.kind === 'result') resolve(data.world);
        else reject(new ApiFailure({ ...data.error, status: 0 }));
      };
      worker.onerror = event =>
        reject(
          new ApiFailure({
            code: 'CLIENT',
            message: `The world's reader broke: ${event.message || 'it did not start'}.`,
            suggestion: 'Reload the page; a world this large may need more memory.',
            status: 0,
          }),
        );
      worker.postMessage({
        ...job,
        visual: absolute(job.visual),
        collider: job.collider && absolute(job.collider),
        manifest: job.manifest && absolute(job.manifest),
      } satisfies WorldJob);
    });
  } finally {
    if (cancel) signal?.removeEventListener('abort', cancel);
    worker.terminate();
  }
}

function absolute(url: string): string {
  return new URL(url, document.baseURI).href;
}
