import { type LongOptions, throwIfCancelled } from './progress.ts';

/** Work in pieces: yields the share that is done, 0 to 1, wherever it may be interrupted, and returns its result. */
export type Pieces<Result> = Generator<number, Result, void>;

/** All of it at once, where nobody waits for the thread. */
export function atOnce<Result>(pieces: Pieces<Result>): Result {
  for (;;) {
    const next = pieces.next();
    if (next.done) return next.value;
  }
}

/** Milliseconds of work between two breaks: half of a frame at 60 Hz, so that a page stays responsive. */
const SLICE_MILLISECONDS = 8;

/**
 * The same work with breaks in which the event loop runs. Cancelling throws CANCELLED at the next break; what the
 * work has to free it frees in its `finally`.
 */
export async function gradually<Result>(
  pieces: Pieces<Result>,
  stage: string,
  message: string,
  { signal, onProgress }: LongOptions,
): Promise<Result> {
  let sliceEnd = performance.now() + SLICE_MILLISECONDS;
  try {
    for (;;) {
      const next = pieces.next();
      if (next.done) return next.value;
      if (performance.now() < sliceEnd) continue;
      onProgress?.({ stage, fraction: next.value, message });
      await takeBreak();
      throwIfCancelled(signal);
      sliceEnd = performance.now() + SLICE_MILLISECONDS;
    }
  } finally {
    // Reaches the work's `finally` where it was cut short; harmless where it has ended.
    pieces.return(undefined as never);
  }
}

/** A message rather than a timer: browsers make nested timers wait 4 ms each. */
function takeBreak(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
