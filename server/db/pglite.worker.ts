import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';
import type { PgliteAnswer, PgliteRequest } from './pgliteThread.ts';

/**
 * PGlite in a thread of its own: its start and a heavy query hold this thread for seconds, not the server's event
 * loop. Statements run one after the other in the order of the messages; pgliteThread.ts is the other end.
 */
const port = parentPort;
if (!port) throw new Error('This module runs only as a worker thread.');
const { folder } = workerData as { folder: string };

/**
 * Optimising the largest of PostgreSQL's functions takes the compiler 500 MB for a moment, and the many short
 * statements of a studio are no quicker for it. These flags are the whole process's, which runs no other heavy WASM.
 */
setFlagsFromString('--no-wasm-dynamic-tiering');
setFlagsFromString('--no-wasm-tier-up');

/** PostgreSQL takes 128 MB of buffers as it comes; a studio's tables are a few megabytes, with one session. */
const SETTINGS = { shared_buffers: '8MB', wal_buffers: '256kB', max_connections: '10' };
const startParams = [
  ...PGlite.defaultStartParams,
  ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
];

/** Drizzle reads times as text and parses them by the column; functions cannot be sent, so it asks by a flag. */
const TEXT_TIMES = Object.fromEntries(
  [types.TIMESTAMP, types.TIMESTAMPTZ, types.INTERVAL, types.DATE, 1231, 1115, 1185, 1187, 1182].map(type => [
    type,
    (value: string) => value,
  ]),
);

const answer = (message: PgliteAnswer) => port.postMessage(message);

async function run(database: PGlite, request: PgliteRequest): Promise<PgliteAnswer> {
  const { id } = request;
  try {
    if (request.kind === 'exec') return { id, results: await database.exec(request.text) };
    if (request.kind === 'close') {
      await database.close();
      return { id, results: [] };
    }
    const { text, values, rowMode, textTimes } = request;
    const options = { rowMode, ...(textTimes && { parsers: TEXT_TIMES }) };
    return { id, results: [await database.query<never>(text, values, options)] };
  } catch (thrown) {
    // A clone of an Error loses the fields that say what PostgreSQL found.
    const { message, code, detail, constraint, table } = thrown as Error & Record<string, string | undefined>;
    return { id, failed: { message, code, detail, constraint, table } };
  }
}

/** A kill in the seconds that this takes would leave a folder that cannot be opened: it is made aside and moved. */
async function makeWhole(): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const made = await PGlite.create(unfinished, { startParams });
  await made.close();
  await rename(unfinished, folder);
}

try {
  await makeWhole();
  const database = await PGlite.create(folder, { startParams });
  let last: Promise<unknown> = Promise.resolve();
  port.on('message', (request: PgliteRequest) => {
    last = last.then(async () => {
      answer(await run(database, request));
      if (request.kind === 'close') port.close();
    });
  });
  answer({ id: 0, results: [] });
} catch (thrown) {
  answer({ id: 0, failed: { message: (thrown as Error).message } });
  port.close();
}
