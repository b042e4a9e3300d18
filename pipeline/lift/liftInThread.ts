import { runInThread } from '../../engine/thread/runInThread.ts';
import type { LiftOptions, LiftResult } from './lift.ts';
import type { LiftJob } from './lift.worker.ts';

/** `lift` on a thread of its own: bundle adjustment would hold the caller's event loop for seconds. */
export function liftInThread(videoPath: string, options: LiftOptions): Promise<LiftResult> {
  const { signal, onProgress, info: _, ...rest } = options;
  const job: LiftJob = { videoPath, options: rest };
  return runInThread(new URL('./lift.worker.ts', import.meta.url), job, { signal, onProgress });
}
