import type { Kernel } from '../../../engine/kernels/loadKernel.ts';
import { type DepthMap, epipolarMap, type View } from './view.ts';

export interface ConsistencyExports {
  confirmDepths(
    inverseDepth: number,
    confidence: number,
    deviation: number,
    width: number,
    height: number,
    witnesses: number,
    count: number,
    outDepth: number,
    outConfidence: number,
    deviations: number,
    relative: number,
    least: number,
  ): void;
}

export interface PosedDepth {
  view: View;
  depth: DepthMap;
}

// How far two views' depths may differ: their deviations (matching noise) plus a share of the depth (pose noise).
const TOLERANCE_DEVIATIONS = 1;
const TOLERANCE_RELATIVE = 0.008;
/** A pixel is kept when this many other views agree, or all that see it where fewer do. */
const MIN_AGREEING = 2;
/** Of a witness in the kernel's table. */
const WITNESS_BYTES = 120;

/** Maps whose views are near in the path: near ones overlap, farther ones see with another parallax. */
export function neighbours(count: number, index: number): number[] {
  const offsets = [-1, 1, -2, 2, -4, 4, -7, 7];
  return offsets.map(o => index + o).filter(j => j >= 0 && j < count);
}

/**
 * Keeps the pixels whose depth other views confirm, and replaces each by the mean of what agrees, weighted by
 * confidence and precision (COLMAP's geometric consistency, in inverse depth).
 *
 * @param witnesses the maps of its `neighbours`.
 * @returns a new map; a dropped pixel has inverse depth 0 and confidence 0.
 */
export function checkConsistency(
  kernel: Kernel<ConsistencyExports>,
  { view, depth }: PosedDepth,
  witnesses: readonly PosedDepth[],
): DepthMap {
  const { width, height } = depth;
  const pixels = width * height;
  kernel.reset();
  const planesOf = (map: DepthMap) =>
    [map.inverseDepth, map.confidence, map.deviation].map(values => {
      const offset = kernel.allocate(values.byteLength);
      new Float32Array(kernel.memory.buffer, offset, values.length).set(values);
      return offset;
    });
  const own = planesOf(depth);
  const table = kernel.allocate(WITNESS_BYTES * witnesses.length);
  for (const [i, witness] of witnesses.entries()) {
    const planes = planesOf(witness.depth);
    const { base, offset } = epipolarMap(view, witness.view);
    const row = table + WITNESS_BYTES * i;
    new Float64Array(kernel.memory.buffer, row, 12).set([...base, ...offset]);
    new Int32Array(kernel.memory.buffer, row + 96, 5).set([
      ...planes,
      witness.depth.width,
      witness.depth.height,
    ]);
  }
  const [inverseDepth, confidence] = [kernel.allocate(4 * pixels), kernel.allocate(4 * pixels)];
  kernel.exports.confirmDepths(
    own[0],
    own[1],
    own[2],
    width,
    height,
    table,
    witnesses.length,
    inverseDepth,
    confidence,
    TOLERANCE_DEVIATIONS,
    TOLERANCE_RELATIVE,
    MIN_AGREEING,
  );
  const read = (offset: number) => new Float32Array(kernel.memory.buffer, offset, pixels).slice();
  return { ...depth, inverseDepth: read(inverseDepth), confidence: read(confidence) };
}
