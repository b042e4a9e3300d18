import type { Readable } from 'node:stream';

/** What the store asks of the place where files lie. Keys come from `fileKey`. */
export interface Drive {
  /** A folder on this machine for files that are being written; on the same disk as the storage where that is a folder. */
  readonly incoming: string;
  /** Takes a finished file over; it appears under its key whole or not at all, and is gone from where it was. */
  publish(path: string, key: string, bytes: number): Promise<void>;
  /** @returns undefined where nothing lies. */
  size(key: string): Promise<number | undefined>;
  /** @returns undefined where nothing lies. */
  open(key: string, range: { start: number; end: number } | undefined): Promise<Readable | undefined>;
}
