import { parentPort } from 'node:worker_threads';
import { DirectorError, toDirectorError } from '../errors.ts';
import type { LongOptions } from '../progress.ts';
import type { JobThreadRequest } from './jobThread.ts';
import type { ThreadMessage } from './runInThread.ts';

/** The other end of `JobThread`: runs a long function on one job after another, until the thread is ended. */
export function serveJobs<Job, Result>(run: (job: Job, options: LongOptions) => Promise<Result>): void {
  const port = parentPort;
  if (!port) throw new DirectorError('INTERNAL', 'This module runs only as a worker thread.');
  const send = (message: ThreadMessage<Result>) => port.postMessage(message);
  let cancel = new AbortController();
  port.on('message', async (request: JobThreadRequest<Job>) => {
    if (request.kind === 'cancel') {
      cancel.abort();
      return;
    }
    cancel = new AbortController();
    try {
      const onProgress: LongOptions['onProgress'] = event => send({ kind: 'progress', event });
      send({ kind: 'result', result: await run(request.job, { signal: cancel.signal, onProgress }) });
    } catch (thrown) {
      send({ kind: 'failed', error: toDirectorError(thrown).toJSON() });
    }
  });
}
