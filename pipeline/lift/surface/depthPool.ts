import { Worker } from 'node:worker_threads';
import { DirectorError } from '../../../engine/errors.ts';
import { throwIfCancelled } from '../../../engine/progress.ts';
import type { DepthAnswer, DepthTask } from './depth.worker.ts';
import type { DepthMap } from './view.ts';

export interface DepthPool {
  /**
   * Runs every task and gives the maps in the order of the tasks, whichever worker made them.
   * @throws CANCELLED within a second of the signal: the workers are ended, not asked.
   */
  run(
    tasks: readonly DepthTask[],
    signal: AbortSignal | undefined,
    onDone: (done: number) => void,
  ): Promise<DepthMap[]>;
  /** Ends the threads; a second time it does nothing. */
  close(): Promise<void>;
}

/** @param workers threads; each holds about 3 bytes per pixel and hypothesis while it sweeps. */
export function createDepthPool(workers: number): DepthPool {
  const threads = Array.from(
    { length: workers },
    () => new Worker(new URL('./depth.worker.ts', import.meta.url)),
  );
  // A thread may break before anything is asked of it: whoever asks next hears of it.
  const { promise: broken, reject: breakDown } = Promise.withResolvers<never>();
  broken.catch(() => undefined);
  for (const thread of threads) thread.on('error', breakDown);
  return {
    async run(tasks, signal, onDone) {
      throwIfCancelled(signal);
      const results: DepthMap[] = new Array(tasks.length);
      let next = 0;
      let done = 0;
      const listeners: { thread: Worker; onMessage: (answer: DepthAnswer) => void }[] = [];
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const onAbort = () => reject(new DirectorError('CANCELLED', 'The work was cancelled.'));
      const feed = (thread: Worker) => {
        const task = tasks[next];
        if (task) thread.postMessage({ id: next++, task });
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      for (const thread of threads) {
        const onMessage = ({ id, depth }: DepthAnswer) => {
          results[id] = depth;
          onDone(++done);
          if (done === tasks.length) resolve();
          else feed(thread);
        };
        listeners.push({ thread, onMessage });
        thread.on('message', onMessage);
        feed(thread);
      }
      if (tasks.length === 0) resolve();
      try {
        await Promise.race([promise, broken]);
      } finally {
        signal?.removeEventListener('abort', onAbort);
        for (const { thread, onMessage } of listeners) thread.off('message', onMessage);
      }
      return results;
    },
    async close() {
      await Promise.all(threads.map(thread => thread.terminate()));
    },
  };
}
