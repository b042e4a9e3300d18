import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DirectorError } from '../../engine/errors.ts';
import { throwIfCancelled } from '../../engine/progress.ts';
import { groupEnded, killGroup, memoryOf } from './processGroup.ts';
import type { FromStep, StepEvents, StepJob, StepOutcome, ToStep } from './stepJob.ts';

export interface ProcessOptions {
  signal?: AbortSignal | undefined;
  /** Resident memory of the process and all that it starts; elsewhere than on Linux, its JavaScript heap alone. */
  memoryLimitBytes: number;
  /** From the start of the process to its answer. */
  timeLimitSeconds: number;
}

/** Long functions promise to stop within a second; what is deep in arithmetic or in ffmpeg is killed before. */
const PATIENCE_MILLISECONDS = 700;
/** At this period a process that grows by 1 GB/s is 250 MB over its limit when it is seen. */
const MEMORY_PERIOD_MILLISECONDS = 250;
/** Enough for a stack. */
const LAST_WORDS_CHARACTERS = 4000;
/** What V8 says of a process, and Node of a thread. */
const HEAP_IS_FULL = /(?:JavaScript|JS) heap out of memory|reaching memory limit/;

/**
 * Runs one step in a process of its own, which neither blocks nor fells this one. When it settles, nothing of the
 * process and of what it has started is left; when this process dies, they end by themselves.
 * @throws what the step throws, code, suggestion and details kept; CANCELLED within a second; JOB_OUT_OF_MEMORY and
 *   JOB_TIMEOUT; INTERNAL with its last words where the process dies.
 */
export async function runInProcess(
  job: StepJob,
  events: StepEvents,
  options: ProcessOptions,
): Promise<StepOutcome> {
  const { signal, memoryLimitBytes, timeLimitSeconds } = options;
  throwIfCancelled(signal);
  const child = start(memoryLimitBytes);
  const lastWords = listen(child);
  const timers: NodeJS.Timeout[] = [];
  let cancel: (() => void) | undefined;
  try {
    return await new Promise<StepOutcome>((resolve, reject) => {
      cancel = () => {
        tell(child, { kind: 'cancel' });
        timers.push(setTimeout(() => reject(cancelled()), PATIENCE_MILLISECONDS));
      };
      signal?.addEventListener('abort', cancel, { once: true });
      child.on('message', (message: FromStep) => {
        switch (message.kind) {
          case 'progress':
            return events.onProgress(message.event);
          case 'made':
            return events.onMade?.(message.path, message.file);
          case 'trace':
            return events.onTrace?.(message.packet);
          case 'violations':
            return events.onViolations?.(message.violations, message.final);
          case 'done':
            return resolve(message.outcome);
          case 'failed': {
            const { code, message: text, suggestion, details } = message.error;
            // A thread whose heap is full ends alone, and the process lives to tell.
            if (code === 'INTERNAL' && HEAP_IS_FULL.test(text)) return reject(outOfMemory(memoryLimitBytes));
            return reject(new DirectorError(code, text, { suggestion, ...(details && { details }) }));
          }
        }
      });
      child.once('error', cause =>
        reject(
          new DirectorError('INTERNAL', `The step's process cannot be started: ${cause.message}`, { cause }),
        ),
      );
      // The pipes of a dead process stay open while something that it has started lives: its last words come after.
      child.once('exit', () => killAll(child));
      child.once('close', (status, killedBy) =>
        reject(explainDeath(status, killedBy, lastWords(), memoryLimitBytes)),
      );
      timers.push(
        setTimeout(() => reject(timedOut(timeLimitSeconds)), timeLimitSeconds * 1000),
        setInterval(() => {
          const memoryBytes = (child.pid !== undefined && memoryOf(child.pid)) || 0;
          if (memoryBytes > memoryLimitBytes) reject(outOfMemory(memoryLimitBytes, memoryBytes));
        }, MEMORY_PERIOD_MILLISECONDS),
      );
      tell(child, { kind: 'run', job });
    });
  } finally {
    for (const timer of timers) clearInterval(timer);
    if (cancel) signal?.removeEventListener('abort', cancel);
    await end(child);
  }
}

function start(memoryLimitBytes: number): ChildProcess {
  return fork(fileURLToPath(new URL('./stepProcess.ts', import.meta.url)), [String(process.pid)], {
    serialization: 'advanced',
    // Leader of a group of its own, so that all that it starts can be killed with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [`--max-old-space-size=${Math.ceil(memoryLimitBytes / 2 ** 20)}`],
  });
}

function tell(child: ChildProcess, message: ToStep): void {
  // A process that cannot be told anything has died, and its exit says how.
  child.send(message, () => undefined);
}

/** @returns the end of what it has printed so far. */
function listen(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-LAST_WORDS_CHARACTERS);
    });
  return () => text.trim();
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    killAll(child);
    await exit;
  }
  // The listener of its exit has killed what it had started.
  await groupEnded(child.pid);
}

function killAll({ pid }: ChildProcess): void {
  // Without a pid it has never started.
  if (pid !== undefined) killGroup(pid);
}

function explainDeath(
  status: number | null,
  killedBy: NodeJS.Signals | null,
  lastWords: string,
  memoryLimitBytes: number,
): DirectorError {
  // V8 ends the whole process where its heap is full.
  if (HEAP_IS_FULL.test(lastWords)) return outOfMemory(memoryLimitBytes);
  const how = killedBy ? `was killed by ${killedBy} from outside` : `ended with status ${status}`;
  return new DirectorError('INTERNAL', `The step's process ${how} and gave no result.`, {
    ...(killedBy === 'SIGKILL' && {
      suggestion: 'Run it again; where the machine was out of memory, give it less work at once.',
    }),
    details: { status, signal: killedBy, lastWords },
  });
}

function cancelled(): DirectorError {
  return new DirectorError('CANCELLED', 'The work was cancelled.');
}

function timedOut(limitSeconds: number): DirectorError {
  return new DirectorError('JOB_TIMEOUT', `The step took longer than ${limitSeconds} s and was stopped.`, {
    details: { limitSeconds },
  });
}

/** @param memoryBytes unknown where the heap's own limit was met. */
function outOfMemory(limitBytes: number, memoryBytes?: number): DirectorError {
  const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  const took = memoryBytes === undefined ? 'its heap' : mebibytes(memoryBytes);
  return new DirectorError(
    'JOB_OUT_OF_MEMORY',
    `The step took ${took} of memory, more than the ${mebibytes(limitBytes)} it may, and was stopped.`,
    { details: { limitBytes, memoryBytes: memoryBytes ?? limitBytes } },
  );
}
