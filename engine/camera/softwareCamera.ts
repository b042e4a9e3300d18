import { DirectorError } from '../errors.ts';
import { loadKernel } from '../kernels/loadKernel.ts';
import type { Material, WorldModel } from '../world/worldModel.ts';
import { normalize } from './cameraMath.ts';
import type { CameraView, Lighting, RenderedFrame } from './cameraTypes.ts';
import { buildMipLevels } from './packTextures.ts';
import { type PackedWorld, packWorld } from './packWorld.ts';
import { type Bounds, fitSun, type SunFit } from './sunFit.ts';

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

interface CameraKernel {
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

// The layouts and flags below are those of softwareCamera.kernel.ts.
const MESHLET_BYTES = 64;
const PART_BYTES = 48;
const NODE_BYTES = 16;
const RECORD_BYTES = 104;
const SHADE_BYTES = 144;
const PART_NORMALS = 1;
const PART_COLORS = 2;
const PART_DOUBLE_SIDED = 4;
const PART_MASKED = 8;
const NODE_VISIBLE = 1;
const NODE_MIRRORED = 2;
const NODE_MOVER = 4;
const BYTES_PER_SAMPLE_IN_ROW = 96;

const DEFAULT_NEAR_METERS = 0.02;
const MAX_POINT_LIGHTS = 8;
/** The kernel's edge functions hold at most 8000 samples to a side, guard band included. */
const MAX_SIDE_PIXELS = 3840;
/** Lower than any surface: nothing stands between there and the sun. */
const NO_CASTER = -1e30;
const SHADOW_MAP_SIZE = 2048;
const LARGE_SHADOW_MAP_SIZE = 4096;
/** The filter looks 2 texels around a receiver, and its own rectangle has to hold those too. */
const FILTER_REACH_TEXELS = 6;
/** A world wider than this gets the larger map, so that a texel stays near 2 cm. */
const LARGE_WORLD_METERS = 40;

interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
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
  const block = (name: 'VIEW' | 'PLANES' | 'NODE_MATRIX' | 'RAYS' | 'LIGHT' | 'POINTS' | 'SUN') =>
    exports[name].value as number;

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
    new Float32Array(memory.buffer, block('NODE_MATRIX'), 28).set(columns);
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

  // ---- targets, grown when a larger picture is asked for
  let targetCapacity = 0;
  let targetDepth = 0;
  let targetIds = 0;
  let colorOut = 0;
  let depthOut = 0;
  let nodeOut = 0;
  let rowCapacity = 0;
  const reserveTargets = (width: number, height: number) => {
    const samples = strideFor(width * samplesPerAxis) * height * samplesPerAxis;
    if (samples > targetCapacity) {
      targetCapacity = samples;
      // Whole blocks of 16 are written at a row's end, and groups of four at a picture's.
      targetDepth = kernel.allocate(samples * 4 + 64);
      targetIds = kernel.allocate(samples * 4 + 64);
      colorOut = kernel.allocate(samples * 4 + 64);
      depthOut = kernel.allocate(samples * 4);
      nodeOut = kernel.allocate(samples * 2);
      exports.setShades(kernel.allocate(Math.min(samples, packed.triangleCount) * SHADE_BYTES));
    }
    // At most four samples a pixel in a row, and a group of four past its end.
    const row = strideFor(width) * samplesPerAxis * samplesPerAxis + 16;
    if (row > rowCapacity) {
      rowCapacity = row;
      exports.setSampleBuffers(kernel.allocate(row * BYTES_PER_SAMPLE_IN_ROW), row);
    }
  };

  // ---- shadows
  let shadowSize = 0;
  /** Heights as floats while a map is drawn; the maps themselves are 16 bits a texel. */
  let heights = 0;
  let staticMap = 0;
  let moverMap = 0;
  /** Sun direction the static map was drawn for; '' once something in it changed. */
  let staticMapSun = '';
  let sunFit: SunFit | undefined;
  let moverRectangle: Rectangle | undefined;

  /** Marks a node as one that changes, which takes it out of the cached map. */
  const markMover = (node: number) => {
    if (nodeFlags[node] & NODE_MOVER || staticMapSun === '') return;
    nodeFlags[node] |= NODE_MOVER;
    writeNodeFlags(node);
    staticMapSun = '';
  };

  const drawStaticMap = (lighting: Lighting, bounds: Bounds) => {
    const key = normalize(lighting.sunDirection).join();
    if (key === staticMapSun) return;
    if (staticMap === 0) {
      const extent = Math.hypot(...bounds.max.map((value, k) => value - bounds.min[k]));
      shadowSize = extent > LARGE_WORLD_METERS ? LARGE_SHADOW_MAP_SIZE : SHADOW_MAP_SIZE;
      heights = kernel.allocate(shadowSize * shadowSize * 4);
      staticMap = kernel.allocate(shadowSize * shadowSize * 2);
    }
    sunFit = fitSun(bounds, lighting.sunDirection, shadowSize);
    const sun = new Float32Array(memory.buffer, block('SUN'), 14);
    sun.set(sunFit.rows);
    sun[12] = sunFit.metersPerTexel;
    sun[13] = sunFit.unitsPerMeter;
    exports.setTarget(heights, 0, shadowSize, shadowSize, shadowSize);
    exports.fillDepth(heights, shadowSize, 0, 0, shadowSize, shadowSize, NO_CASTER);
    exports.drawShadows(geometry, meshletCount, NODE_VISIBLE, NODE_MOVER);
    exports.quantizeHeights(
      heights,
      staticMap,
      shadowSize,
      0,
      0,
      shadowSize,
      shadowSize,
      sunFit.unitsPerMeter,
    );
    staticMapSun = key;
  };

  /** Draws what moves into a map of its own, in the rectangle it touches now and the one it touched before. */
  const drawMoverMap = (fit: SunFit) => {
    const movers = [...nodeFlags.keys()].filter(
      node => nodeFlags[node] & NODE_MOVER && nodeFlags[node] & NODE_VISIBLE,
    );
    const boxes = movers.flatMap(
      node => boundsOf(packed.nodeMeshlets[node].first, packed.nodeMeshlets[node].end) ?? [],
    );
    moverRectangle = texelRectangle(boxes, fit.rows, shadowSize);
    if (!moverRectangle) return;
    if (moverMap === 0) moverMap = kernel.allocate(shadowSize * shadowSize * 2);
    const { x, y, width, height } = moverRectangle;
    exports.setTarget(heights, 0, shadowSize, shadowSize, shadowSize);
    exports.fillDepth(heights, shadowSize, x, y, width, height, NO_CASTER);
    for (const node of movers) {
      const { first, end } = packed.nodeMeshlets[node];
      exports.drawShadows(geometry + first * MESHLET_BYTES, end - first, NODE_VISIBLE | NODE_MOVER, 0);
    }
    exports.quantizeHeights(heights, moverMap, shadowSize, x, y, width, height, fit.unitsPerMeter);
  };

  const drawShadows = (lighting: Lighting): boolean => {
    if (!lighting.shadows || !shadowBounds || !lighting.sunColor.some(value => value > 0)) return false;
    drawStaticMap(lighting, shadowBounds);
    if (sunFit) drawMoverMap(sunFit);
    return true;
  };

  const render = (view: CameraView, lighting: Lighting): RenderedFrame => {
    checkView(view);
    const { width, height } = view;
    reserveTargets(width, height);
    const start = performance.now();
    const shadowed = drawShadows(lighting);
    const shadowsDone = performance.now();

    writeLighting(lighting, memory, { light: block('LIGHT'), points: block('POINTS') });
    const rasterise = (scale: number) => {
      writeView(view, scale, memory, { view: block('VIEW'), planes: block('PLANES'), rays: block('RAYS') });
      const offset = (scale - 1) / 2;
      exports.setProjection(
        view.fx * scale,
        view.fy * scale,
        view.cx * scale + offset,
        view.cy * scale + offset,
        view.nearMeters ?? DEFAULT_NEAR_METERS,
      );
      exports.setTarget(targetDepth, targetIds, width * scale, height * scale, strideFor(width * scale));
      exports.clearTarget();
      exports.drawMeshlets(geometry, meshletCount);
    };
    rasterise(samplesPerAxis);
    const rasterDone = performance.now();
    const rect = moverRectangle;
    exports.setShading(
      samplesPerAxis === 2 ? 1 : 0,
      anyEmissive,
      Math.min(lighting.pointLights?.length ?? 0, MAX_POINT_LIGHTS),
      shadowed ? staticMap : 0,
      shadowed && rect ? moverMap : 0,
      shadowSize,
      // Receivers whose 4×4 texels lie in the rectangle.
      rect ? rect.x + 1 : 0,
      rect ? rect.y + 1 : 0,
      rect ? rect.x + rect.width - 3 : 0,
      rect ? rect.y + rect.height - 3 : 0,
    );
    if (samplesPerAxis === 2) exports.shadeQuad(colorOut);
    else exports.shadeSingle(colorOut);
    const shadeDone = performance.now();
    timings.trianglesDrawn = exports.countRecords();
    if (samplesPerAxis === 2) rasterise(1);
    exports.writeDepthAndNode(depthOut, nodeOut);
    const end = performance.now();
    timings.shadowMs = shadowsDone - start;
    timings.rasterMs = rasterDone - shadowsDone + (samplesPerAxis === 2 ? end - shadeDone : 0);
    timings.shadeMs = shadeDone - rasterDone + (samplesPerAxis === 2 ? 0 : end - shadeDone);

    return {
      width,
      height,
      color: new Uint8Array(memory.buffer, colorOut, width * height * 4).slice(),
      depth: new Float32Array(memory.buffer, depthOut, width * height).slice(),
      nodeId: new Uint16Array(memory.buffer, nodeOut, width * height).slice(),
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
      if (staticMap === 0) shadowBounds = boundsOf(0, meshletCount);
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

/** Samples a row takes in memory: a block of the rasteriser may start at the last group and span 16. */
function strideFor(samples: number): number {
  return (samples + 15) & ~15;
}

function checkView(view: CameraView): void {
  const { fx, fy, cx, cy, width, height, worldFromCamera } = view;
  const sound =
    Number.isInteger(width) &&
    Number.isInteger(height) &&
    width >= 1 &&
    height >= 1 &&
    Math.max(width, height) <= MAX_SIDE_PIXELS &&
    fx > 0 &&
    fy > 0 &&
    [fx, fy, cx, cy, ...worldFromCamera].every(Number.isFinite) &&
    worldFromCamera.length === 16;
  if (!sound)
    throw new DirectorError(
      'INTERNAL',
      'A camera view needs 1–3840 pixels a side, focal lengths above 0 and a finite pose.',
      {
        details: { fx, fy, cx, cy, width, height },
      },
    );
}

/** Copies the packed world and its textures into the kernel's memory. */
function placeWorld(
  world: WorldModel,
  packed: PackedWorld,
  kernel: Awaited<ReturnType<typeof loadKernel<CameraKernel>>>,
) {
  const put = (data: Float32Array | Uint8Array | Uint16Array) => {
    // 16 bytes more than asked for: the kernel loads whole vectors.
    const at = kernel.allocate(data.byteLength + 16);
    new Uint8Array(kernel.memory.buffer, at, data.byteLength).set(
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
    return at;
  };
  const textures = new Map<string, number>();
  const textureFor = (material: Material, masked: boolean): number => {
    const image = material.baseColorImage === undefined ? undefined : world.images[material.baseColorImage];
    if (!image || image.width < 1 || image.height < 1) return 0;
    const key = `${material.baseColorImage}/${masked}`;
    const known = textures.get(key);
    if (known !== undefined) return known;
    const levels = buildMipLevels(image, masked).map(level => ({
      ...level,
      at: put(level.texels as Uint16Array),
    }));
    const at = kernel.allocate(16 + levels.length * 16);
    const integers = new Uint32Array(kernel.memory.buffer, at, 4 + levels.length * 4);
    const floats = new Float32Array(kernel.memory.buffer, at, 4 + levels.length * 4);
    integers[0] = levels.length;
    floats[1] = image.width;
    floats[2] = image.height;
    levels.forEach((level, i) => {
      integers[4 + i * 4] = level.at;
      floats[5 + i * 4] = level.width * 32768;
      floats[6 + i * 4] = level.height * 32768;
      integers[7 + i * 4] = (level.width + 2) * 8;
    });
    textures.set(key, at);
    return at;
  };

  const lowestAlphas = new Map<number, number>();
  const lowestAlpha = (image: number): number => {
    let lowest = lowestAlphas.get(image);
    if (lowest === undefined) {
      lowest = 255;
      const { pixels } = world.images[image];
      for (let i = 3; i < pixels.length; i += 4) if (pixels[i] < lowest) lowest = pixels[i];
      lowestAlphas.set(image, lowest);
    }
    return lowest / 255;
  };
  /** Masks cost the rasteriser a texel a sample; many materials ask for one and have nothing to cut. */
  const cutsAnything = (material: Material, cutoff: number, vertexAlpha: number): boolean => {
    const { baseColorImage } = material;
    const texel =
      baseColorImage !== undefined && world.images[baseColorImage] ? lowestAlpha(baseColorImage) : 1;
    return material.baseColor[3] * texel * vertexAlpha < cutoff;
  };

  const parts = kernel.allocate(packed.parts.length * PART_BYTES);
  packed.parts.forEach((part, i) => {
    const material = world.materials[part.material];
    const cutoff = material.alphaMode === 'blend' ? 0.5 : material.alphaCutoff;
    const masked = material.alphaMode !== 'opaque' && cutsAnything(material, cutoff, part.lowestVertexAlpha);
    const texture = part.hasUvs ? textureFor(material, masked) : 0;
    const integers = new Uint32Array(kernel.memory.buffer, parts + i * PART_BYTES, 12);
    const floats = new Float32Array(kernel.memory.buffer, parts + i * PART_BYTES, 12);
    integers[0] = texture;
    integers[1] =
      (part.hasNormals ? PART_NORMALS : 0) |
      (part.hasColors ? PART_COLORS : 0) |
      (material.doubleSided ? PART_DOUBLE_SIDED : 0) |
      (masked ? PART_MASKED : 0);
    integers[2] = part.node + 1;
    floats[3] = cutoff;
    floats.set(material.baseColor, 4);
    floats.set(material.emissive ?? [0, 0, 0], 8);
  });
  const nodes = kernel.allocate(world.nodes.length * NODE_BYTES);
  const meshlets = kernel.allocate(packed.meshlets.length * MESHLET_BYTES);
  packed.meshlets.forEach((meshlet, i) => {
    new Uint32Array(kernel.memory.buffer, meshlets + i * MESHLET_BYTES + 32, 6).set([
      meshlet.firstVertex,
      meshlet.vertexCount,
      meshlet.firstTriangle,
      meshlet.triangleCount,
      parts + meshlet.part * PART_BYTES,
      nodes + meshlet.node * NODE_BYTES,
    ]);
  });
  return {
    nodes,
    meshlets,
    positions: put(packed.positions),
    worldPositions: kernel.allocate(packed.vertexCount * 16),
    normals: put(packed.normals),
    worldNormals: kernel.allocate(packed.vertexCount * 16),
    uvs: put(packed.uvs),
    colors: put(packed.colors),
    triangles: put(packed.triangles),
    records: kernel.allocate(packed.triangleCount * RECORD_BYTES),
  };
}

/** Four columns of worldFromNode and three of the matrix that carries normals (its cofactors), each padded to four. */
function nodeMatrixColumns(m: Float64Array): { columns: Float32Array; mirrored: boolean } {
  const cofactor = (a: number, b: number): [number, number, number] => [
    m[a + 1] * m[b + 2] - m[a + 2] * m[b + 1],
    m[a + 2] * m[b] - m[a] * m[b + 2],
    m[a] * m[b + 1] - m[a + 1] * m[b],
  ];
  const x = cofactor(4, 8);
  const determinant = m[0] * x[0] + m[1] * x[1] + m[2] * x[2];
  const sign = determinant < 0 ? -1 : 1;
  const columns = new Float32Array(28);
  for (let k = 0; k < 16; k++) columns[k] = m[k];
  [x, cofactor(8, 0), cofactor(0, 4)].forEach((column, i) => {
    columns.set(
      column.map(value => value * sign),
      16 + i * 4,
    );
  });
  return { columns, mirrored: determinant < 0 };
}

function writeLighting(
  lighting: Lighting,
  memory: WebAssembly.Memory,
  at: { light: number; points: number },
): void {
  const light = new Float32Array(memory.buffer, at.light, 32);
  light.set(normalize(lighting.sunDirection), 0);
  light.set(lighting.sunColor, 4);
  light.set(lighting.skyAmbient, 8);
  light.set(lighting.groundAmbient, 12);
  light.set(lighting.background.zenith, 16);
  light.set(lighting.background.horizon, 20);
  light.set(lighting.fogColor, 24);
  light[28] = lighting.fogDensityPerMeter;
  light[29] = lighting.exposure;
  const points = lighting.pointLights ?? [];
  if (points.length > MAX_POINT_LIGHTS)
    throw new DirectorError(
      'INTERNAL',
      `A view takes at most ${MAX_POINT_LIGHTS} point lights, not ${points.length}.`,
    );
  points.forEach((point, i) => {
    const out = new Float32Array(memory.buffer, at.points + i * 32, 8);
    out.set(point.position, 0);
    out[3] = 1 / point.radiusMeters ** 2;
    out.set(point.color, 4);
  });
}

/** Writes pose, frustum and rays of a view whose samples are `scale` to a pixel and axis. */
function writeView(
  view: CameraView,
  scale: number,
  memory: WebAssembly.Memory,
  at: { view: number; planes: number; rays: number },
): void {
  const m = view.worldFromCamera;
  const eye = [m[12], m[13], m[14]];
  // Camera space of the kernel: x right, y down, z forward.
  const axes = [
    [m[0], m[1], m[2]],
    [-m[4], -m[5], -m[6]],
    [-m[8], -m[9], -m[10]],
  ];
  const columns = new Float32Array(memory.buffer, at.view, 16);
  for (let row = 0; row < 3; row++) {
    for (let k = 0; k < 3; k++) columns[k * 4 + row] = axes[row][k];
    columns[12 + row] = -(axes[row][0] * eye[0] + axes[row][1] * eye[1] + axes[row][2] * eye[2]);
  }

  const { fx, fy, cx, cy, width, height } = view;
  const near = view.nearMeters ?? DEFAULT_NEAR_METERS;
  const planes = new Float32Array(memory.buffer, at.planes, 20);
  [
    [0, 0, 1],
    [fx, 0, cx + 0.5],
    [-fx, 0, width - 0.5 - cx],
    [0, fy, cy + 0.5],
    [0, -fy, height - 0.5 - cy],
  ].forEach((inCamera, i) => {
    const normal = normalize(
      [0, 1, 2].map(k => axes[0][k] * inCamera[0] + axes[1][k] * inCamera[1] + axes[2][k] * inCamera[2]) as [
        number,
        number,
        number,
      ],
    );
    planes.set(normal, i * 4);
    planes[i * 4 + 3] =
      -(normal[0] * eye[0] + normal[1] * eye[1] + normal[2] * eye[2]) - (i === 0 ? near : 0);
  });

  const rays = new Float32Array(memory.buffer, at.rays, 16);
  const offset = (scale - 1) / 2;
  for (let k = 0; k < 3; k++) {
    const perX = axes[0][k] / (fx * scale);
    const perY = axes[1][k] / (fy * scale);
    rays[k] = eye[k];
    rays[4 + k] = perX;
    rays[8 + k] = perY;
    rays[12 + k] = axes[2][k] - perX * (cx * scale + offset) - perY * (cy * scale + offset);
  }
}

/** Texels whose filter boxes can reach in a shadow map, columns in multiples of 8; undefined for none. */
function texelRectangle(boxes: Bounds[], rows: Float32Array, size: number): Rectangle | undefined {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const box of boxes) {
    for (let axis = 0; axis < 2; axis++) {
      let min = rows[axis * 4 + 3];
      let max = min;
      for (let k = 0; k < 3; k++) {
        const a = rows[axis * 4 + k] * box.min[k];
        const b = rows[axis * 4 + k] * box.max[k];
        min += Math.min(a, b);
        max += Math.max(a, b);
      }
      low[axis] = Math.min(low[axis], min);
      high[axis] = Math.max(high[axis], max);
    }
  }
  const x = Math.max(0, Math.floor(low[0]) - FILTER_REACH_TEXELS) & ~7;
  const y = Math.max(0, Math.floor(low[1]) - FILTER_REACH_TEXELS);
  const endX = Math.min(size, (Math.ceil(high[0]) + FILTER_REACH_TEXELS + 7) & ~7);
  const endY = Math.min(size, Math.ceil(high[1]) + FILTER_REACH_TEXELS);
  return endX > x && endY > y ? { x, y, width: endX - x, height: endY - y } : undefined;
}
