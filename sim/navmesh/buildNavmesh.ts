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

/**
 * Builds navmeshes with Recast in a worker thread that is thrown away afterwards: Recast's WASM can trap or
 * hang on hostile geometry, and that must cost this navmesh only.
 * @returns one entry per job, undefined where nothing can be walked.
 * @throws NAVMESH_FAILED after a trap, a hang or too large a grid; CANCELLED.
 */
export async function buildNavmeshes(
  jobs: NavmeshJob[],
  options: LongOptions & { timeLimitSeconds?: number } = {},
): Promise<(NavmeshPolygons | undefined)[]> {
  throwIfCancelled(options.signal);
  for (const job of jobs) {
    const cells = gridCells(job);
    if (!(cells <= MAX_CELLS))
      throw new DirectorError(
        'NAVMESH_FAILED',
        `The navmesh grid would have ${cells} cells; the limit is ${MAX_CELLS}.`,
        {
          details: { cells, limit: MAX_CELLS, cellSizeMeters: job.cellSize },
        },
      );
  }
  const worker = new Worker(new URL('./navmesh.worker.ts', import.meta.url), {
    workerData: jobs,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MEGABYTES },
  });
  holdCompiled();
  const limit = options.timeLimitSeconds ?? TIME_LIMIT_SECONDS;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<(NavmeshPolygons | undefined)[]>((resolve, reject) => {
      const fail = (reason: string) =>
        reject(
          new DirectorError('NAVMESH_FAILED', `The navmesh could not be built: ${reason}`, {
            details: { reason },
          }),
        );
      worker.once('message', (reply: NavmeshReply) => {
        if (reply.ok) resolve(reply.results);
        else fail(reply.reason);
      });
      worker.once('error', thrown => fail(thrown instanceof Error ? thrown.message : String(thrown)));
      worker.once('exit', status => fail(`the builder ended with status ${status}`));
      timer = setTimeout(() => fail(`no result within ${limit} s`), limit * 1000);
      onAbort = () => reject(new DirectorError('CANCELLED', 'The work was cancelled.'));
      options.signal?.addEventListener('abort', onAbort, { once: true });
    });
  } finally {
    clearTimeout(timer);
    if (onAbort) options.signal?.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}

function gridCells(job: NavmeshJob): number {
  let minX = Infinity;
  let maxX = -Infinity;
  let minZ = Infinity;
  let maxZ = -Infinity;
  for (const index of job.indices) {
    const x = job.positions[3 * index];
    const z = job.positions[3 * index + 2];
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (z < minZ) minZ = z;
    if (z > maxZ) maxZ = z;
  }
  return Math.ceil((maxX - minX) / job.cellSize + 1) * Math.ceil((maxZ - minZ) / job.cellSize + 1);
}
