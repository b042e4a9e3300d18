import type { ErrorCode } from '../engine/errors.ts';
import type { ProgressEvent } from '../engine/progress.ts';
import type { TestRun } from './types.ts';

/** What crosses the thread border when a world is tested in a batch. */
export interface BatchJob {
  world: string;
  agents: number | undefined;
  simulatedSeconds: number | undefined;
  seed: number | undefined;
}

export type BatchMessage =
  | { kind: 'progress'; event: ProgressEvent }
  | { kind: 'run'; run: TestRun }
  | {
      kind: 'failed';
      error: { code: ErrorCode; message: string; suggestion: string; details?: Record<string, unknown> };
    };
