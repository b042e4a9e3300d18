import { type LoadedCameraKernel, MESHLET_BYTES, NODE_MOVER, NODE_VISIBLE } from './cameraKernel.ts';
import { normalize } from './cameraMath.ts';
import type { Lighting } from './cameraTypes.ts';
import { type Bounds, fitSun, type SunFit } from './sunFit.ts';

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

/** What the maps are drawn from: meshlets in the kernel's memory, and the flags and places of their nodes as they stand. */
export interface ShadowCasters {
  meshletsAt: number;
  meshletCount: number;
  nodeMeshlets: readonly { first: number; end: number }[];
  nodeFlags: Uint32Array;
  /** World box of meshlets [first, end). */
  boundsOf(first: number, end: number): Bounds | undefined;
}

/** Maps as the kernel's setShading takes them: byte offsets, 0 for none, and the texels where the mover map counts. */
export interface ShadowInputs {
  staticMap: number;
  moverMap: number;
  size: number;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

const NO_SHADOWS: ShadowInputs = { staticMap: 0, moverMap: 0, size: 0, x0: 0, y0: 0, x1: 0, y1: 0 };

/**
 * The sun's shadows in two maps: one of what stands still, drawn once per sun direction, and one of what has moved,
 * drawn for every picture in the rectangle it touches.
 */
export interface ShadowMaps {
  /** Whether the static map's texels are fixed to the world already. */
  readonly placed: boolean;
  /** Whether the static map shows the nodes as they stood until now, so that one that changes has to leave it. */
  readonly cached: boolean;
  /** Has the static map drawn anew for the next picture. */
  invalidate(): void;
  /** Brings the maps up to date. `bounds` is the box they cover, read when the first map is drawn. */
  draw(lighting: Lighting, bounds: Bounds | undefined): ShadowInputs;
}

export function createShadowMaps(kernel: LoadedCameraKernel, casters: ShadowCasters): ShadowMaps {
  const { exports, memory } = kernel;
  const { meshletsAt, meshletCount, nodeMeshlets, nodeFlags } = casters;
  let size = 0;
  /** Heights as floats while a map is drawn; the maps themselves are 16 bits a texel. */
  let heights = 0;
  let staticMap = 0;
  let moverMap = 0;
  /** Sun direction the static map was drawn for; '' once something in it changed. */
  let staticMapSun = '';
  let sunFit: SunFit | undefined;

  const fitStaticMap = (lighting: Lighting, bounds: Bounds): SunFit => {
    const key = normalize(lighting.sunDirection).join();
    if (sunFit && key === staticMapSun) return sunFit;
    if (staticMap === 0) {
      const extent = Math.hypot(...bounds.max.map((value, k) => value - bounds.min[k]));
      size = extent > LARGE_WORLD_METERS ? LARGE_SHADOW_MAP_SIZE : SHADOW_MAP_SIZE;
      heights = kernel.allocate(size * size * 4);
      staticMap = kernel.allocate(size * size * 2);
    }
    const fit = fitSun(bounds, lighting.sunDirection, size);
    const sun = new Float32Array(memory.buffer, exports.SUN.value as number, 14);
    sun.set(fit.rows);
    sun[12] = fit.metersPerTexel;
    sun[13] = fit.unitsPerMeter;
    exports.setTarget(heights, 0, size, size, size);
    exports.fillDepth(heights, size, 0, 0, size, size, NO_CASTER);
    exports.drawShadows(meshletsAt, meshletCount, NODE_VISIBLE, NODE_MOVER);
    exports.quantizeHeights(heights, staticMap, size, 0, 0, size, size, fit.unitsPerMeter);
    staticMapSun = key;
    sunFit = fit;
    return fit;
  };

  /** Draws what moves into a map of its own, in the rectangle of texels it returns; undefined where nothing moves. */
  const drawMoverMap = (fit: SunFit): Rectangle | undefined => {
    const movers = [...nodeFlags.keys()].filter(
      node => nodeFlags[node] & NODE_MOVER && nodeFlags[node] & NODE_VISIBLE,
    );
    const boxes = movers.flatMap(
      node => casters.boundsOf(nodeMeshlets[node].first, nodeMeshlets[node].end) ?? [],
    );
    const rectangle = texelRectangle(boxes, fit.rows, size);
    if (!rectangle) return undefined;
    if (moverMap === 0) moverMap = kernel.allocate(size * size * 2);
    const { x, y, width, height } = rectangle;
    exports.setTarget(heights, 0, size, size, size);
    exports.fillDepth(heights, size, x, y, width, height, NO_CASTER);
    for (const node of movers) {
      const { first, end } = nodeMeshlets[node];
      exports.drawShadows(meshletsAt + first * MESHLET_BYTES, end - first, NODE_VISIBLE | NODE_MOVER, 0);
    }
    exports.quantizeHeights(heights, moverMap, size, x, y, width, height, fit.unitsPerMeter);
    return rectangle;
  };

  return {
    get placed() {
      return staticMap !== 0;
    },
    get cached() {
      return staticMapSun !== '';
    },
    invalidate() {
      staticMapSun = '';
    },
    draw(lighting, bounds) {
      if (!lighting.shadows || !bounds || !lighting.sunColor.some(value => value > 0)) return NO_SHADOWS;
      const rectangle = drawMoverMap(fitStaticMap(lighting, bounds));
      if (!rectangle) return { ...NO_SHADOWS, staticMap, size };
      const { x, y, width, height } = rectangle;
      // Receivers whose 4×4 texels lie in the rectangle.
      return { staticMap, moverMap, size, x0: x + 1, y0: y + 1, x1: x + width - 3, y1: y + height - 3 };
    },
  };
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
