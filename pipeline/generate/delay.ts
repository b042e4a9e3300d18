import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfCancelled } from '../../engine/progress.ts';

/** Waits, or throws CANCELLED as soon as the signal fires. */
export async function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  throwIfCancelled(signal);
  await sleep(milliseconds, undefined, { signal }).catch((thrown: unknown) => {
    throwIfCancelled(signal);
    throw thrown;
  });
}
