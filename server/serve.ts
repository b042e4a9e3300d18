import { mkdir } from 'node:fs/promises';
import { DirectorError, toDirectorError } from '../engine/errors.ts';
import type { ServerConfig } from './config.ts';
import { openDatabase } from './db/database.ts';
import { createFileStore } from './files/createFileStore.ts';
import type { FileStore } from './files/fileStore.ts';
import { sweepIncoming } from './files/sweepIncoming.ts';
import { createApp } from './http/createApp.ts';
import { type Listening, listen } from './http/listen.ts';
import { startQueue } from './jobs/queue.ts';
import { startWorker } from './jobs/worker.ts';
import { attachSockets } from './live/attachSockets.ts';
import type { Bus } from './live/bus.ts';
import { createMemoryBus } from './live/createMemoryBus.ts';
import { createPostgresBus } from './live/createPostgresBus.ts';
import { type Log, openLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createStudio } from './studio/createStudio.ts';
import type { Studio } from './studio/studio.ts';

export interface RunningServer {
  /** To open in a browser on this machine; undefined for a worker, which serves nobody. */
  url: string | undefined;
  studio: Studio;
  files: FileStore;
  log: Log;
  /**
   * Drains and ends: /ready says no, nothing new is begun, steps that run are given back, sockets are told. Within
   * ten seconds; what does not end by then is left to the end of the process.
   */
  close(): Promise<void>;
}

/** No step takes hours; what does is stopped with JOB_TIMEOUT. */
const JOB_SECONDS = 2 * 3600;
/** Of the ten seconds in which a server has to be gone, what its parts may take one after another. */
const WORKER_MILLISECONDS = 5000;
const REQUESTS_MILLISECONDS = 2000;
const PART_MILLISECONDS = 1000;

/**
 * Starts all parts of a server, or those of its role, in the order in which they stand on each other. The port comes
 * first: while the database is opened, /health answers, /ready and the API say STARTING.
 * @param tell takes lines for the person at the terminal.
 * @throws PORT_TAKEN; USAGE; DATA_FOLDER_BUSY; DATABASE_UNREACHABLE; OUTPUT_UNWRITABLE. Nothing is left running then.
 */
export async function startServer(
  config: ServerConfig,
  tell?: (line: string) => void,
): Promise<RunningServer> {
  /** Ends what was started, the last first. */
  const endings: (() => Promise<void>)[] = [];
  const end = async () => {
    for (const ending of endings.splice(0).reverse()) await ending();
  };
  try {
    await mkdir(config.dataFolder, { recursive: true }).catch((cause: Error) => {
      throw new DirectorError('OUTPUT_UNWRITABLE', `${config.dataFolder} cannot be made: ${cause.message}`, {
        suggestion: 'Give another --data folder.',
        cause,
      });
    });
    return await startParts(config, tell, endings, end);
  } catch (thrown) {
    await end();
    throw thrown;
  }
}

async function startParts(
  config: ServerConfig,
  tell: ((line: string) => void) | undefined,
  endings: (() => Promise<void>)[],
  end: () => Promise<void>,
): Promise<RunningServer> {
  const { dataFolder, databaseUrl, storage, role } = config;
  const { log, close: closeLog } = await openLog(dataFolder, tell);
  const add = (name: string, milliseconds: number, ending: () => Promise<unknown>) =>
    endings.push(() => endInTime(name, milliseconds, ending, log));
  endings.push(closeLog);

  const metrics = createMetrics();
  const app = createApp({ config, log, metrics });
  let listening: Listening | undefined;
  if (role !== 'worker') {
    const opened = await listen(app.handler, config.host, config.port);
    listening = opened;
    add('requests', REQUESTS_MILLISECONDS + PART_MILLISECONDS, () => opened.close(REQUESTS_MILLISECONDS));
  }
  const database = await openDatabase({
    dataFolder,
    databaseUrl,
    onError: error => log.warn({ err: error }, 'a database connection was lost'),
  });
  add('database', PART_MILLISECONDS, () => database.close());
  const bus: Bus = databaseUrl
    ? await createPostgresBus({ databaseUrl, log })
    : createMemoryBus(thrown => log.error({ err: thrown }, 'a listener on the bus threw'));
  add('bus', PART_MILLISECONDS, () => bus.close());
  const queue = await startQueue(database, error => log.warn({ err: error }, "the queue's upkeep failed"));
  add('queue', PART_MILLISECONDS, () => queue.stop());
  const files = createFileStore(storage);
  if (storage.driver === 'local') await sweepIncoming(storage.folder);
  const studio = createStudio({ database, queue, bus });

  if (role !== 'web') {
    const worker = await startWorker({
      database,
      queue,
      bus,
      dataFolder,
      storage,
      log,
      concurrentJobs: config.jobs,
      memoryLimitBytes: config.jobMemoryMegabytes * 1e6,
      timeLimitSeconds: JOB_SECONDS,
    });
    add('worker', WORKER_MILLISECONDS, () => worker.stop());
  }
  if (listening) {
    const sockets = attachSockets(listening.server, { studio, bus, log, origins: config.origins });
    add('sockets', PART_MILLISECONDS, () => sockets.close());
    metrics.attach({ countJobs: () => studio.countJobs(), countSockets: () => sockets.countSockets() });
    app.attach({ studio, files });
    endings.push(async () => app.drain());
  }
  log.info({ quiet: true, role, database: database.kind, storage: storage.driver }, 'started');
  let closing: Promise<void> | undefined;
  return {
    url: listening?.url,
    studio,
    files,
    log,
    close() {
      closing ??= end();
      return closing;
    },
  };
}

/** One part that hangs must not keep the others from ending well. */
async function endInTime(
  name: string,
  milliseconds: number,
  ending: () => Promise<unknown>,
  log: Log,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>(resolve => {
    timer = setTimeout(() => {
      log.warn({ part: name }, `${name} did not end in ${milliseconds / 1000} s`);
      resolve();
    }, milliseconds);
  });
  try {
    await Promise.race([ending(), late]);
  } catch (thrown) {
    log.error({ err: toDirectorError(thrown) }, `${name} did not end well`);
  } finally {
    clearTimeout(timer);
  }
}
