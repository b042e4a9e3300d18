import pg from 'pg';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import type { Bus, BusEvents } from '../../../server/live/bus.ts';
import { type NamedEvent, PartJoiner, toParts } from '../../../server/live/busMessages.ts';
import { BusOutbox } from '../../../server/live/busOutbox.ts';
import { createMemoryBus } from '../../../server/live/createMemoryBus.ts';
import { createPostgresBus } from '../../../server/live/createPostgresBus.ts';

const databaseUrl = process.env['TEST_DATABASE_URL'];
const log = pino({ level: 'silent' });
const open: Bus[] = [];
afterEach(async () => {
  for (const bus of open.splice(0)) await bus.close();
});

function collect<Name extends keyof BusEvents>(bus: Bus, name: Name) {
  const events: BusEvents[Name][] = [];
  let wake = () => {};
  const end = bus.subscribe(name, event => {
    events.push(event);
    wake();
  });
  return {
    events,
    end,
    async until(count: number): Promise<BusEvents[Name][]> {
      while (events.length < count)
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      return events;
    },
  };
}

const trace = (sequence: number, keyframe: boolean, size = 3): BusEvents['trace'] => ({
  runId: 'r_0000000000000001',
  sequence,
  keyframe,
  bytes: new Uint8Array(size).fill(sequence),
});

describe('in one process', () => {
  test('events come in order, not within publish, and not after the end of a subscription', async () => {
    const bus = createMemoryBus(() => {});
    const traces = collect(bus, 'trace');
    bus.publish('trace', trace(0, true));
    bus.publish('trace', trace(1, false));
    expect(traces.events).toEqual([]);
    await traces.until(2);
    expect(traces.events.map(({ sequence }) => sequence)).toEqual([0, 1]);
    traces.end();
    bus.publish('trace', trace(2, false));
    await Promise.resolve();
    expect(traces.events.length).toBe(2);
  });

  test('a listener that throws keeps nothing from the others', async () => {
    const thrown: unknown[] = [];
    const bus = createMemoryBus(error => thrown.push(error));
    bus.subscribe('productions', () => {
      throw new Error('broken listener');
    });
    const heard = collect(bus, 'productions');
    bus.publish('productions', {});
    await heard.until(1);
    expect(thrown).toHaveLength(1);
  });
});

describe('as messages', () => {
  const event: NamedEvent = {
    name: 'violations',
    event: { runId: 'r', final: true, violations: ['ä→🙂'.repeat(9000)] },
  };

  test('a large event is cut into parts below NOTIFY’s limit and joined again', () => {
    const parts = toParts('a', 1, event) ?? [];
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThan(8000);
    const joiner = new PartJoiner('b');
    expect(parts.map(part => joiner.take(part)).filter(Boolean)).toEqual([event]);
  });

  test('a part that is missing costs its event, not the next', () => {
    const joiner = new PartJoiner('b');
    const [first, , third] = toParts('a', 1, event) ?? [];
    expect(joiner.take(first)).toBeUndefined();
    expect(joiner.take(third)).toBeUndefined();
    const next = toParts('a', 2, event) ?? [];
    expect(next.map(part => joiner.take(part)).at(-1)).toEqual(event);
    expect(() => joiner.take('rubbish')).toThrow(RangeError);
  });

  test('parts of several origins do not mix, and one’s own are left out', () => {
    const joiner = new PartJoiner('c');
    const a = toParts('a', 1, event) ?? [];
    const b = toParts('b', 1, event) ?? [];
    const own = toParts('c', 1, event) ?? [];
    const joined = a.flatMap((part, i) => [joiner.take(part), joiner.take(b[i]), joiner.take(own[i])]);
    expect(joined.filter(Boolean)).toEqual([event, event]);
  });

  test('frames that cannot be sent are left out until a keyframe; what waits is bounded', () => {
    const outbox = new BusOutbox('a');
    const add = (sequence: number, keyframe: boolean, size: number) =>
      outbox.add({ name: 'trace', event: trace(sequence, keyframe, size) });
    let taken = 0;
    for (let i = 0; i < 1000; i++) if (add(i, i % 40 === 0, 30_000)) taken++;
    expect(taken).toBeLessThan(60);
    expect(outbox.add({ name: 'job', event: { jobId: 'j', productionId: null, runId: null } })).toBe(true);
    while (!outbox.empty) outbox.takeBatch();
    expect(add(1000, false, 10)).toBe(false);
    expect(add(1001, true, 10)).toBe(true);
    expect(add(1002, false, 10)).toBe(true);
  });
});

describe.skipIf(!databaseUrl)('over PostgreSQL', () => {
  const url = databaseUrl ?? '';
  const connect = async () => {
    const bus = await createPostgresBus({ databaseUrl: url, log });
    open.push(bus);
    return bus;
  };

  test('events reach every process once, in order, whatever their size', async () => {
    const [one, other] = [await connect(), await connect()];
    const here = collect(one, 'trace');
    const there = collect(other, 'trace');
    for (let i = 0; i < 50; i++) one.publish('trace', trace(i, i === 0, 300 * i));
    await there.until(50);
    await here.until(50);
    for (const { events } of [here, there]) {
      expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 50 }, (_, i) => i));
      expect(events.map(({ bytes }) => bytes.length)).toEqual(Array.from({ length: 50 }, (_, i) => 300 * i));
      expect(events[49].bytes.every(byte => byte === 49)).toBe(true);
    }
  });

  test('a lost connection comes back', async () => {
    const [one, other] = [await connect(), await connect()];
    const heard = collect(other, 'stop');
    one.publish('stop', { jobId: 'first', why: 'cancel' });
    await heard.until(1);
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sora-director bus' AND datname = current_database()",
    );
    await admin.end();
    // Until both are back, what is published is missed.
    const again = setInterval(() => one.publish('stop', { jobId: 'second', why: 'pause' }), 50);
    try {
      const [, second] = await heard.until(2);
      expect(second).toEqual({ jobId: 'second', why: 'pause' });
    } finally {
      clearInterval(again);
    }
  });

  test('a database that is not there is told', async () => {
    await expect(
      createPostgresBus({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none', log }),
    ).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  });
});
