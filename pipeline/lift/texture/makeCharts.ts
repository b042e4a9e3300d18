import { areaVector } from '../surface/meshTools.ts';
import type { MeshGraph } from './meshGraph.ts';
import { rasterTriangle } from './rasterTriangle.ts';

type Vector = readonly [number, number, number];

/** Triangles that are laid into the atlas together: an orthographic view of them along −n. */
export interface Chart {
  faces: number[];
  /** Texels per metre times unit axes, world frame: texel = axis · position − min. */
  u: Vector;
  v: Vector;
  minU: number;
  minV: number;
  /** Texels, without a margin. */
  width: number;
  height: number;
}

/** A triangle turned farther than this from its chart (cosine) would be squeezed too much. */
const FACING = 0.55;
/** Surface this much finer or coarser seen than the chart's texels (octaves) takes another chart. */
const OCTAVES = 0.75;
/** Charts larger than this would not pack well. */
const MAX_SIDE = 1000;
const SCRATCH = 2048;
const LEAST_TEXEL_METERS = 0.002;
const MAX_TEXEL_METERS = 0.25;

/**
 * Cuts the chosen triangles into charts by growing from the flattest ones. A triangle that would cover texels of
 * another one of its chart starts its own, so no texel has two owners.
 * @param isWanted per triangle, 1 where it is textured.
 * @param normals smoothed unit normals per vertex: the seed's becomes the chart's.
 * @param footprintMeters per vertex, metres per pixel of the best view.
 * @param coarseness texels are this many times as wide as pixels.
 */
export function makeCharts(
  positions: Float32Array,
  indices: Uint32Array,
  { across }: MeshGraph,
  isWanted: Uint8Array,
  normals: Float32Array,
  footprintMeters: Float32Array,
  coarseness: number,
): Chart[] {
  const count = indices.length / 3;
  const own = new Float32Array(3 * count);
  const flatness = new Float32Array(count);
  const octave = new Float32Array(count);
  for (let face = 0; face < count; face++) {
    if (!isWanted[face]) continue;
    const [a, b, c] = [indices[3 * face], indices[3 * face + 1], indices[3 * face + 2]];
    const n = areaVector(positions, a, b, c);
    const length = Math.hypot(n[0], n[1], n[2]) || 1;
    for (let k = 0; k < 3; k++) {
      own[3 * face + k] = n[k] / length;
      flatness[face] += own[3 * face + k] * normals[3 * a + k];
    }
    const footprint = (footprintMeters[a] + footprintMeters[b] + footprintMeters[c]) / 3;
    octave[face] = Math.log2(
      Math.min(MAX_TEXEL_METERS, Math.max(LEAST_TEXEL_METERS, coarseness * footprint)),
    );
  }
  const chartOf = new Int32Array(count).fill(-1);
  const refusedBy = new Int32Array(count).fill(-1);
  const owner = new Int32Array(SCRATCH * SCRATCH).fill(-1);
  const charts: Chart[] = [];

  const grow = (seed: number, n: Vector): Chart => {
    const id = charts.length;
    const texel = 2 ** octave[seed];
    const [axisU, axisV] = axesAcross(n);
    const u: Vector = [axisU[0] / texel, axisU[1] / texel, axisU[2] / texel];
    const v: Vector = [axisV[0] / texel, axisV[1] / texel, axisV[2] / texel];
    const uOf = (at: number) => u[0] * positions[at] + u[1] * positions[at + 1] + u[2] * positions[at + 2];
    const vOf = (at: number) => v[0] * positions[at] + v[1] * positions[at + 1] + v[2] * positions[at + 2];
    const originU = Math.floor(uOf(3 * indices[3 * seed])) - SCRATCH / 2;
    const originV = Math.floor(vOf(3 * indices[3 * seed])) - SCRATCH / 2;
    let [minU, minV, maxU, maxV] = [Infinity, Infinity, -Infinity, -Infinity];
    /** Adds a triangle whose texels are free; leaves nothing of one whose texels are not. */
    const add = (face: number): boolean => {
      if (own[3 * face] * n[0] + own[3 * face + 1] * n[1] + own[3 * face + 2] * n[2] < FACING) return false;
      if (Math.abs(octave[face] - octave[seed]) > OCTAVES) return false;
      const [a, b, c] = [3 * indices[3 * face], 3 * indices[3 * face + 1], 3 * indices[3 * face + 2]];
      const [au, av, bu, bv, cu, cv] = [uOf(a), vOf(a), uOf(b), vOf(b), uOf(c), vOf(c)];
      const [lowU, lowV] = [Math.min(minU, au, bu, cu), Math.min(minV, av, bv, cv)];
      const [highU, highV] = [Math.max(maxU, au, bu, cu), Math.max(maxV, av, bv, cv)];
      if (highU - lowU > MAX_SIDE || highV - lowV > MAX_SIDE) return false;
      const turn = [
        au - originU,
        av - originV,
        bu - originU,
        bv - originV,
        cu - originU,
        cv - originV,
      ] as const;
      const isFree = rasterTriangle(...turn, (x, y) => {
        const holder = owner[y * SCRATCH + x];
        return holder < 0 || chartOf[holder] !== id;
      });
      if (!isFree) return false;
      rasterTriangle(...turn, (x, y) => {
        owner[y * SCRATCH + x] = face;
        return true;
      });
      chartOf[face] = id;
      [minU, minV, maxU, maxV] = [lowU, lowV, highU, highV];
      return true;
    };
    const faces: number[] = [];
    if (add(seed)) faces.push(seed);
    for (const face of faces)
      for (let k = 0; k < 3; k++) {
        const next = across[3 * face + k];
        if (next < 0 || !isWanted[next] || chartOf[next] >= 0 || refusedBy[next] === id) continue;
        if (add(next)) faces.push(next);
        else refusedBy[next] = id;
      }
    // Texel centres stay where they were tried: on whole multiples of u and v.
    minU = Math.floor(minU) - 0.5;
    minV = Math.floor(minV) - 0.5;
    return {
      faces,
      u,
      v,
      minU,
      minV,
      width: Math.max(1, Math.ceil(maxU - minU)),
      height: Math.max(1, Math.ceil(maxV - minV)),
    };
  };
  for (const least of [0.99, 0.9, FACING])
    for (let face = 0; face < count; face++) {
      if (!isWanted[face] || chartOf[face] >= 0 || flatness[face] < least) continue;
      const first = 3 * indices[3 * face];
      const chart = grow(face, [normals[first], normals[first + 1], normals[first + 2]]);
      if (chart.faces.length > 0) charts.push(chart);
    }
  // Folded against the smoothed surface: seen along its own normal.
  for (let face = 0; face < count; face++) {
    if (!isWanted[face] || chartOf[face] >= 0) continue;
    const chart = grow(face, [own[3 * face], own[3 * face + 1], own[3 * face + 2]]);
    if (chart.faces.length > 0) charts.push(chart);
  }
  return charts;
}

/** Unit axes across a normal: v as far down as it goes, so that walls lie upright, u × v = −n. */
function axesAcross([x, y, z]: Vector): [Vector, Vector] {
  const flat = Math.hypot(x, z);
  if (flat < 1e-3)
    return [
      [1, 0, 0],
      [0, 0, y > 0 ? 1 : -1],
    ];
  const u: Vector = [z / flat, 0, -x / flat];
  const v: Vector = [u[2] * y, u[0] * z - u[2] * x, -u[0] * y];
  return v[1] > 0 ? [u, [-v[0], -v[1], -v[2]]] : [u, v];
}
