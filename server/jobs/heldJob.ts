import { sql } from 'drizzle-orm';
import type { ProgressEvent } from '../../engine/progress.ts';
import type { Database } from '../db/database.ts';
import { jobs } from '../db/schema.ts';
import type { StoredFile } from '../files/fileStore.ts';
import type { Claim } from './claimJob.ts';
import { heldBy } from './queue.ts';

/** A worker that is silent for SILENT_SECONDS of takeOver.ts loses its jobs; this is five times as often. */
const HEARTBEAT_MILLISECONDS = 2000;
/** Progress goes into the row with a heartbeat, but not more often than this. */
const PROGRESS_MILLISECONDS = 1000;

/**
 * Keeps a job in this worker's hands: tells the database regularly that it is alive and how far it is, and aborts the
 * work where the row says that it is no longer its own, because a person stopped it or another worker has it.
 */
export class HeldJob {
  readonly claim: Claim;
  readonly #abort = new AbortController();
  readonly #database: Database;
  readonly #onStored: () => void;
  readonly #onError: (error: unknown) => void;
  #progress: ProgressEvent | undefined;
  #made: Record<string, StoredFile> = {};
  #timer: NodeJS.Timeout | undefined;
  #storedAt = performance.now();
  #beating: Promise<void> | undefined;
  #ended = false;
  /** The row is no longer this attempt's. */
  lost = false;

  /** @param onStored called after progress was stored. */
  constructor(database: Database, claim: Claim, onStored: () => void, onError: (error: unknown) => void) {
    this.#database = database;
    this.claim = claim;
    this.#onStored = onStored;
    this.#onError = onError;
    this.#schedule(HEARTBEAT_MILLISECONDS);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  progress(event: ProgressEvent): void {
    const first = this.#progress === undefined;
    this.#progress = event;
    if (first && !this.#beating)
      this.#schedule(Math.max(0, this.#storedAt + PROGRESS_MILLISECONDS - performance.now()));
  }

  /** The next progress, which comes with it, takes it along. */
  made(path: string, file: StoredFile): void {
    this.#made = { ...this.#made, [path]: file };
  }

  /** Stops the work; its row stays as it is. */
  abort(): void {
    this.#abort.abort();
  }

  /** Looks at once whether the job is still this worker's. */
  async check(): Promise<void> {
    await this.#beating;
    await this.#beat();
  }

  /** No heartbeat any more. */
  async end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#beating;
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (!this.#ended) this.#timer = setTimeout(() => void this.#beat(), milliseconds);
  }

  #beat(): Promise<void> {
    if (this.#ended || this.lost) return Promise.resolve();
    this.#beating ??= this.#store().finally(() => {
      this.#beating = undefined;
      if (!this.lost) this.#schedule(this.#progress ? PROGRESS_MILLISECONDS : HEARTBEAT_MILLISECONDS);
    });
    return this.#beating;
  }

  async #store(): Promise<void> {
    const event = this.#progress;
    this.#progress = undefined;
    this.#storedAt = performance.now();
    try {
      const held = await this.#database.queries
        .update(jobs)
        .set({
          heartbeatAt: sql`now()`,
          ...(event && { stage: event.stage, fraction: event.fraction, progressMessage: event.message }),
          made: this.#made,
        })
        .where(heldBy(this.claim.job))
        .returning({ id: jobs.id });
      if (held.length === 0) {
        this.lost = true;
        this.#abort.abort();
      } else if (event) this.#onStored();
    } catch (thrown) {
      // The work goes on while the database is away; whether its result counts is decided when it is stored.
      this.#onError(thrown);
    }
  }
}
