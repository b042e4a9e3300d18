import type { Kernel } from '../../../engine/kernels/loadKernel.ts';
import type { DepthMap } from './view.ts';

export interface RefineDepthExports {
  planeRegression(
    inverseDepth: number,
    confidence: number,
    image: number,
    out: number,
    width: number,
    height: number,
    radius: number,
    stride: number,
    gate: number,
  ): void;
}

// Pixels. Wide enough to bridge the stairs that fronto-parallel hypotheses leave on floors and walls.
const RADIUS = 8;
const STRIDE = 2;
// Sweep steps: neighbours farther off lie on another surface.
const GATE_STEPS = 2.5;

/**
 * Smooths stairs and sub-step noise: a plane in the world is linear in inverse depth, so each pixel takes the
 * value of a plane fitted to its neighbours of like colour and depth (a guided first-order filter).
 * @param gray luma of the depth map's view, same size.
 */
export function refineDepth(kernel: Kernel<RefineDepthExports>, depth: DepthMap, gray: Uint8Array): DepthMap {
  const { width, height } = depth;
  const pixels = width * height;
  kernel.reset();
  const inverseDepth = kernel.allocate(4 * pixels);
  const confidence = kernel.allocate(4 * pixels);
  const image = kernel.allocate(pixels);
  const out = kernel.allocate(4 * pixels);
  new Float32Array(kernel.memory.buffer, inverseDepth, pixels).set(depth.inverseDepth);
  new Float32Array(kernel.memory.buffer, confidence, pixels).set(depth.confidence);
  new Uint8Array(kernel.memory.buffer, image, pixels).set(gray);
  const gate = GATE_STEPS * depth.inverseDepthStep;
  kernel.exports.planeRegression(inverseDepth, confidence, image, out, width, height, RADIUS, STRIDE, gate);
  return { ...depth, inverseDepth: new Float32Array(kernel.memory.buffer, out, pixels).slice() };
}
