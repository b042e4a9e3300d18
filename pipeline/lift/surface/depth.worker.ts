import { parentPort } from 'node:worker_threads';
import { loadKernel } from '../../../engine/kernels/loadKernel.ts';
import { type AlignDepthExports, alignDepth } from './alignDepth.ts';
import { type DepthSweepExports, estimateDepth } from './estimateDepth.ts';
import type { DepthMap, View } from './view.ts';

/** One message in, one out: `id` says which job an answer belongs to. */
export interface DepthTask {
  id: number;
  reference: View;
  /** Views that the sweep matches. */
  sources: View[];
  /** Views that the alignment asks besides. */
  witnesses: View[];
  inverseDepthMin: number;
  inverseDepthMax: number;
  hypotheses: number;
}

export interface DepthAnswer {
  id: number;
  depth: DepthMap;
}

const port = parentPort;
if (!port) throw new Error('depth.worker.ts runs as a worker thread');
const sweepKernel = await loadKernel<DepthSweepExports>(
  new URL('./depthSweep.kernel.ts', import.meta.url).href,
);
const alignKernel = await loadKernel<AlignDepthExports>(
  new URL('./alignDepth.kernel.ts', import.meta.url).href,
);

port.on('message', (task: DepthTask) => {
  const { id, reference, sources, witnesses, inverseDepthMin, inverseDepthMax, hypotheses } = task;
  const step = (inverseDepthMax - inverseDepthMin) / (hypotheses - 1);
  const swept = estimateDepth(sweepKernel, reference, sources, inverseDepthMin, inverseDepthMax, hypotheses);
  const depth = alignDepth(alignKernel, reference, [...sources, ...witnesses], swept, step);
  const answer: DepthAnswer = { id, depth };
  port.postMessage(answer, [
    depth.inverseDepth.buffer as ArrayBuffer,
    depth.confidence.buffer as ArrayBuffer,
  ]);
});
