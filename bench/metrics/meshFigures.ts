import { createSoftwareCamera } from '../../engine/camera/softwareCamera.ts';
import type { WorldModel } from '../../engine/world/worldModel.ts';
import type { WorldCamera } from '../../engine/world/worldSchema.ts';
import { UNLIT, worldFromCamera } from '../../pipeline/lift/surface/renderPreview.ts';
import { decodeVideo } from '../../pipeline/video/decodeVideo.ts';
import { sampleSurface, shareWithin, trianglesOf } from './surfaceFScore.ts';
import { createTriangleTree } from './triangleTree.ts';

/** Samples this far apart bound the figures' grain. */
const SPACING_METERS = 0.02;
const MAX_SAMPLES = 400_000;
const STEPS_METERS = [0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.3, 0.5, 1];

/** The world without a node. */
function without({ nodes, materials, images }: WorldModel, name: string): WorldModel {
  return { nodes: nodes.filter(node => node.name !== name), materials, images };
}

/**
 * 95th percentile of the distance from what is seen to what is touched and back, metres, rounded up to a step.
 * Without the edge, which is a curb for the eye and a wall for the body.
 */
export function distancePercentiles(
  visual: WorldModel,
  collider: WorldModel,
): { toCollider: number; toVisual: number } {
  const [seen, touched] = [visual, collider].map(model => trianglesOf(without(model, 'edge'), () => true));
  const percentile = (from: Float64Array, to: Float64Array) => {
    const samples = sampleSurface(from, SPACING_METERS, MAX_SAMPLES);
    const tree = createTriangleTree(to);
    return STEPS_METERS.find(step => shareWithin(samples, tree, step) >= 0.95) ?? Number.POSITIVE_INFINITY;
  };
  return { toCollider: percentile(seen, touched), toVisual: percentile(touched, seen) };
}

/** A triangle lower than this over its longest side is a sliver: contacts on it are arbitrary. */
const SLIVER_METERS = 0.002;

export interface MeshFaults {
  triangles: number;
  /** Edges of more than two triangles. */
  nonManifoldEdges: number;
  /** Triangles that are all but a line. */
  slivers: number;
  /** Triangles with the same three places as another. */
  repeated: number;
}

/** Counts what disturbs physics, vertices at one place taken as one within each node. */
export function meshFaults({ nodes }: WorldModel): MeshFaults {
  const faults: MeshFaults = { triangles: 0, nonManifoldEdges: 0, slivers: 0, repeated: 0 };
  for (const { parts } of nodes) {
    const ids = new Map<string, number>();
    const points: number[][] = [];
    const edges = new Map<string, number>();
    const seen = new Set<string>();
    for (const { positions, indices } of parts) {
      const idOf = (v: number) => {
        const key = `${positions[3 * v]},${positions[3 * v + 1]},${positions[3 * v + 2]}`;
        let id = ids.get(key);
        if (id === undefined) {
          id = points.length;
          ids.set(key, id);
          points.push([positions[3 * v], positions[3 * v + 1], positions[3 * v + 2]]);
        }
        return id;
      };
      for (let i = 0; i < indices.length; i += 3) {
        const corners = [idOf(indices[i]), idOf(indices[i + 1]), idOf(indices[i + 2])];
        faults.triangles++;
        if (heightOf(corners.map(id => points[id])) < SLIVER_METERS) faults.slivers++;
        const key = [...corners].sort((a, b) => a - b).join();
        if (seen.has(key)) faults.repeated++;
        seen.add(key);
        for (let k = 0; k < 3; k++) {
          const [a, b] = [corners[k], corners[(k + 1) % 3]];
          const edge = a < b ? `${a},${b}` : `${b},${a}`;
          edges.set(edge, (edges.get(edge) ?? 0) + 1);
        }
      }
    }
    for (const count of edges.values()) if (count > 2) faults.nonManifoldEdges++;
  }
  return faults;
}

/** Of a triangle over its longest side. */
function heightOf([a, b, c]: number[][]): number {
  const u = b.map((v, k) => v - a[k]);
  const v = c.map((w, k) => w - a[k]);
  const w = c.map((x, k) => x - b[k]);
  const area = Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]);
  const longest = Math.max(Math.hypot(...u), Math.hypot(...v), Math.hypot(...w));
  return longest > 0 ? area / longest : 0;
}

const CELL_METERS = 0.04;

/**
 * Gaps in the collider's floor that are enclosed by it, that nothing stands in, and that are too narrow for an agent
 * to fall through: only feet would catch in them.
 */
export function smallFloorGaps(collider: WorldModel, agentRadiusMeters: number): number {
  const floor = sampleCells(collider, name => name === 'floor');
  const others = sampleCells(collider, name => name !== 'floor');
  if (!floor) return 0;
  const { minX, minZ, maxX, maxZ, cells } = floor;
  const [sizeX, sizeZ] = [maxX - minX + 3, maxZ - minZ + 3];
  const isFloor = new Uint8Array(sizeX * sizeZ);
  for (const key of cells) {
    const [x, z] = key.split(',').map(Number);
    isFloor[(z - minZ + 1) * sizeX + x - minX + 1] = 1;
  }
  const visited = new Uint8Array(isFloor.length);
  let gaps = 0;
  for (let start = 0; start < isFloor.length; start++) {
    if (isFloor[start] || visited[start]) continue;
    visited[start] = 1;
    const piece = [start];
    let isOpen = false;
    let isTaken = false;
    for (const at of piece) {
      const [x, z] = [at % sizeX, Math.floor(at / sizeX)];
      if (x === 0 || z === 0 || x === sizeX - 1 || z === sizeZ - 1) isOpen = true;
      if (others?.cells.has(`${x + minX - 1},${z + minZ - 1}`)) isTaken = true;
      for (const [nx, nz] of [
        [x - 1, z],
        [x + 1, z],
        [x, z - 1],
        [x, z + 1],
      ]) {
        const next = nz * sizeX + nx;
        if (nx < 0 || nz < 0 || nx >= sizeX || nz >= sizeZ || isFloor[next] || visited[next]) continue;
        visited[next] = 1;
        piece.push(next);
      }
    }
    if (!isOpen && !isTaken && piece.length * CELL_METERS ** 2 < Math.PI * agentRadiusMeters ** 2) gaps++;
  }
  return gaps;
}

function sampleCells({ nodes, materials, images }: WorldModel, use: (name: string) => boolean) {
  const part = { nodes: nodes.filter(({ name }) => use(name)), materials, images };
  const points = sampleSurface(
    trianglesOf(part, () => true),
    CELL_METERS / 5,
    4_000_000,
  );
  if (points.length === 0) return undefined;
  const cells = new Set<string>();
  let [minX, minZ, maxX, maxZ] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 3) {
    if (points[i + 1] > 2) continue;
    const [x, z] = [Math.floor(points[i] / CELL_METERS), Math.floor(points[i + 2] / CELL_METERS)];
    cells.add(`${x},${z}`);
    [minX, maxX] = [Math.min(minX, x), Math.max(maxX, x)];
    [minZ, maxZ] = [Math.min(minZ, z), Math.max(maxZ, z)];
  }
  return { minX, minZ, maxX, maxZ, cells };
}

/** Of 255: what codec noise and a texel's shift leave. */
const ALIKE = 20;

/**
 * The video's own frames drawn again from the world. What stands before a gap in the surface, or moved, makes a
 * signal-to-noise ratio a figure of the geometry; these two are of the texture.
 * @param everyFrames of the registered frames every so-many-th is drawn.
 * @returns drawn: share of the picture in which the world shows anything; of that, alike: share of the pixels that
 *   differ by less than 20 of 255 in every channel; sharpness: steps between neighbouring pixels that are both
 *   alike, over the same steps in the video.
 */
export async function pictureFigures(
  video: string,
  visual: WorldModel,
  cameras: readonly WorldCamera[],
  everyFrames: number,
): Promise<{ drawn: number; alike: number; sharpness: number }> {
  const wanted = new Map(
    cameras.filter((_, i) => i % everyFrames === everyFrames >> 1).map(camera => [camera.frame, camera]),
  );
  const software = await createSoftwareCamera(visual);
  let [all, drawn, alike, stepsDrawn, stepsFilmed] = [0, 0, 0, 0, 0];
  const options = { format: 'rgb', maxLongSidePixels: 640 } as const;
  for await (const { index, width, height, pixels } of decodeVideo(video, options)) {
    const camera = wanted.get(index);
    if (!camera) continue;
    const [scaleX, scaleY] = [width / camera.width, height / camera.height];
    const { color, depth } = software.render(
      {
        worldFromCamera: worldFromCamera(camera),
        fx: camera.fx * scaleX,
        fy: camera.fy * scaleY,
        cx: (camera.cx + 0.5) * scaleX - 0.5,
        cy: (camera.cy + 0.5) * scaleY - 0.5,
        width,
        height,
      },
      UNLIT,
    );
    let wasAlike = false;
    for (let i = 0; i < width * height; i++) {
      all++;
      const isDrawn = Number.isFinite(depth[i]);
      const isAlike = isDrawn && [0, 1, 2].every(k => Math.abs(color[4 * i + k] - pixels[3 * i + k]) < ALIKE);
      if (isDrawn) drawn++;
      if (isAlike) alike++;
      if (isAlike && wasAlike && i % width > 0) {
        stepsDrawn += Math.abs(color[4 * i + 1] - color[4 * i - 3]);
        stepsFilmed += Math.abs(pixels[3 * i + 1] - pixels[3 * i - 2]);
      }
      wasAlike = isAlike;
    }
  }
  software.dispose();
  return {
    drawn: drawn / Math.max(1, all),
    alike: alike / Math.max(1, drawn),
    sharpness: stepsDrawn / Math.max(1, stepsFilmed),
  };
}
