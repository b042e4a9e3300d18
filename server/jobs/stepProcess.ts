import { flushCompileCache } from 'node:module';
import { Worker } from 'node:worker_threads';
import { DirectorError, toDirectorError } from '../../engine/errors.ts';
import { killGroup, lowerPriority } from './processGroup.ts';
import { runStepJob } from './runStepJob.ts';
import type { FromStep, ToStep } from './stepJob.ts';
import { throttleProgress } from './throttleProgress.ts';

/**
 * The process of one step; runInProcess starts it. It is told its job, tells of its progress, and answers once. When
 * the server dies it ends with all that it has started: its result could not be delivered, and another process will
 * run the step anew.
 */
lowerPriority();
// Not process.ppid: the parent may have died before this line.
const parent = Number(process.argv[2]);
new Worker(new URL('./parentWatch.worker.ts', import.meta.url), { workerData: parent }).unref();
process.once('disconnect', () => killGroup(process.pid));

const cancel = new AbortController();
process.on('message', (message: ToStep) => {
  if (message.kind === 'cancel') cancel.abort();
  else void run(message);
});

async function run({ job }: ToStep & { kind: 'run' }): Promise<void> {
  try {
    const outcome = await runStepJob(
      job,
      {
        onProgress: throttleProgress(event => send({ kind: 'progress', event })),
        onMade: (path, file) => send({ kind: 'made', path, file }),
        onTrace: packet => send({ kind: 'trace', packet }),
        onViolations: (violations, final) => send({ kind: 'violations', violations, final }),
      },
      cancel.signal,
    );
    // This process is killed once it has answered, and Node would write what it has compiled at its end.
    flushCompileCache();
    send({ kind: 'done', outcome });
  } catch (thrown) {
    send({ kind: 'failed', error: describe(thrown) });
  }
}

function send(message: FromStep): void {
  // Without a callback a message that cannot be delivered would throw; 'disconnect' says the same and ends this.
  process.send?.(message, undefined, undefined, () => undefined);
}

function describe(thrown: unknown): ReturnType<DirectorError['toJSON']> {
  const error = toDirectorError(thrown);
  if (error.code !== 'INTERNAL') return error.toJSON();
  // A defect of ours: where it broke is worth more than its message.
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  return new DirectorError('INTERNAL', error.message, {
    suggestion: error.suggestion,
    details: { ...error.details, stack },
  }).toJSON();
}
