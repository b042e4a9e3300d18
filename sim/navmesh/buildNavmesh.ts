import { Worker } from 'node:worker_threads';
import { DirectorError } from '../../engine/errors.ts';
import type { LongOptions } from '../../engine/progress.ts';
import { throwIfCancelled } from '../../engine/progress.ts';
import type { NavmeshJob, NavmeshPolygons, NavmeshReply } from './navmeshJob.ts';
import { initRecast } from './recast.ts';

/** Recast's solo build holds the whole grid at once, about 60 bytes a cell with its spans: 12 M cells stay under 1 GB. */
export const MAX_CELLS = 12e6;
/** 457k triangles take under a second at 0.2 m cells; a build that takes this long is hanging. */
const TIME_LIMIT_SECONDS = 60;
const HEAP_LIMIT_MEGABYTES = 1024;

let isHeld = false;

/**
 * V8 shares the compiled code of a WebAssembly module among threads for as long as one of them holds it. The threads
 * that build are thrown away: held here, Recast is compiled and optimised once, which saves each a quarter of its time.
 */
function holdCompiled(): void {
  if (isHeld) return;
  isHeld = true;
  // Where it fails, the thread that builds fails too, and says why.
  initRecast().catch(() => undefined);
}

interface Builder {
  worker: Worker;
  /** Cells of all grids that it has built. */
  cells: number;
}

/** Cells after which a builder is replaced: its heap only grows, at 60 bytes a cell to 120 MB. */
const CELLS_PER_BUILDER = 2e6;

/** One that is free, so that the next navmesh of this thread need not load and compile Recast again: 0.25 s. */
let idle: Builder | undefined;

function takeBuilder(): Builder {
  if (idle) {
    const builder = idle;
    idle = undefined;
    builder.worker.ref();
    return builder;
  }
  const worker = new Worker(new URL('./navmesh.worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MEGABYTES },
  });
  const forget = () => {
    if (idle?.worker === worker) idle = undefined;
  };
  // Also while nobody waits for it.
  worker.on('exit', forget);
  worker.on('error', forget);
  return { worker, cells: 0 };
}

/** Keeps a sound builder for the next navmesh, if none is kept yet; it holds no process open. */
async function leaveBuilder(builder: Builder): Promise<void> {
  if (idle || builder.cells >= CELLS_PER_BUILDER) {
    await builder.worker.terminate();
    return;
  }
  builder.worker.unref();
  idle = builder;
}

/**
 * Builds navmeshes with Recast in a worker thread that is thrown away where it fails: Recast's WASM can trap or
 * hang on hostile geometry, and that must cost this navmesh only.
 * @returns one entry per job, undefined where nothing can be walked.
 * @throws NAVMESH_FAILED after a trap, a hang or too large a grid; CANCELLED.
 */
export async function buildNavmeshes(
  jobs: NavmeshJob[],
  options: LongOptions & { timeLimitSeconds?: number } = {},
): Promise<(NavmeshPolygons | undefined)[]> {
  throwIfCancelled(options.signal);
  let allCells = 0;
  for (const job of jobs) {
    const cells = gridCells(job);
    allCells += cells;
    if (!(cells <= MAX_CELLS))
      throw new DirectorError(
        'NAVMESH_FAILED',
        `The navmesh grid would have ${cells} cells; the limit is ${MAX_CELLS}.`,
        {
          details: { cells, limit: MAX_CELLS, cellSizeMeters: job.cellSize },
        },
      );
  }
  const builder = takeBuilder();
  const { worker } = builder;
  builder.cells += allCells;
  holdCompiled();
  const limit = options.timeLimitSeconds ?? TIME_LIMIT_SECONDS;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  let isSound = false;
  const listeners: (() => void)[] = [];
  try {
    const results = await new Promise<(NavmeshPolygons | undefined)[]>((resolve, reject) => {
      const fail = (reason: string) =>
        reject(
          new DirectorError('NAVMESH_FAILED', `The navmesh could not be built: ${reason}`, {
            details: { reason },
          }),
        );
      const listen = <Event>(event: string, listener: (of: Event) => void) => {
        worker.on(event, listener);
        listeners.push(() => worker.off(event, listener));
      };
      listen('message', (reply: NavmeshReply) => {
        if (reply.ok) resolve(reply.results);
        else fail(reply.reason);
      });
      listen('error', thrown => fail(thrown instanceof Error ? thrown.message : String(thrown)));
      listen('exit', status => fail(`the builder ended with status ${status}`));
      timer = setTimeout(() => fail(`no result within ${limit} s`), limit * 1000);
      onAbort = () => reject(new DirectorError('CANCELLED', 'The work was cancelled.'));
      options.signal?.addEventListener('abort', onAbort, { once: true });
      worker.postMessage(jobs);
    });
    isSound = true;
    return results;
  } finally {
    clearTimeout(timer);
    if (onAbort) options.signal?.removeEventListener('abort', onAbort);
    for (const forget of listeners) forget();
    if (isSound) await leaveBuilder(builder);
    else await worker.terminate();
  }
}

function gridCells({ size: [x, z], cellSize }: NavmeshJob): number {
  return Math.ceil(x / cellSize + 1) * Math.ceil(z / cellSize + 1);
}
