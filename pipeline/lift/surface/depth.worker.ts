import { parentPort } from 'node:worker_threads';
import { loadKernel } from '../../../engine/kernels/loadKernel.ts';
import { type AlignDepthExports, alignDepth } from './alignDepth.ts';
import { type ConsistencyExports, checkConsistency, type PosedDepth } from './checkConsistency.ts';
import { type DepthSweepExports, estimateDepth } from './estimateDepth.ts';
import { onlySurface } from './onlySurface.ts';
import type { DepthMap, View } from './view.ts';

/** A view whose depth is to be matched. */
export interface MatchTask {
  kind: 'match';
  reference: View;
  /** Views that the sweep matches. */
  sources: View[];
  /** Views that the alignment asks besides. */
  witnesses: View[];
  inverseDepthMin: number;
  inverseDepthMax: number;
  hypotheses: number;
}

/** A map of which what its neighbours confirm is to be kept. */
export interface ConfirmTask {
  kind: 'confirm';
  map: PosedDepth;
  neighbours: PosedDepth[];
}

export type DepthTask = MatchTask | ConfirmTask;

export interface DepthAnswer {
  /** Which task it answers. */
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
const consistencyKernel = await loadKernel<ConsistencyExports>(
  new URL('./consistency.kernel.ts', import.meta.url).href,
);

/** On shared memory, so that the next task reads it without a copy. */
function shared(array: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}

function match(task: MatchTask): DepthMap {
  const { reference, sources, witnesses, inverseDepthMin, inverseDepthMax, hypotheses } = task;
  const step = (inverseDepthMax - inverseDepthMin) / (hypotheses - 1);
  const swept = estimateDepth(sweepKernel, reference, sources, inverseDepthMin, inverseDepthMax, hypotheses);
  const aligned = alignDepth(alignKernel, reference, sources, witnesses, swept, step);
  const depth = onlySurface(reference, aligned);
  return {
    ...depth,
    inverseDepth: shared(depth.inverseDepth),
    confidence: shared(depth.confidence),
    deviation: shared(depth.deviation),
  };
}

port.on('message', ({ id, task }: { id: number; task: DepthTask }) => {
  const depth =
    task.kind === 'match' ? match(task) : checkConsistency(consistencyKernel, task.map, task.neighbours);
  const answer: DepthAnswer = { id, depth };
  const own = [depth.inverseDepth.buffer, depth.confidence.buffer];
  port.postMessage(
    answer,
    own.filter(buffer => buffer instanceof ArrayBuffer),
  );
});
