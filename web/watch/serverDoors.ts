import { api } from '../api/api.ts';
import { live } from '../api/live.ts';
import { fetchBytes } from './fetchBytes.ts';
import type { FeedDoors } from './runFeed.ts';

/** The server that this page came from. */
export function serverDoors(): FeedDoors {
  return { live: live(), getRun: api.getRun, fetchBytes, wait };
}

function wait(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
