import { spawn } from 'node:child_process';
import { Worker } from 'node:worker_threads';

/**
 * Run by runInProcess.test.ts: node busyOrphan.ts starts itself once more, prints the other's pid and lives on; the
 * other watches its parent and never lets its event loop turn.
 */
const [, , parent] = process.argv;
if (parent !== undefined) {
  const watch = new URL('../../../server/jobs/parentWatch.worker.ts', import.meta.url);
  new Worker(watch, { workerData: Number(parent) });
  for (;;);
} else {
  const self = [import.meta.filename, String(process.pid)];
  const { pid } = spawn(process.execPath, self, { detached: true, stdio: 'ignore' });
  process.stdout.write(`${pid}\n`);
  setInterval(() => undefined, 1000);
}
