import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DirectorError } from '../../engine/errors.ts';
import type { Log } from '../log.ts';
import type { Bus } from './bus.ts';
import { type NamedEvent, PartJoiner } from './busMessages.ts';
import { BusOutbox } from './busOutbox.ts';
import { createMemoryBus } from './createMemoryBus.ts';

const CHANNEL = 'sora_director_bus';
const CONNECT_MILLISECONDS = 5000;
const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 5000;
/** What is left to be said when the bus is closed has this long. */
const CLOSE_MILLISECONDS = 1000;

export interface PostgresBusOptions {
  databaseUrl: string;
  log: Log;
}

/**
 * The bus of several processes, over LISTEN and NOTIFY on one connection of its own, which comes back by itself.
 * Listeners of this process are reached directly, those of others through the database. `publish` only queues;
 * while the database is away frames and, in the end, all else is left out.
 * @throws DATABASE_UNREACHABLE where the first connection fails.
 */
export async function createPostgresBus({ databaseUrl, log }: PostgresBusOptions): Promise<Bus> {
  const local = createMemoryBus(thrown => log.error({ err: thrown }, 'a listener on the bus threw'));
  const origin = randomUUID();
  const outbox = new BusOutbox(origin);
  const joiner = new PartJoiner(origin);
  let client: pg.Client | undefined;
  let sending: Promise<void> | undefined;
  let closed = false;

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: CONNECT_MILLISECONDS,
      keepAlive: true,
      application_name: 'sora-director bus',
    });
    let lost = false;
    const lose = (error?: Error) => {
      if (lost) return;
      lost = true;
      if (client !== next) return;
      client = undefined;
      joiner.clear();
      if (closed) return;
      log.warn({ err: error }, 'the bus lost its connection to the database');
      void reconnect();
    };
    next.on('error', lose);
    next.on('end', () => lose());
    next.on('notification', ({ payload = '' }) => receive(payload));
    try {
      await next.connect();
      await next.query(`LISTEN ${CHANNEL}`);
    } catch (thrown) {
      lost = true;
      await next.end().catch(() => undefined);
      throw thrown;
    }
    if (closed || lost) return next.end();
    client = next;
    flush();
  }

  async function reconnect(): Promise<void> {
    for (
      let pause = FIRST_PAUSE_MILLISECONDS;
      !closed;
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLISECONDS)
    ) {
      await sleep(pause, undefined, { ref: false });
      if (closed) return;
      try {
        await connect();
        log.info('the bus is connected to the database again');
        return;
      } catch (thrown) {
        log.warn({ err: thrown, quiet: true }, 'the bus cannot reach the database yet');
      }
    }
  }

  function receive(payload: string): void {
    try {
      const named = joiner.take(payload);
      if (named) local.publish(named.name, named.event);
    } catch (thrown) {
      log.warn({ err: thrown }, 'the bus brought something that is no event');
    }
  }

  function flush(): void {
    if (sending || !client || outbox.empty) return;
    sending = send(client).finally(() => {
      sending = undefined;
      flush();
    });
  }

  async function send(through: pg.Client): Promise<void> {
    const batch = outbox.takeBatch();
    try {
      await through.query('SELECT pg_notify($1, part) FROM unnest($2::text[]) AS part', [CHANNEL, batch]);
    } catch (thrown) {
      // The connection's own 'error' brings it back; what was in this batch is missed, as by one who came late.
      log.warn({ err: thrown, quiet: true }, `the bus could not send ${batch.length} message(s)`);
      if (client === through) await through.end().catch(() => undefined);
    }
  }

  try {
    await connect();
  } catch (cause) {
    throw new DirectorError('DATABASE_UNREACHABLE', `The bus: ${(cause as Error).message}`, { cause });
  }
  return {
    publish(name, event) {
      local.publish(name, event);
      if (closed) return;
      outbox.add({ name, event } as unknown as NamedEvent);
      flush();
    },
    subscribe: (name, listener) => local.subscribe(name, listener),
    async close() {
      if (closed) return;
      const deadline = performance.now() + CLOSE_MILLISECONDS;
      while (client && !outbox.empty && performance.now() < deadline)
        await Promise.race([sending, sleep(CLOSE_MILLISECONDS)]);
      closed = true;
      const last = client;
      client = undefined;
      await last?.end().catch(() => undefined);
      await local.close();
    },
  };
}
