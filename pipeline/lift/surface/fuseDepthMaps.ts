import { type Kernel, loadKernel } from '../../../engine/kernels/loadKernel.ts';
import { throwIfCancelled } from '../../../engine/progress.ts';
import type { PosedDepth } from './checkConsistency.ts';
import { cameraCenter } from './view.ts';

interface FusionExports {
  integrate(
    blocks: number,
    count: number,
    distances: number,
    weights: number,
    support: number,
    inverseDepth: number,
    confidence: number,
    deviation: number,
    width: number,
    height: number,
    camera: number,
    truncation: number,
    maximumWeight: number,
  ): void;
}

/** Signed distances on a sparse grid: 8³ voxels a block, blocks only near the seen surface. */
export interface SignedDistanceGrid {
  voxelMeters: number;
  /** World position of voxel (0, 0, 0). */
  origin: [number, number, number];
  /** Blocks along x, y, z. */
  size: [number, number, number];
  /** Slot of each block in the pools, −1 where there is none; [z][y][x]. */
  slots: Int32Array;
  /** x, y, z of each slot's block, in blocks. */
  blocks: Int32Array;
  /** [slot][z][y][x], positive in front of the surface, in units of the truncation. */
  distances: Float32Array;
  /** Summed confidence of the views that reach here, in sixteenths, at most 255. */
  support: Uint8Array;
}

/** Truncation in voxels: wide enough for the noise, narrow enough for a table top to keep two sides. */
const TRUNCATION_VOXELS = 3;
/** 512 voxels × 9 bytes: 60,000 blocks are 276 MB. */
const MAX_BLOCKS = 60_000;
const MAX_BLOCKS_PER_SIDE = 320;

/**
 * Fuses depth maps into a signed distance grid (Curless and Levoy 1996, on sparse blocks as Nießner 2013 does),
 * weighted by confidence and by how finely a depth is known: near views outvote far ones. A view that looks through a voxel carves it: its +1 outvotes what floats there.
 *
 * @param maps in the metric frame, in the order they are integrated (the sum depends on it in its last bits).
 * @param voxelMeters is doubled until the blocks near the surface fit the memory bound.
 */
export async function fuseDepthMaps(
  maps: readonly PosedDepth[],
  voxelMeters: number,
  maxDepthMeters: number,
  signal: AbortSignal | undefined,
): Promise<SignedDistanceGrid> {
  let grid = allocateBlocks(maps, voxelMeters, maxDepthMeters);
  for (let voxel = voxelMeters * 1.25; grid === undefined; voxel *= 1.25)
    grid = allocateBlocks(maps, voxel, maxDepthMeters);
  const kernel: Kernel<FusionExports> = await loadKernel<FusionExports>(
    new URL('./fusion.kernel.ts', import.meta.url).href,
  );
  const count = grid.blocks.length / 3;
  const pixels = Math.max(...maps.map(({ depth }) => depth.width * depth.height));
  const blocks = kernel.allocate(12 * count);
  const distances = kernel.allocate(2048 * count);
  const weights = kernel.allocate(2048 * count);
  const support = kernel.allocate(512 * count);
  const inverseDepth = kernel.allocate(4 * pixels);
  const confidence = kernel.allocate(4 * pixels);
  const deviation = kernel.allocate(4 * pixels);
  const camera = kernel.allocate(48);
  new Int32Array(kernel.memory.buffer, blocks, 3 * count).set(grid.blocks);
  for (const { view, depth } of maps) {
    // Other threads are done here: yield, so that a cancellation is heard.
    await new Promise(resolve => setImmediate(resolve));
    throwIfCancelled(signal);
    const { width, height } = depth;
    const limit = 1 / maxDepthMeters;
    new Float32Array(kernel.memory.buffer, inverseDepth, width * height).set(
      depth.inverseDepth.map(q => (q < limit ? 0 : q)),
    );
    new Float32Array(kernel.memory.buffer, confidence, width * height).set(depth.confidence);
    new Float32Array(kernel.memory.buffer, deviation, width * height).set(depth.deviation);
    const { fx, fy, cx, cy } = view.intrinsics;
    const { rotation: r, translation: t } = view.cameraFromWorld;
    const rows = [0, 1, 2].map(i => {
      const axis = [r[3 * i], r[3 * i + 1], r[3 * i + 2]];
      const start = axis[0] * grid.origin[0] + axis[1] * grid.origin[1] + axis[2] * grid.origin[2] + t[i];
      return [...axis.map(v => v * grid.voxelMeters), start];
    });
    const projection = new Float32Array(kernel.memory.buffer, camera, 12);
    for (let j = 0; j < 4; j++) {
      projection[j] = fx * rows[0][j] + cx * rows[2][j];
      projection[4 + j] = fy * rows[1][j] + cy * rows[2][j];
      projection[8 + j] = rows[2][j];
    }
    const truncation = TRUNCATION_VOXELS * grid.voxelMeters;
    kernel.exports.integrate(
      blocks,
      count,
      distances,
      weights,
      support,
      inverseDepth,
      confidence,
      deviation,
      width,
      height,
      camera,
      truncation,
      64,
    );
  }
  return {
    ...grid,
    distances: new Float32Array(kernel.memory.buffer, distances, 512 * count),
    support: new Uint8Array(kernel.memory.buffer, support, 512 * count),
  };
}

type BlockGrid = Omit<SignedDistanceGrid, 'distances' | 'support'>;

/** The blocks within truncation of a seen surface; undefined where they are too many for this voxel size. */
function allocateBlocks(
  maps: readonly PosedDepth[],
  voxelMeters: number,
  maxDepthMeters: number,
): BlockGrid | undefined {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const visit = (
    use: (x: number, y: number, z: number, dx: number, dy: number, dz: number) => void,
    stride: number,
  ) => {
    for (const { view, depth } of maps) {
      const { fx, fy, cx, cy } = view.intrinsics;
      const { rotation: r } = view.cameraFromWorld;
      const c = cameraCenter(view.cameraFromWorld);
      for (let y = 0; y < depth.height; y += stride)
        for (let x = 0; x < depth.width; x += stride) {
          const q = depth.inverseDepth[y * depth.width + x];
          if (q * maxDepthMeters < 1) continue;
          const u = (x - cx) / fx;
          const v = (y - cy) / fy;
          const dx = r[0] * u + r[3] * v + r[6];
          const dy = r[1] * u + r[4] * v + r[7];
          const dz = r[2] * u + r[5] * v + r[8];
          use(c[0] + dx / q, c[1] + dy / q, c[2] + dz / q, dx, dy, dz);
        }
    }
  };
  visit((x, y, z) => {
    if (x < low[0]) low[0] = x;
    if (y < low[1]) low[1] = y;
    if (z < low[2]) low[2] = z;
    if (x > high[0]) high[0] = x;
    if (y > high[1]) high[1] = y;
    if (z > high[2]) high[2] = z;
  }, 4);
  const blockMeters = 8 * voxelMeters;
  const truncation = TRUNCATION_VOXELS * voxelMeters;
  // Multiples of the block keep the floor's height at the same place in the grid for every input.
  const origin = low.map(v => (Math.floor((v - truncation) / blockMeters) - 1) * blockMeters) as [
    number,
    number,
    number,
  ];
  const size = high.map((v, i) => Math.ceil((v + truncation - origin[i]) / blockMeters) + 2) as [
    number,
    number,
    number,
  ];
  if (Math.max(...size) > MAX_BLOCKS_PER_SIDE) return undefined;
  const slots = new Int32Array(size[0] * size[1] * size[2]).fill(-1);
  const blocks: number[] = [];
  visit((x, y, z, dx, dy, dz) => {
    for (let s = -1; s <= 1; s++) {
      const bx = Math.floor((x + s * truncation * dx - origin[0]) / blockMeters);
      const by = Math.floor((y + s * truncation * dy - origin[1]) / blockMeters);
      const bz = Math.floor((z + s * truncation * dz - origin[2]) / blockMeters);
      if (bx < 0 || by < 0 || bz < 0 || bx >= size[0] || by >= size[1] || bz >= size[2]) continue;
      const at = (bz * size[1] + by) * size[0] + bx;
      if (slots[at] >= 0) continue;
      slots[at] = blocks.length / 3;
      blocks.push(bx, by, bz);
    }
  }, 2);
  if (blocks.length / 3 > MAX_BLOCKS) return undefined;
  return { voxelMeters, origin, size, slots, blocks: Int32Array.from(blocks) };
}
