import { JobThread } from '../../engine/thread/jobThread.ts';
import type { WorldFaultType } from '../../scenes/faults/worlds/worldFault.ts';
import type { ReplayResult } from '../../sim/replay/replayViolation.ts';
import type { TestRun, Violation } from '../../sim/types.ts';
import type { FaultBases, FaultedRun, FaultJob, FaultJobResult } from './faultJob.ts';

/** Replaced so often, what worlds leave behind in a thread does not add up; its sound worlds are made anew, 1 s each. */
const JOBS_PER_THREAD = 60;

/** One fault of one seed, as a thread of the bench does it. */
export interface FaultThread {
  /** The test of a sound world, done once for all threads. */
  twin(base: string): Promise<TestRun>;
  plant(type: WorldFaultType, seed: number, bases: FaultBases): Promise<FaultedRun | undefined>;
  replay(type: WorldFaultType, seed: number, faulted: FaultedRun, found: Violation): Promise<ReplayResult>;
}

/**
 * Spreads the tests of faulted worlds over threads.
 * @param work called once for each thread, at the same time; each takes what is next by itself.
 * @param onTwin called with each sound world's test.
 */
export async function withFaultThreads(
  threads: number,
  signal: AbortSignal,
  onTwin: (base: string, run: TestRun) => void,
  work: (thread: FaultThread) => Promise<void>,
): Promise<void> {
  const twins = new Map<string, Promise<TestRun>>();
  const one = async () => {
    const thread = new JobThread<FaultJob, FaultJobResult<FaultJob['kind']>>(
      new URL('./faults.worker.ts', import.meta.url),
      JOBS_PER_THREAD,
      ({ code }) => code === 'PHYSICS_TRAPPED',
    );
    const run = async <Kind extends FaultJob['kind']>(job: FaultJob & { kind: Kind }) =>
      (await thread.run(job, { signal })) as FaultJobResult<Kind>;
    const testTwin = async (base: string) => {
      const twin = await run({ kind: 'twin', base });
      onTwin(base, twin);
      return twin;
    };
    try {
      await work({
        twin: base => {
          const known = twins.get(base) ?? testTwin(base);
          twins.set(base, known);
          return known;
        },
        plant: (type, seed, bases) => run({ kind: 'fault', type, seed, bases }),
        replay: (type, seed, { base, run: tested }, found) =>
          run({ kind: 'replay', base, type, seed, run: tested, found }),
      });
    } finally {
      await thread.end();
    }
  };
  await Promise.all(Array.from({ length: threads }, one));
}
