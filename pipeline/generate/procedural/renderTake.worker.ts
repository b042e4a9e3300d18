import { parentPort, workerData } from 'node:worker_threads';
import { toDirectorError } from '../../../engine/errors.ts';
import type { GenerationRequest } from '../provider.ts';
import { renderTake, type TakeTruth } from './renderTake.ts';

/** What the provider gives this thread. Any message to it cancels the take. */
export interface RenderTakeJob {
  request: GenerationRequest;
  videoPath: string;
  truthFolder: string;
}

export type RenderTakeMessage =
  | { kind: 'progress'; fraction: number; message: string }
  | { kind: 'done'; notes: string[] }
  | { kind: 'failed'; error: { code: string; message: string; suggestion: string } };

/** What the grammar could not do as the prompt says. */
function notesOf({ plan, unknownWords, unplaced }: TakeTruth): string[] {
  const near = plan.approximations.map(({ word, as }) => `"${word}" is taken as ${as}.`);
  const unknown =
    unknownWords.length > 0 ? [`Not understood, and not in the picture: ${unknownWords.join(', ')}.`] : [];
  const left = unplaced.length > 0 ? [`No room was found for: ${unplaced.join(', ')}.`] : [];
  return [...near, ...unknown, ...left];
}

const port = parentPort;
if (!port) throw new Error('renderTake.worker.ts runs only as a worker thread');
const post = (message: RenderTakeMessage) => port.postMessage(message);
const job = workerData as RenderTakeJob;
const cancel = new AbortController();
port.once('message', () => cancel.abort());

try {
  const truth = await renderTake(job.request, job.videoPath, job.truthFolder, {
    signal: cancel.signal,
    onProgress: ({ fraction, message }) => post({ kind: 'progress', fraction, message }),
  });
  post({ kind: 'done', notes: notesOf(truth) });
} catch (thrown) {
  const { code, message, suggestion } = toDirectorError(thrown);
  post({ kind: 'failed', error: { code, message, suggestion } });
}
port.close();
