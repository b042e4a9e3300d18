import type { BusEvents } from './bus.ts';

/**
 * Events as text for NOTIFY, which takes less than 8000 bytes at once: cut into parts and put together again.
 * A part is `origin:serial:index:count:text`; the text is ASCII, so that characters are bytes.
 */

const PART_CHARACTERS = 7800;
/** A report of thousands of violations; beyond it something is wrong, and the event is given up. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
const MOST_PARTS = Math.ceil(MOST_CHARACTERS / PART_CHARACTERS);

export type NamedEvent = {
  [Name in keyof BusEvents]: { name: Name; event: BusEvents[Name] };
}[keyof BusEvents];

/** Undefined where the event is too large to be carried. */
export function toParts(origin: string, serial: number, { name, event }: NamedEvent): string[] | undefined {
  const plain = name === 'trace' ? { ...event, bytes: Buffer.from(event.bytes).toString('base64') } : event;
  const text = JSON.stringify([name, plain]).replace(
    /[\u0080-\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const count = Math.max(1, Math.ceil(text.length / PART_CHARACTERS));
  if (count > MOST_PARTS) return undefined;
  return Array.from(
    { length: count },
    (_, i) =>
      `${origin}:${serial}:${i}:${count}:${text.slice(i * PART_CHARACTERS, (i + 1) * PART_CHARACTERS)}`,
  );
}

interface Unfinished {
  serial: string;
  parts: string[];
}

/** Puts parts together. Those of one origin come in order; a part that is missing costs its event only. */
export class PartJoiner {
  private readonly own: string;
  private readonly unfinished = new Map<string, Unfinished>();

  /** @param own origin whose parts are left out: its events were delivered already. */
  constructor(own: string) {
    this.own = own;
  }

  /** The event that this part completes. @throws RangeError, SyntaxError for what is no part of an event. */
  take(part: string): NamedEvent | undefined {
    const match = /^([^:]+):(\d+):(\d+):(\d+):/.exec(part);
    if (!match) throw new RangeError('This is no part of an event.');
    const [head, origin, serial, index, count] = match;
    if (origin === this.own) return undefined;
    const text = part.slice(head.length);
    if (count === '1') return parse(text);
    if (index === '0') this.unfinished.set(origin, { serial, parts: [] });
    const held = this.unfinished.get(origin);
    if (held?.serial !== serial || held.parts.length !== Number(index)) {
      this.unfinished.delete(origin);
      return undefined;
    }
    held.parts.push(text);
    if (held.parts.length > MOST_PARTS) throw new RangeError('This event has too many parts.');
    if (held.parts.length < Number(count)) return undefined;
    this.unfinished.delete(origin);
    return parse(held.parts.join(''));
  }

  /** Forgets what was begun, as after a lost connection. */
  clear(): void {
    this.unfinished.clear();
  }
}

function parse(text: string): NamedEvent {
  // What comes over the installation's own database was written by toParts.
  const [name, event] = JSON.parse(text) as [keyof BusEvents, Record<string, unknown>];
  if (name === 'trace') event['bytes'] = new Uint8Array(Buffer.from(String(event['bytes']), 'base64'));
  return { name, event } as unknown as NamedEvent;
}
