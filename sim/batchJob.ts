import type { Illustration } from './report/illustrate/illustration.ts';
import type { Mend, TestRun } from './types.ts';

/** What a thread is given to test one world of a batch. */
export interface BatchJob {
  world: string;
  agents: number | undefined;
  simulatedSeconds: number | undefined;
  seed: number | undefined;
  /** Turned and scaled like this before it is tested. */
  mend?: Mend | undefined;
  /** Draws the run, in pictures of at most so many bytes; undefined for a run in words. */
  illustrateBytes?: number | undefined;
}

export interface BatchJobResult {
  run: TestRun;
  illustration?: Illustration;
}
