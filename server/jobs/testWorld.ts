import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toDirectorError } from '../../engine/errors.ts';
import type { LongOptions } from '../../engine/progress.ts';
import { writeFileAtomic } from '../../engine/writeFileAtomic.ts';
import { runObservedTest } from '../../sim/observe/observedTest.ts';
import { makeReport } from '../../sim/report/json.ts';
import { toJunit } from '../../sim/report/junit.ts';
import type { FailedRun, TestRun } from '../../sim/types.ts';
import type { StepEvents } from './stepJob.ts';

export interface TestWorldOptions extends LongOptions, Pick<StepEvents, 'onTrace' | 'onViolations'> {
  seed: number;
  agents: number;
  simulatedSeconds: number;
  pace: 'fast' | 'live';
  /** The world's name in the report. */
  name: string;
  /** Emptied, and filled with trace.bin, overlays.glb and junit.xml; junit.xml also where the test refuses the world. */
  runFolder: string;
}

/** Tests a world as the server shows it. @throws what runObservedTest throws */
export async function testWorld(path: string, options: TestWorldOptions): Promise<TestRun> {
  const { name, runFolder } = options;
  await rm(runFolder, { recursive: true, force: true });
  await mkdir(runFolder, { recursive: true });
  const junit = (runs: TestRun[], failed: FailedRun[]) =>
    writeFileAtomic(join(runFolder, 'junit.xml'), toJunit(makeReport(runs, failed), 'error'));
  try {
    const run = { ...(await observe(path, options)), world: name };
    await junit([run], []);
    return run;
  } catch (thrown) {
    const { code, message, suggestion } = toDirectorError(thrown);
    if (/^(?:WORLD|NAVMESH)_/.test(code))
      await junit([], [{ world: name, error: { code, message, suggestion } }]);
    throw thrown;
  }
}

/** Runs the test and lets it be watched. */
function observe(path: string, options: TestWorldOptions): Promise<TestRun> {
  const { seed, agents, simulatedSeconds, pace, signal, onProgress, onTrace, onViolations } = options;
  return runObservedTest(path, {
    seed,
    agents,
    simulatedSeconds,
    pace,
    signal,
    onProgress,
    outFolder: options.runFolder,
    onTrace,
    onViolations: onViolations && ((violations, final) => onViolations([...violations], final)),
  });
}
