import { subProgress } from '../engine/progress.ts';
import { serveJobs } from '../engine/thread/serveJobs.ts';
import { loadWorld } from '../engine/world/loadWorld.ts';
import type { BatchJob, BatchJobResult } from './batchJob.ts';
import { mendWorld } from './mendWorld.ts';
import type { ExplorationView } from './observe/runObserver.ts';
import { illustrateRun } from './report/illustrate/illustrateRun.ts';
import { runTest } from './run.ts';

serveJobs(async (job: BatchJob, long): Promise<BatchJobResult> => {
  const { world, illustrateBytes, mend, ...options } = job;
  const loaded = mendWorld(await loadWorld(world, { decodeImages: false }), mend);
  if (illustrateBytes === undefined)
    return { run: { ...(await runTest(loaded, { ...options, ...long })), world } };
  let view: ExplorationView | undefined;
  const observe = {
    onBegin: () => undefined,
    onFrame: () => undefined,
    onViolations: () => undefined,
    onExploration: (exploration: ExplorationView) => {
      view = exploration;
    },
  };
  const run = await runTest(loaded, { ...options, ...subProgress(long, 0, 0.8), observe });
  const illustration = await illustrateRun(loaded, run, view, {
    ...subProgress(long, 0.8, 1),
    mostBytes: illustrateBytes,
  });
  // The world as the person named it.
  return { run: { ...run, world }, illustration };
});
