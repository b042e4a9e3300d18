import type { ProgressEvent } from '../../engine/progress.ts';

const LEAST_MILLISECONDS = 100;

/** Lets ten events a second through, and every change of stage: a long function may tell of each frame. */
export function throttleProgress(onProgress: (event: ProgressEvent) => void): (event: ProgressEvent) => void {
  let last = Number.NEGATIVE_INFINITY;
  let stage: string | undefined;
  return event => {
    const now = performance.now();
    if (event.stage === stage && now - last < LEAST_MILLISECONDS) return;
    last = now;
    stage = event.stage;
    onProgress(event);
  };
}
