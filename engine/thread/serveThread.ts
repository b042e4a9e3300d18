import { parentPort, workerData } from 'node:worker_threads';
import { DirectorError, toDirectorError } from '../errors.ts';
import type { LongOptions } from '../progress.ts';
import type { ThreadMessage } from './runInThread.ts';

/**
 * The other end of `runInThread`: runs one long function on the job that the thread was given, and reports its
 * progress and its result or coded failure. Any message to the thread cancels.
 */
export async function serveThread<Job, Result>(
  run: (job: Job, options: LongOptions) => Promise<Result>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new DirectorError('INTERNAL', 'This module runs only as a worker thread.');
  const send = (message: ThreadMessage<Result>) => port.postMessage(message);
  const cancel = new AbortController();
  port.once('message', () => cancel.abort());
  try {
    const onProgress: LongOptions['onProgress'] = event => send({ kind: 'progress', event });
    send({ kind: 'result', result: await run(workerData as Job, { signal: cancel.signal, onProgress }) });
  } catch (thrown) {
    send({ kind: 'failed', error: toDirectorError(thrown).toJSON() });
  }
  port.close();
}
