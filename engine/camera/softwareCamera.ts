import { DirectorError } from '../errors.ts';
import { loadKernel } from '../kernels/loadKernel.ts';
import type { WorldModel } from '../world/worldModel.ts';
import {
  type CameraKernel,
  MESHLET_BYTES,
  NODE_BYTES,
  NODE_MIRRORED,
  NODE_MOVER,
  NODE_VISIBLE,
  strideFor,
} from './cameraKernel.ts';
import type { CameraView, Lighting, RenderedFrame } from './cameraTypes.ts';
import { nodeMatrixColumns } from './nodeMatrix.ts';
import { packWorld } from './packWorld.ts';
import { placeWorld } from './placeWorld.ts';
import { createRenderTargets } from './renderTargets.ts';
import { createShadowMaps } from './shadowMaps.ts';
import type { Bounds } from './sunFit.ts';
import { writeLighting } from './writeLighting.ts';
import { checkView, writeView } from './writeView.ts';

export type { CameraView, Lighting, LinearRgb, PointLight, RenderedFrame } from './cameraTypes.ts';

export interface SoftwareCameraOptions {
  /**
   * 2 draws colour from 2×2 samples a pixel, averaged in linear light (smooth edges, for videos); 1 from the
   * pixel's centre alone. Depth and node id are always the centre's. Default 1.
   */
  samplesPerAxis?: 1 | 2;
}

/** Milliseconds of the last render, by stage, and what it drew. */
export interface CameraTimings {
  shadowMs: number;
  rasterMs: number;
  shadeMs: number;
  /** Triangles that reached the rasteriser after culling. */
  trianglesDrawn: number;
}

/** A camera in one world. It owns its memory; a world changed after creation is not seen, nodes move by setNodeTransform. */
export interface SoftwareCamera {
  /** Colour, depth and node id of one view. The same world, view and lighting give the same bytes. */
  render(view: CameraView, lighting: Lighting): RenderedFrame;
  /** @param worldFromNode 4×4 column-major; read at once, not kept. */
  setNodeTransform(nodeIndex: number, worldFromNode: Float64Array): void;
  setNodeVisible(nodeIndex: number, visible: boolean): void;
  /** World box of everything in the world, as it stands now; undefined for a world without triangles. */
  bounds(): Bounds | undefined;
  readonly timings: Readonly<CameraTimings>;
  /** Lets go of the memory; the camera cannot be used afterwards. */
  dispose(): void;
}

/**
 * Loads a world into a camera.
 * @throws WORLD_INVALID where the world points past its own arrays; KERNEL_BUILD_FAILED.
 */
export async function createSoftwareCamera(
  world: WorldModel,
  options: SoftwareCameraOptions = {},
): Promise<SoftwareCamera> {
  const samplesPerAxis = options.samplesPerAxis ?? 1;
  const packed = packWorld(world);
  const kernel = await loadKernel<CameraKernel>(new URL('./softwareCamera.kernel.ts', import.meta.url).href);
  const { exports, memory } = kernel;

  const placed = placeWorld(world, packed, kernel);
  const geometry = placed.meshlets;
  const meshletCount = packed.meshlets.length;
  exports.setGeometry(
    placed.positions,
    placed.worldPositions,
    placed.normals,
    placed.worldNormals,
    placed.uvs,
    placed.colors,
    placed.triangles,
    placed.records,
  );
  const anyEmissive = packed.parts.some(part =>
    world.materials[part.material].emissive?.some(value => value > 0),
  );
  const nodeFlags = new Uint32Array(world.nodes.length).fill(NODE_VISIBLE);
  const timings: CameraTimings = { shadowMs: 0, rasterMs: 0, shadeMs: 0, trianglesDrawn: 0 };

  const writeNodeFlags = (node: number) => {
    new Uint32Array(memory.buffer, placed.nodes + node * NODE_BYTES, 1)[0] = nodeFlags[node];
  };

  const moveNode = (node: number, worldFromNode: Float64Array) => {
    const { columns, mirrored } = nodeMatrixColumns(worldFromNode);
    new Float32Array(memory.buffer, exports.NODE_MATRIX.value as number, 28).set(columns);
    nodeFlags[node] = mirrored ? nodeFlags[node] | NODE_MIRRORED : nodeFlags[node] & ~NODE_MIRRORED;
    writeNodeFlags(node);
    const { first, end } = packed.nodeMeshlets[node];
    exports.transformMeshlets(geometry + first * MESHLET_BYTES, end - first);
  };
  world.nodes.forEach((node, index) => {
    moveNode(index, node.worldFromNode);
  });

  const boundsOf = (first: number, end: number): Bounds | undefined => {
    const min: [number, number, number] = [Infinity, Infinity, Infinity];
    const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
    for (let i = first; i < end; i++) {
      const box = new Float32Array(memory.buffer, geometry + i * MESHLET_BYTES, 8);
      for (let k = 0; k < 3; k++) {
        min[k] = Math.min(min[k], box[k] - box[k + 4]);
        max[k] = Math.max(max[k], box[k] + box[k + 4]);
      }
    }
    return min.every(Number.isFinite) && max.every(Number.isFinite) ? { min, max } : undefined;
  };
  let shadowBounds = boundsOf(0, meshletCount);
  const targetsFor = createRenderTargets(kernel, samplesPerAxis, packed.triangleCount);
  const shadowMaps = createShadowMaps(kernel, {
    meshletsAt: geometry,
    meshletCount,
    nodeMeshlets: packed.nodeMeshlets,
    nodeFlags,
    boundsOf,
  });

  /** Marks a node as one that changes, which takes it out of the cached map. */
  const markMover = (node: number) => {
    if (nodeFlags[node] & NODE_MOVER || !shadowMaps.cached) return;
    nodeFlags[node] |= NODE_MOVER;
    writeNodeFlags(node);
    shadowMaps.invalidate();
  };

  const render = (view: CameraView, lighting: Lighting): RenderedFrame => {
    checkView(view);
    const { width, height } = view;
    const targets = targetsFor(width, height);
    const start = performance.now();
    const shadows = shadowMaps.draw(lighting, shadowBounds);
    const shadowsDone = performance.now();

    const pointLights = writeLighting(lighting, kernel);
    const rasterise = (scale: number) => {
      writeView(view, scale, kernel);
      exports.setTarget(
        targets.sampleDepth,
        targets.sampleIds,
        width * scale,
        height * scale,
        strideFor(width * scale),
      );
      exports.clearTarget();
      exports.drawMeshlets(geometry, meshletCount);
    };
    rasterise(samplesPerAxis);
    const rasterDone = performance.now();
    exports.setShading(
      samplesPerAxis === 2 ? 1 : 0,
      anyEmissive,
      pointLights,
      shadows.staticMap,
      shadows.moverMap,
      shadows.size,
      shadows.x0,
      shadows.y0,
      shadows.x1,
      shadows.y1,
    );
    if (samplesPerAxis === 2) exports.shadeQuad(targets.color);
    else exports.shadeSingle(targets.color);
    const shadeDone = performance.now();
    timings.trianglesDrawn = exports.countRecords();
    if (samplesPerAxis === 2) rasterise(1);
    exports.writeDepthAndNode(targets.depth, targets.node);
    const end = performance.now();
    timings.shadowMs = shadowsDone - start;
    timings.rasterMs = rasterDone - shadowsDone + (samplesPerAxis === 2 ? end - shadeDone : 0);
    timings.shadeMs = shadeDone - rasterDone + (samplesPerAxis === 2 ? 0 : end - shadeDone);

    return {
      width,
      height,
      color: new Uint8Array(memory.buffer, targets.color, width * height * 4).slice(),
      depth: new Float32Array(memory.buffer, targets.depth, width * height).slice(),
      nodeId: new Uint16Array(memory.buffer, targets.node, width * height).slice(),
    };
  };

  let disposed = false;
  const requireNode = (node: number) => {
    if (disposed) throw new DirectorError('INTERNAL', 'The camera was used after dispose().');
    if (!world.nodes[node]) throw new DirectorError('INTERNAL', `The world has no node ${node}.`);
  };
  return {
    timings,
    render(view, lighting) {
      if (disposed) throw new DirectorError('INTERNAL', 'The camera was used after dispose().');
      return render(view, lighting);
    },
    setNodeTransform(node, worldFromNode) {
      requireNode(node);
      markMover(node);
      moveNode(node, worldFromNode);
      // Until a map exists, the bounds follow; afterwards they stay, so that a mover does not move all texels.
      if (!shadowMaps.placed) shadowBounds = boundsOf(0, meshletCount);
    },
    setNodeVisible(node, visible) {
      requireNode(node);
      if (visible === ((nodeFlags[node] & NODE_VISIBLE) !== 0)) return;
      markMover(node);
      nodeFlags[node] = visible ? nodeFlags[node] | NODE_VISIBLE : nodeFlags[node] & ~NODE_VISIBLE;
      writeNodeFlags(node);
    },
    bounds: () => boundsOf(0, meshletCount),
    dispose() {
      disposed = true;
    },
  };
}
