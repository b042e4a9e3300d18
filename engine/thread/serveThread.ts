import { parentPort, workerData } from 'node:worker_threads';
import { DirectorError, toDirectorError } from '../errors.ts';
import type { LongOptions } from '../progress.ts';
import type { ThreadMessage } from './runInThread.ts';

/** Within a stage a listener is told this often at most: waking it costs more than the telling. */
const PROGRESS_MILLISECONDS = 40;

/**
 * The other end of `runInThread`: runs one long function on the job that the thread was given, and reports its
 * progress (every stage, and within one not all that it says) and its result or coded failure. Any message to the thread cancels.
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
    let told = { stage: '', at: Number.NEGATIVE_INFINITY };
    const onProgress: LongOptions['onProgress'] = event => {
      const at = performance.now();
      if (event.stage === told.stage && at - told.at < PROGRESS_MILLISECONDS) return;
      told = { stage: event.stage, at };
      send({ kind: 'progress', event });
    };
    send({ kind: 'result', result: await run(workerData as Job, { signal: cancel.signal, onProgress }) });
  } catch (thrown) {
    send({ kind: 'failed', error: toDirectorError(thrown).toJSON() });
  }
  port.close();
}
