import { openDatabase } from '../../../server/db/database.ts';
import { startQueue } from '../../../server/jobs/queue.ts';
import { startWorker } from '../../../server/jobs/worker.ts';
import { createMemoryBus } from '../../../server/live/createMemoryBus.ts';

/** A worker process on PostgreSQL, which says each thing that it logs in a line; it works until it is killed. */
const [databaseUrl = '', dataFolder = '', storageFolder = ''] = process.argv.slice(2);
const say = (details: object, message: string) => {
  process.stdout.write(`${JSON.stringify({ ...details, err: undefined, message })}\n`);
};
const database = await openDatabase({ dataFolder, databaseUrl });
const queue = await startQueue(database, error => say({}, error.message));
await startWorker({
  database,
  queue,
  bus: createMemoryBus(error => say({}, String(error))),
  dataFolder,
  storage: { driver: 'local', folder: storageFolder },
  log: { info: say, warn: say, error: say },
  concurrentJobs: 1,
  memoryLimitBytes: 4e9,
  timeLimitSeconds: 600,
});
say({ pid: process.pid }, 'ready');
