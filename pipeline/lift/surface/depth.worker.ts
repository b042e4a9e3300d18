import { parentPort } from 'node:worker_threads';
import { loadKernel } from '../../../engine/kernels/loadKernel.ts';
import { type DepthSweepExports, estimateDepth } from './estimateDepth.ts';
import { type RefineDepthExports, refineDepth } from './refineDepth.ts';
import type { DepthMap, View } from './view.ts';

/** One message in, one out: `id` says which job an answer belongs to. */
export type DepthTask =
  | {
      kind: 'sweep';
      id: number;
      reference: View;
      sources: View[];
      inverseDepthMin: number;
      inverseDepthMax: number;
      hypotheses: number;
    }
  | { kind: 'refine'; id: number; depth: DepthMap; gray: Uint8Array };

export interface DepthAnswer {
  id: number;
  depth: DepthMap;
}

const port = parentPort;
if (!port) throw new Error('depth.worker.ts runs as a worker thread');
const sweepKernel = await loadKernel<DepthSweepExports>(
  new URL('./depthSweep.kernel.ts', import.meta.url).href,
);
const refineKernel = await loadKernel<RefineDepthExports>(
  new URL('./refineDepth.kernel.ts', import.meta.url).href,
);

port.on('message', (task: DepthTask) => {
  const depth =
    task.kind === 'sweep'
      ? estimateDepth(
          sweepKernel,
          task.reference,
          task.sources,
          task.inverseDepthMin,
          task.inverseDepthMax,
          task.hypotheses,
        )
      : refineDepth(refineKernel, task.depth, task.gray);
  const answer: DepthAnswer = { id: task.id, depth };
  port.postMessage(answer, [depth.inverseDepth.buffer as ArrayBuffer]);
});
