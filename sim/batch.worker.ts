import { parentPort, workerData } from 'node:worker_threads';
import { toDirectorError } from '../engine/errors.ts';
import { loadWorld } from '../engine/world/loadWorld.ts';
import type { BatchJob, BatchMessage } from './batchJob.ts';
import { runTest } from './run.ts';

if (!parentPort) throw new Error('batch.worker.ts runs as a worker thread only.');
const port = parentPort;
const send = (message: BatchMessage) => port.postMessage(message);
const job = workerData as BatchJob;
try {
  const world = await loadWorld(job.world, { decodeImages: false });
  const run = await runTest(world, {
    agents: job.agents,
    simulatedSeconds: job.simulatedSeconds,
    seed: job.seed,
    onProgress: event => send({ kind: 'progress', event }),
  });
  // The world as the person named it.
  send({ kind: 'run', run: { ...run, world: job.world } });
} catch (thrown) {
  const { code, message, suggestion, details } = toDirectorError(thrown);
  send({ kind: 'failed', error: { code, message, suggestion, details } });
}
