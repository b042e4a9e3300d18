import { serveThread } from '../engine/thread/serveThread.ts';
import { loadWorld } from '../engine/world/loadWorld.ts';
import type { BatchJob } from './batchJob.ts';
import { runTest } from './run.ts';

await serveThread(async ({ world, ...options }: BatchJob, long) => {
  const run = await runTest(await loadWorld(world, { decodeImages: false }), { ...options, ...long });
  // The world as the person named it.
  return { ...run, world };
});
