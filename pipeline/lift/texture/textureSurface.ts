import type { ImageRgba } from '../../../engine/world/worldModel.ts';
import type { VertexColors } from '../surface/colorVertices.ts';
import type { SurfaceMesh } from '../surface/extractSurface.ts';
import { joinMeshes, vertexNormals } from '../surface/meshTools.ts';
import { chooseViews } from './chooseViews.ts';
import { type Blend, levelSeams } from './levelSeams.ts';
import { type Chart, makeCharts } from './makeCharts.ts';
import { type MeshGraph, meshGraph, smoothed } from './meshGraph.ts';
import { type Packing, packCharts } from './packCharts.ts';
import { paintAtlas, texelOf } from './paintAtlas.ts';
import { scoreViews, type ViewScores } from './scoreViews.ts';
import type { TextureView } from './textureViews.ts';

/** A mesh that wants colours. */
export interface Sheet {
  mesh: SurfaceMesh;
  /** Whether a view must have measured the surface there; else one without depth will do. */
  isStrict: boolean;
}

export interface TexturedSheet {
  /** The triangles that a view shows wholly, vertices repeated where charts meet. */
  textured: SurfaceMesh & { normals: Float32Array; uvs: Float32Array };
  /** The others, and their vertices' colours. */
  plain: SurfaceMesh & { colors: Float32Array };
  /** Per vertex of the sheet's own mesh: the colour that the atlas has there, or that was spread from there. */
  colored: VertexColors;
}

const MAX_ATLAS_SIDE = 4096;
/** What the charts take too much is taken from the texels in steps of this. */
const COARSER = 1.25;

const LINEAR = Float32Array.from({ length: 256 }, (_, i) => {
  const c = i / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

/**
 * One atlas for several meshes from the views that show them best.
 * @param toleranceMeters how far behind a view's depth surface still counts as shown.
 */
export function textureSurface(
  sheets: readonly Sheet[],
  views: readonly TextureView[],
  toleranceMeters: number,
): { atlas: ImageRgba; sheets: TexturedSheet[] } {
  const { positions, indices } = joinMeshes(sheets.map(({ mesh }) => mesh));
  const count = positions.length / 3;
  const strictSheet = new Uint16Array(count);
  let firstVertex = 0;
  for (const [i, { mesh, isStrict }] of sheets.entries()) {
    if (isStrict) strictSheet.fill(i + 1, firstVertex, firstVertex + mesh.positions.length / 3);
    firstVertex += mesh.positions.length / 3;
  }
  const graph = meshGraph(count, indices);
  const normals = vertexNormals({ positions, indices });
  const smooth = unit(smoothed(normals, 3, graph, 2));
  const scores = scoreViews(positions, smooth, views, toleranceMeters, strictSheet);
  const chosen = chooseViews(scores, indices, graph);
  const blend = levelSeams(scores, indices, chosen, graph);
  const colored = vertexColors(scores, blend);
  spreadOverMesh(colored, graph);
  const { charts, packing } = layOut(positions, indices, graph, chosen, smooth, scores);
  const atlas = paintAtlas(positions, indices, charts, packing, blend, chosen, scores, views);

  const chartOf = new Int32Array(chosen.length).fill(-1);
  for (const [i, { faces }] of charts.entries()) for (const face of faces) chartOf[face] = i;
  let vertex = 0;
  let face = 0;
  const textured = sheets.map(({ mesh }) => {
    const vertexEnd = vertex + mesh.positions.length / 3;
    const faceEnd = face + mesh.indices.length / 3;
    const own = texturedPart(positions, indices, normals, charts, packing, chartOf, face, faceEnd);
    const colors = colored.colors.slice(4 * vertex, 4 * vertexEnd);
    const plain = plainPart(mesh, colors, chartOf.subarray(face, faceEnd));
    const result = {
      textured: own,
      plain,
      colored: { colors, seen: colored.seen.slice(vertex, vertexEnd) },
    };
    [vertex, face] = [vertexEnd, faceEnd];
    return result;
  });
  return { atlas, sheets: textured };
}

/** Charts and their places, with texels as coarse as the largest atlas asks for. */
function layOut(
  positions: Float32Array,
  indices: Uint32Array,
  graph: MeshGraph,
  chosen: Int16Array,
  normals: Float32Array,
  { footprintMeters }: ViewScores,
): { charts: Chart[]; packing: Packing } {
  const isWanted = Uint8Array.from(chosen, view => (view >= 0 ? 1 : 0));
  for (let coarseness = 1; ; coarseness *= COARSER) {
    const charts = makeCharts(positions, indices, graph, isWanted, normals, footprintMeters, coarseness);
    const packing = packCharts(charts);
    if (Math.max(packing.width, packing.height) <= MAX_ATLAS_SIDE) return { charts, packing };
  }
}

/** What the chosen views show at each vertex; where none does, the best that there is. */
function vertexColors({ views, cost, color }: ViewScores, { weights, offsets }: Blend): VertexColors {
  const count = cost.length / views;
  const colors = new Float32Array(4 * count);
  const seen = new Uint8Array(count);
  for (let v = 0; v < count; v++) {
    colors[4 * v + 3] = 1;
    let best = -1;
    let total = 0;
    const sum = [0, 0, 0];
    for (let slot = v * views; slot < (v + 1) * views; slot++) {
      if (cost[slot] < (best < 0 ? Number.POSITIVE_INFINITY : cost[best])) best = slot;
      total += weights[slot];
      for (let k = 0; k < 3; k++) sum[k] += weights[slot] * (color[3 * slot + k] + offsets[3 * slot + k]);
    }
    if (best < 0) continue;
    seen[v] = 1;
    for (let k = 0; k < 3; k++) {
      const value = total > 0 ? sum[k] / total : color[3 * best + k];
      colors[4 * v + k] = LINEAR[Math.min(255, Math.max(0, Math.round(value)))];
    }
  }
  return { colors, seen };
}

/** Gives vertices that no view shows the mean of those beside them that have a colour, ring by ring. */
function spreadOverMesh({ colors, seen }: VertexColors, { first, neighbours }: MeshGraph): void {
  let waiting: number[] = [];
  for (let v = 0; v < seen.length; v++) if (!seen[v]) waiting.push(v);
  while (waiting.length > 0) {
    const found: number[] = [];
    const left: number[] = [];
    for (const v of waiting) {
      let beside = 0;
      const sum = [0, 0, 0];
      for (let n = first[v]; n < first[v + 1]; n++) {
        if (!seen[neighbours[n]]) continue;
        beside++;
        for (let k = 0; k < 3; k++) sum[k] += colors[4 * neighbours[n] + k];
      }
      if (beside === 0) left.push(v);
      else {
        found.push(v);
        for (let k = 0; k < 3; k++) colors[4 * v + k] = sum[k] / beside;
      }
    }
    for (const v of found) seen[v] = 1;
    if (found.length === 0) break;
    waiting = left;
  }
}

function texturedPart(
  positions: Float32Array,
  indices: Uint32Array,
  normals: Float32Array,
  charts: readonly Chart[],
  packing: Packing,
  chartOf: Int32Array,
  faceStart: number,
  faceEnd: number,
): TexturedSheet['textured'] {
  const corners: number[] = [];
  const vertices: number[] = [];
  const uvs: number[] = [];
  const copies = new Map<number, number>();
  for (let corner = 3 * faceStart; corner < 3 * faceEnd; corner++) {
    const chart = chartOf[Math.floor(corner / 3)];
    if (chart < 0) continue;
    const key = indices[corner] * charts.length + chart;
    let copy = copies.get(key);
    if (copy === undefined) {
      copy = vertices.length;
      copies.set(key, copy);
      vertices.push(indices[corner]);
      const [x, y] = texelOf(positions, indices[corner], charts[chart], packing, chart);
      uvs.push(x / packing.width, y / packing.height);
    }
    corners.push(copy);
  }
  return {
    positions: gather(positions, vertices, 3),
    normals: gather(normals, vertices, 3),
    uvs: Float32Array.from(uvs),
    indices: Uint32Array.from(corners),
  };
}

function plainPart(
  { positions, indices }: SurfaceMesh,
  colors: Float32Array,
  chartOf: Int32Array,
): TexturedSheet['plain'] {
  const copies = new Int32Array(positions.length / 3).fill(-1);
  const vertices: number[] = [];
  const corners: number[] = [];
  for (let corner = 0; corner < indices.length; corner++) {
    if (chartOf[Math.floor(corner / 3)] >= 0) continue;
    const v = indices[corner];
    if (copies[v] < 0) {
      copies[v] = vertices.length;
      vertices.push(v);
    }
    corners.push(copies[v]);
  }
  return {
    positions: gather(positions, vertices, 3),
    colors: gather(colors, vertices, 4),
    indices: Uint32Array.from(corners),
  };
}

function gather(values: Float32Array, vertices: readonly number[], channels: number): Float32Array {
  const out = new Float32Array(channels * vertices.length);
  for (const [i, v] of vertices.entries())
    for (let k = 0; k < channels; k++) out[channels * i + k] = values[channels * v + k];
  return out;
}

/** Vectors of length 1; one without a direction points up. */
function unit(vectors: Float32Array): Float32Array {
  for (let i = 0; i < vectors.length; i += 3) {
    const length = Math.hypot(vectors[i], vectors[i + 1], vectors[i + 2]);
    if (length > 0) for (let k = 0; k < 3; k++) vectors[i + k] /= length;
    else vectors[i + 1] = 1;
  }
  return vectors;
}
