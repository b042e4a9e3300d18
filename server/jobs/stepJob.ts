import type { DirectorError } from '../../engine/errors.ts';
import type { ProgressEvent } from '../../engine/progress.ts';
import type { Step } from '../../pipeline/direct/nextStep.ts';
import type { Production } from '../../pipeline/direct/production.ts';
import type { StorageConfig, StoredFile } from '../files/fileStore.ts';

/** Work for one child process, plain data: one step of a production, or one test of a world of its own. */
export interface StepJob {
  work: ProductionStep | WorldTest;
  /** An empty folder, or what an earlier attempt on this machine left; the process makes its files below it. */
  scratch: string;
  /** Files that the work reads, by path below `scratch`; copied there from storage before it starts. */
  inputs: Record<string, StoredFile>;
  storage: StorageConfig;
}

export interface ProductionStep {
  kind: 'production-step';
  /** The production so far, as production.json has it. Its files lie at their paths below `scratch`. */
  production: Production;
  iteration: number;
  step: Step;
  /** Lift this take; the best by rank where absent. */
  take?: string;
  /** The procedural provider's failure model, path on this machine. */
  failureModel?: string;
  /** Of a test. */
  pace?: 'fast' | 'live';
}

export interface WorldTest {
  kind: 'world-test';
  /** Below `scratch`: a world folder, or a .glb. */
  world: string;
  agents: number;
  simulatedSeconds: number;
  seed: number;
  pace: 'fast' | 'live';
}

export interface StepOutcome {
  /** What the step adds to its iteration (`generated`, `scored`, …), or the TestRun of a world test. */
  output: unknown;
  /** The new files by path below `scratch`, all in storage. */
  files: Record<string, StoredFile>;
}

/** What the process tells while it works. */
export interface StepEvents {
  onProgress(event: ProgressEvent): void;
  /** A file that is whole and in storage while the step goes on, by path below `scratch`: a take's video. */
  onMade?(path: string, file: StoredFile): void;
  /** A packet of the test's trace (sim/browser/trace.ts), at most 20 a second. */
  onTrace?(packet: { keyframe: boolean; bytes: Uint8Array }): void;
  /** New ones as they become known; at the end (`final`) those of the report, in place of all before. */
  onViolations?(violations: unknown[], final: boolean): void;
}

/** What runInProcess says to the process. */
export type ToStep = { kind: 'run'; job: StepJob } | { kind: 'cancel' };

/** What the process says to runInProcess; done or failed is the last. */
export type FromStep =
  | { kind: 'progress'; event: ProgressEvent }
  | { kind: 'made'; path: string; file: StoredFile }
  | { kind: 'trace'; packet: { keyframe: boolean; bytes: Uint8Array } }
  | { kind: 'violations'; violations: unknown[]; final: boolean }
  | { kind: 'done'; outcome: StepOutcome }
  | { kind: 'failed'; error: ReturnType<DirectorError['toJSON']> };
