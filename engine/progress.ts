import { DirectorError } from './errors.ts';

/** What a long function reports; the CLI's bars and the socket events are fed by the same callback. */
export interface ProgressEvent {
  /** Stable name of the stage, e.g. 'track' or 'bundle-adjust'. */
  stage: string;
  /** Share of the whole function's work that is done, 0 to 1, never falling. */
  fraction: number;
  message: string;
}

export interface LongOptions {
  /** Stops the function within a second with CANCELLED. */
  signal?: AbortSignal | undefined;
  onProgress?: ((event: ProgressEvent) => void) | undefined;
}

/** Throws CANCELLED once the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new DirectorError('CANCELLED', 'The work was cancelled.');
}

/** Maps a part's own 0–1 progress into the range [from, to] of the whole. */
export function subProgress(options: LongOptions, from: number, to: number): LongOptions {
  const { onProgress } = options;
  return {
    signal: options.signal,
    onProgress:
      onProgress && (event => onProgress({ ...event, fraction: from + (to - from) * event.fraction })),
  };
}
