import { availableParallelism } from 'node:os';
import { toDirectorError } from '../engine/errors.ts';
import { throwIfCancelled } from '../engine/progress.ts';
import { JobThread } from '../engine/thread/jobThread.ts';
import type { BatchJob, BatchJobResult } from './batchJob.ts';
import type { Illustration } from './report/illustrate/illustration.ts';
import type { TestOptions } from './run.ts';
import type { FailedRun, Mend, TestRun } from './types.ts';

export interface BatchOptions extends TestOptions {
  /** Threads at once; default the machine's cores. The result does not depend on it. */
  workers?: number;
  /** Draws every run too: the world from above, and each violation from near by. Default false. */
  illustrate?: boolean;
  /** Turns and scales every world like this first; default as the files have it. */
  mend?: Mend | undefined;
}

/** The pictures of all worlds together, and of one at most: a page that every mail server and browser takes. */
const ILLUSTRATION_BYTES = 24_000_000;
const WORLD_ILLUSTRATION_BYTES = 4_000_000;

/** A thread is worth its start after three worlds; replaced so often, what a world leaves behind does not add up. */
const WORLDS_PER_THREAD = 25;

export interface BatchResult {
  /** In the order of the worlds given, without those that failed. */
  runs: TestRun[];
  failed: FailedRun[];
  /** One for each run, in its order; empty without `illustrate`. */
  illustrations: Illustration[];
}

/**
 * Tests several worlds, spread over threads. Each world has physics and a navmesh builder of its own; one that traps
 * them costs itself only, and its thread. What cannot be read or tested is listed with its coded reason; the others
 * are tested all the same.
 * @throws CANCELLED; USAGE where the options are out of range.
 */
export async function runBatch(worlds: readonly string[], options: BatchOptions = {}): Promise<BatchResult> {
  const { signal, onProgress } = options;
  const results: (BatchJobResult | FailedRun | undefined)[] = worlds.map(() => undefined);
  const fractions = worlds.map(() => 0);
  // The same share for each, so that what is drawn of a world does not depend on which was tested first.
  const illustrateBytes = options.illustrate
    ? Math.min(WORLD_ILLUSTRATION_BYTES, Math.floor(ILLUSTRATION_BYTES / worlds.length))
    : undefined;
  let next = 0;
  const work = async () => {
    const thread = testThread();
    try {
      await workThrough(thread);
    } finally {
      await thread.end();
    }
  };
  const workThrough = async (thread: TestThread) => {
    for (let index = next++; index < worlds.length; index = next++) {
      throwIfCancelled(signal);
      const world = worlds[index];
      try {
        results[index] = await runJob(thread, world, illustrateBytes, {
          ...options,
          onProgress: event => {
            fractions[index] = event.fraction;
            const fraction = fractions.reduce((sum, value) => sum + value, 0) / worlds.length;
            onProgress?.({
              ...event,
              fraction,
              message: worlds.length > 1 ? `${world}: ${event.message}` : event.message,
            });
          },
        });
      } catch (thrown) {
        const error = toDirectorError(thrown);
        if (error.code === 'CANCELLED' || error.code === 'USAGE') throw error;
        results[index] = {
          world,
          error: { code: error.code, message: error.message, suggestion: error.suggestion },
        };
      }
      fractions[index] = 1;
    }
  };
  const threads = Math.max(1, Math.min(worlds.length, options.workers ?? availableParallelism()));
  await Promise.all(Array.from({ length: threads }, work));
  const tested = results.filter(result => result !== undefined && 'run' in result);
  return {
    runs: tested.map(({ run }) => run),
    illustrations: tested.flatMap(({ illustration }) => illustration ?? []),
    failed: results.filter(result => result !== undefined && 'error' in result),
  };
}

/**
 * Loads one world and tests it, in a thread of its own.
 * @throws what loadWorld and runTest throw; CANCELLED.
 */
export async function testInThread(world: string, options: TestOptions): Promise<TestRun> {
  const thread = testThread();
  try {
    return (await runJob(thread, world, undefined, options)).run;
  } finally {
    await thread.end();
  }
}

type TestThread = JobThread<BatchJob, BatchJobResult>;

function testThread(): TestThread {
  return new JobThread(
    new URL('./batch.worker.ts', import.meta.url),
    WORLDS_PER_THREAD,
    ({ code }) => code === 'PHYSICS_TRAPPED',
  );
}

function runJob(
  thread: TestThread,
  world: string,
  illustrateBytes: number | undefined,
  { agents, simulatedSeconds, seed, mend, signal, onProgress }: TestOptions & Pick<BatchOptions, 'mend'>,
): Promise<BatchJobResult> {
  const job: BatchJob = { world, agents, simulatedSeconds, seed, mend, illustrateBytes };
  return thread.run(job, { signal, onProgress });
}
