import type { loadKernel } from '../kernels/loadKernel.ts';

/** The doors of softwareCamera.kernel.ts; every number that is not a size or a count is a byte offset. */
export interface CameraKernel {
  VIEW: WebAssembly.Global;
  PLANES: WebAssembly.Global;
  NODE_MATRIX: WebAssembly.Global;
  RAYS: WebAssembly.Global;
  LIGHT: WebAssembly.Global;
  POINTS: WebAssembly.Global;
  SUN: WebAssembly.Global;
  setGeometry(
    positions: number,
    worldPositions: number,
    normals: number,
    worldNormals: number,
    uvs: number,
    colors: number,
    triangles: number,
    records: number,
  ): void;
  setShades(at: number): void;
  setTarget(depths: number, ids: number, width: number, height: number, stride: number): void;
  setProjection(fx: number, fy: number, cx: number, cy: number, near: number): void;
  fillDepth(
    at: number,
    stride: number,
    x: number,
    y: number,
    width: number,
    height: number,
    value: number,
  ): void;
  clearTarget(): void;
  transformMeshlets(at: number, count: number): void;
  drawMeshlets(at: number, count: number): void;
  drawShadows(at: number, count: number, want: number, avoid: number): void;
  quantizeHeights(
    from: number,
    to: number,
    stride: number,
    x: number,
    y: number,
    width: number,
    height: number,
    perMeter: number,
  ): void;
  countRecords(): number;
  setSampleBuffers(at: number, capacity: number): void;
  setShading(
    lodBias: number,
    emissive: boolean,
    points: number,
    shadowMap: number,
    moverMap: number,
    size: number,
    x0: number,
    y0: number,
    x1: number,
    y1: number,
  ): void;
  shadeSingle(out: number): void;
  shadeQuad(out: number): void;
  writeDepthAndNode(depthOut: number, nodeOut: number): void;
}

export type LoadedCameraKernel = Awaited<ReturnType<typeof loadKernel<CameraKernel>>>;

// Layouts and flags as kernel/layout.as.ts describes them.
export const MESHLET_BYTES = 64;
export const PART_BYTES = 48;
export const NODE_BYTES = 16;
export const RECORD_BYTES = 104;
export const SHADE_BYTES = 144;
export const PART_NORMALS = 1;
export const PART_COLORS = 2;
export const PART_DOUBLE_SIDED = 4;
export const PART_MASKED = 8;
export const NODE_VISIBLE = 1;
export const NODE_MIRRORED = 2;
export const NODE_MOVER = 4;
export const BYTES_PER_SAMPLE_IN_ROW = 60;

/** Samples a row takes in memory: a block of the rasteriser may start at the last group and span 16. */
export function strideFor(samples: number): number {
  return (samples + 15) & ~15;
}
