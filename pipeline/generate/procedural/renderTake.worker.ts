import { parentPort, workerData } from 'node:worker_threads';
import { toDirectorError } from '../../../engine/errors.ts';
import type { GenerationRequest } from '../provider.ts';
import { renderTake } from './renderTake.ts';

/** What the provider gives this thread. Any message to it cancels the take. */
export interface RenderTakeJob {
  request: GenerationRequest;
  videoPath: string;
  truthFolder: string;
}

export type RenderTakeMessage =
  | { kind: 'progress'; fraction: number; message: string }
  | { kind: 'done' }
  | { kind: 'failed'; error: { code: string; message: string; suggestion: string } };

const port = parentPort;
if (!port) throw new Error('renderTake.worker.ts runs only as a worker thread');
const post = (message: RenderTakeMessage) => port.postMessage(message);
const job = workerData as RenderTakeJob;
const cancel = new AbortController();
port.once('message', () => cancel.abort());

try {
  await renderTake(job.request, job.videoPath, job.truthFolder, {
    signal: cancel.signal,
    onProgress: ({ fraction, message }) => post({ kind: 'progress', fraction, message }),
  });
  post({ kind: 'done' });
} catch (thrown) {
  const { code, message, suggestion } = toDirectorError(thrown);
  post({ kind: 'failed', error: { code, message, suggestion } });
}
port.close();
