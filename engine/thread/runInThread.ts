import { type ResourceLimits, Worker } from 'node:worker_threads';
import { DirectorError, type ErrorCode } from '../errors.ts';
import { type LongOptions, type ProgressEvent, throwIfCancelled } from '../progress.ts';

/** What a thread that `serveThread` runs says to the one that started it. */
export type ThreadMessage<Result> =
  | { kind: 'progress'; event: ProgressEvent }
  | { kind: 'result'; result: Result }
  | {
      kind: 'failed';
      error: { code: ErrorCode; message: string; suggestion: string; details?: Record<string, unknown> };
    };

/** Long functions promise to stop within a second; one that is deep in arithmetic is stopped from outside. */
const PATIENCE_MILLISECONDS = 500;

/**
 * Runs a long function in a worker thread of its own, so that the caller's event loop stays free and a trap in
 * native code costs that thread only. Cancelling asks the function to stop, and ends the thread if it does not.
 * @param worker module that calls `serveThread`.
 * @param job given to the function, cloned: plain data.
 * @param limits of the thread's heap; beyond them it dies with INTERNAL, cause ERR_WORKER_OUT_OF_MEMORY.
 * @throws what the function throws, code, suggestion and details kept; CANCELLED; INTERNAL where the thread dies.
 */
export async function runInThread<Result>(
  worker: URL,
  job: unknown,
  options: LongOptions,
  limits: ResourceLimits = {},
): Promise<Result> {
  const { signal, onProgress } = options;
  throwIfCancelled(signal);
  const thread = new Worker(worker, { workerData: job, resourceLimits: limits });
  let timer: NodeJS.Timeout | undefined;
  let cancel: (() => void) | undefined;
  try {
    return await new Promise<Result>((resolve, reject) => {
      cancel = () => {
        thread.postMessage('cancel');
        timer = setTimeout(
          () => reject(new DirectorError('CANCELLED', 'The work was cancelled.')),
          PATIENCE_MILLISECONDS,
        );
      };
      signal?.addEventListener('abort', cancel, { once: true });
      thread.on('message', (message: ThreadMessage<Result>) => {
        if (message.kind === 'progress') onProgress?.(message.event);
        else if (message.kind === 'result') resolve(message.result);
        else {
          const { code, message: text, suggestion, details } = message.error;
          reject(new DirectorError(code, text, { suggestion, ...(details ? { details } : {}) }));
        }
      });
      thread.once('error', (cause: Error) =>
        reject(new DirectorError('INTERNAL', `The thread broke: ${cause.message}`, { cause })),
      );
      thread.once('exit', status =>
        reject(new DirectorError('INTERNAL', `The thread ended with status ${status} and no result.`)),
      );
    });
  } finally {
    clearTimeout(timer);
    if (cancel) signal?.removeEventListener('abort', cancel);
    await thread.terminate();
  }
}
