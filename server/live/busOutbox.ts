import type { NamedEvent } from './busMessages.ts';
import { toParts } from './busMessages.ts';

/** Beyond this, frames are left out: they are worth nothing late, and a spectator goes on at the next keyframe. */
const MOST_TRACE_CHARACTERS = 1024 * 1024;
/** Beyond this, everything is: the database holds the state, and clients fetch it when they come back. */
const MOST_CHARACTERS = 8 * 1024 * 1024;
/** Of one statement. */
const BATCH_CHARACTERS = 256 * 1024;

/** What waits to be sent, bounded, whether the database is slow or away. */
export class BusOutbox {
  private readonly origin: string;
  private parts: string[] = [];
  private characters = 0;
  private serial = 0;
  /** Runs of which a packet was left out. */
  private readonly cut = new Set<string>();

  /** @param origin names the process; no colons. */
  constructor(origin: string) {
    this.origin = origin;
  }

  get empty(): boolean {
    return this.parts.length === 0;
  }

  /** @returns false where the event was left out. */
  add(named: NamedEvent): boolean {
    const { name, event } = named;
    if (name === 'trace') {
      if (this.characters > MOST_TRACE_CHARACTERS) this.cut.add(event.runId);
      else if (event.keyframe) this.cut.delete(event.runId);
      if (this.cut.has(event.runId)) return false;
    } else if (this.characters > MOST_CHARACTERS) return false;
    if (name === 'runEnded') this.cut.delete(event.runId);
    const parts = toParts(this.origin, this.serial++, named);
    if (!parts) return false;
    this.parts.push(...parts);
    for (const part of parts) this.characters += part.length;
    return true;
  }

  /** Takes out what one statement may carry, the oldest first. */
  takeBatch(): string[] {
    let count = 0;
    let characters = 0;
    while (
      count < this.parts.length &&
      (count === 0 || characters + this.parts[count].length <= BATCH_CHARACTERS)
    )
      characters += this.parts[count++].length;
    const batch = this.parts.slice(0, count);
    this.parts = this.parts.slice(count);
    this.characters -= characters;
    return batch;
  }
}
