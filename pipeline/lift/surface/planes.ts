import type { SurfaceMesh } from './extractSurface.ts';
import { triangleArea, vertexNormals } from './meshTools.ts';

/** A dominant plane of the place, metric frame: the points with normal · x = offset. */
export interface Plane {
  kind: 'wall' | 'ceiling' | 'floor';
  /** Unit, towards the free space in front. A wall's has no y. */
  normal: [number, number, number];
  /**
   * One number. In an array of doubles, because V8 13.6 now and then lets an object whose number was a whole one
   * (the floor's 0) share the number of the next: one run in four then had its floor at the ceiling.
   */
  offset: Float64Array;
  /** Unit, along u and v of the plane's grid; u × v = normal. */
  u: [number, number, number];
  v: [number, number, number];
  grid: PlaneGrid;
}

/** Square cells in a plane; cell (i, k) spans [origin u + i·cell, …) × [origin v + k·cell, …). Arrays are [v][u]. */
export interface PlaneGrid {
  cellMeters: number;
  /** u, v, metres. In an array for the reason that Plane.offset is: one run in twenty, on a busy machine, had the origin of a later plane's grid here. */
  origin: Float64Array;
  sizeU: number;
  sizeV: number;
  /** 1 where fused surface lies in the plane. */
  seen: Uint8Array;
}

/** Surface this near a plane, facing as it does, belongs to it: what fusion leaves of noise, and pictures and trim. */
export const PLANE_BAND_METERS = 0.06;
export const PLANE_CELL_METERS = 0.08;
/** Normals of fused surface scatter by this much … */
const NORMAL_COSINE = Math.cos((22 * Math.PI) / 180);
/** … and where a plane is taken away from what is still to be explained, rather more is taken. */
const CLAIM_METERS = 0.1;
const CLAIM_COSINE = Math.cos((35 * Math.PI) / 180);
const AZIMUTHS = 180;
const OFFSET_BIN_METERS = 0.04;
/** A smaller wall is the side of a thing. */
const LEAST_WALL_SQUARE_METERS = 0.9;
const LEAST_CEILING_SQUARE_METERS = 1;
/** Walls reach above a person's shoulder; what ends lower is furniture. */
const LEAST_WALL_TOP_METERS = 1.5;
const LEAST_WALL_HEIGHT_METERS = 0.9;
const LEAST_CEILING_METERS = 1.95;
const MAX_WALLS = 24;
/** Where noise is this high normals say little of a wall's turn … */
const NOISY_METERS = 0.04;
/** … and facing it within this is enough. */
const NOISY_COSINE = Math.cos((50 * Math.PI) / 180);
/** Walls this near a dominant direction have it, if it explains nearly as much of them as their own. */
const SNAP_COSINE = Math.cos((4.5 * Math.PI) / 180);
const SNAP_SHARE = 0.7;
/** Of the walls' area, this much has to agree on directions for a place to have some. */
const DOMINANT_SHARE = 0.35;
const LEAST_NOISY_WALL_SQUARE_METERS = 2.5;
/** Of the noisy surface within twice its band, a wall's band holds this share: trees and crowds are spread out. */
const PEAK_SHARE = 0.6;
/** Room around the seen cells for what is continued. */
const GRID_MARGIN_METERS = 1.6;

/** Standard deviation in metres to be expected of fused surface at a place. */
export type NoiseAt = (x: number, y: number, z: number) => number;

/** Surface as samples: a position, a normal, the area that they stand for, and the noise there. */
interface Samples {
  positions: Float32Array;
  normals: Float32Array;
  areas: Float32Array;
  noises: Float32Array;
}

function samplesOf(mesh: SurfaceMesh, noiseAt: NoiseAt): Samples {
  const { positions, indices } = mesh;
  const areas = new Float32Array(positions.length / 3);
  for (let i = 0; i < indices.length; i += 3) {
    const third = triangleArea(positions, indices[i], indices[i + 1], indices[i + 2]) / 3;
    for (let k = 0; k < 3; k++) areas[indices[i + k]] += third;
  }
  const noises = areas.map((_, i) => noiseAt(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]));
  return { positions, normals: vertexNormals(mesh), areas, noises };
}

/** How far from its plane surface of that noise may lie. */
export function planeBand(noise: number, least: number): number {
  return Math.max(least, 1.5 * noise);
}

function facingCosine(noise: number, strict: number): number {
  return noise > NOISY_METERS ? Math.min(strict, NOISY_COSINE) : strict;
}

/**
 * The dominant planes of a fused surface that stands upright: the floor (given: y = 0), one ceiling, and plumb
 * walls. Walls are peaks of a Hough transform over azimuth and offset, the strongest first, each refined by
 * reweighted least squares before what it explains is taken away. Walls may meet at any angle; where most of them
 * agree on directions at right angles (Coughlan and Yuille 1999), those that are nearly so are laid into them, and
 * what is too far away and noisy to have normals is searched along them.
 * @param mesh metric frame, floor at y = 0.
 */
export function findPlanes(mesh: SurfaceMesh, noiseAt: NoiseAt): Plane[] {
  const samples = samplesOf(mesh, noiseAt);
  const { positions: p, normals: n, areas } = samples;
  const planes: Plane[] = [withGrid('floor', [0, 1, 0], 0, samples)];
  const ceiling = findCeiling(samples);
  if (ceiling !== undefined) planes.push(withGrid('ceiling', [0, -1, 0], -ceiling, samples));

  const open = areas.map((area, i) => (Math.abs(n[3 * i + 1]) < 0.4 && p[3 * i + 1] > 0.08 ? area : 0));
  let reach = 0;
  for (let i = 0; i < open.length; i++)
    if (open[i] > 0) reach = Math.max(reach, Math.hypot(p[3 * i], p[3 * i + 2]));
  const all = open.slice();
  const walls: Wall[] = [];
  for (let found = 0; found < MAX_WALLS; found++) {
    const peak = strongestWall(samples, open, reach);
    if (!peak || peak.area < 0.5 * LEAST_WALL_SQUARE_METERS) break;
    const line = refineWall(samples, open, peak);
    const { area, sureArea, isWall } = claim(samples, open, line);
    if (isWall && area >= LEAST_WALL_SQUARE_METERS) walls.push({ ...line, area, sureArea });
  }
  const turn = dominantTurn(walls);
  if (turn !== undefined) {
    // Askew and noisy it is a row of columns or trees, or what noise made of a wall.
    const own = walls.flatMap(wall => {
      const laid = snapped(samples, all, wall, turn);
      if (laid) return [{ ...wall, ...laid }];
      return wall.sureArea >= LEAST_WALL_SQUARE_METERS ? [wall] : [];
    });
    walls.splice(0, walls.length, ...own);
    for (let found = walls.length; found < MAX_WALLS; found++) {
      const line = noisyWall(samples, open, turn, reach);
      if (!line) break;
      const { area, isWall } = claim(samples, open, line);
      if (isWall && area >= LEAST_NOISY_WALL_SQUARE_METERS) walls.push({ ...line, area, sureArea: 0 });
      else if (area === 0) break;
    }
  }
  for (const { x, z, offset } of walls) planes.push(withGrid('wall', [x, 0, z], offset, samples));
  return planes;
}

interface Wall extends WallLine {
  /** Square metres in its plane, and those of them whose noise is low enough for normals. */
  area: number;
  sureArea: number;
}

/** Takes what a wall explains out of `open`, and tells how much of it lies in its plane. */
function claim(
  { positions: p, normals: n, noises }: Samples,
  open: Float32Array,
  wall: WallLine,
): { area: number; sureArea: number; isWall: boolean } {
  let area = 0;
  let sureArea = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (let i = 0; i < open.length; i++) {
    if (open[i] === 0) continue;
    const distance = wall.x * p[3 * i] + wall.z * p[3 * i + 2] - wall.offset;
    if (Math.abs(distance) > planeBand(1.5 * noises[i], CLAIM_METERS)) continue;
    const facing = wall.x * n[3 * i] + wall.z * n[3 * i + 2];
    if (facing < facingCosine(noises[i], CLAIM_COSINE)) continue;
    if (
      Math.abs(distance) < planeBand(noises[i], PLANE_BAND_METERS) &&
      facing > facingCosine(noises[i], NORMAL_COSINE)
    ) {
      area += open[i];
      if (noises[i] < NOISY_METERS) sureArea += open[i];
      low = Math.min(low, p[3 * i + 1]);
      high = Math.max(high, p[3 * i + 1]);
    }
    open[i] = 0;
  }
  return { area, sureArea, isWall: high >= LEAST_WALL_TOP_METERS && high - low >= LEAST_WALL_HEIGHT_METERS };
}

/** Azimuth, modulo a quarter turn, on which most of the walls' area agrees; undefined where there is none. */
function dominantTurn(walls: readonly Wall[]): number | undefined {
  let total = 0;
  for (const { area } of walls) total += area;
  let turn = 0;
  let agreed = 0;
  // The second pass leaves out those that stand askew.
  for (const tolerance of [Math.PI, 0.08]) {
    let [c, s] = [0, 0];
    agreed = 0;
    for (const { x, z, area } of walls) {
      const own = Math.atan2(z, x);
      const off = Math.abs(Math.atan2(Math.sin(4 * (own - turn)), Math.cos(4 * (own - turn)))) / 4;
      if (off > tolerance) continue;
      agreed += area;
      // Large walls are measured better than in proportion to their size.
      c += area * area * Math.cos(4 * own);
      s += area * area * Math.sin(4 * own);
    }
    turn = Math.atan2(s, c) / 4;
  }
  return walls.length >= 2 && agreed >= DOMINANT_SHARE * total ? turn : undefined;
}

/** The wall turned into the nearest dominant direction, where it is near that and explained nearly as well by it. */
function snapped(samples: Samples, open: Float32Array, wall: Wall, turn: number): WallLine | undefined {
  const quarter = Math.PI / 2;
  const azimuth = turn + quarter * Math.round((Math.atan2(wall.z, wall.x) - turn) / quarter);
  const [x, z] = [Math.cos(azimuth), Math.sin(azimuth)];
  if (x * wall.x + z * wall.z < SNAP_COSINE) return undefined;
  // About the middle of what the wall shows, not about the world's origin.
  const { area, alongMeters } = supportOf(samples, open, wall);
  const guess = wall.offset * (x * wall.x + z * wall.z) + alongMeters * (z * wall.x - x * wall.z);
  const line = { x, z, offset: settle(samples, open, { x, z, offset: guess }) };
  return supportOf(samples, open, line).area >= SNAP_SHARE * area ? line : undefined;
}

/** Area in a wall's plane, and where along it (direction −z, x of its normal) its middle lies. */
function supportOf(
  { positions: p, normals: n, noises }: Samples,
  open: Float32Array,
  { x, z, offset }: WallLine,
): { area: number; alongMeters: number } {
  let area = 0;
  let along = 0;
  for (let i = 0; i < open.length; i++) {
    if (open[i] === 0) continue;
    const distance = x * p[3 * i] + z * p[3 * i + 2] - offset;
    if (Math.abs(distance) > planeBand(noises[i], PLANE_BAND_METERS)) continue;
    if (x * n[3 * i] + z * n[3 * i + 2] < facingCosine(noises[i], CLAIM_COSINE)) continue;
    area += open[i];
    along += open[i] * (x * p[3 * i + 2] - z * p[3 * i]);
  }
  return { area, alongMeters: area > 0 ? along / area : 0 };
}

/** Offset of a wall whose direction is known: reweighted mean of what faces it. */
function settle({ positions: p, normals: n, noises }: Samples, open: Float32Array, line: WallLine): number {
  const { x, z } = line;
  let { offset } = line;
  for (const reach of [3, 2, 1.5, 1]) {
    let [weight, sum] = [0, 0];
    for (let i = 0; i < open.length; i++) {
      if (open[i] === 0 || x * n[3 * i] + z * n[3 * i + 2] < facingCosine(noises[i], CLAIM_COSINE)) continue;
      const at = x * p[3 * i] + z * p[3 * i + 2];
      const spread = Math.max(0.03, noises[i]);
      const share = (at - offset) / (reach * spread);
      if (Math.abs(share) > 2) continue;
      const w = open[i] / (spread * spread * (1 + 2 * share * share));
      weight += w;
      sum += w * at;
    }
    if (weight > 0) offset = sum / weight;
  }
  return offset;
}

/** The strongest wall along a dominant direction among surface too noisy to have normals of its own. */
function noisyWall(samples: Samples, open: Float32Array, turn: number, reach: number): WallLine | undefined {
  const { positions: p, normals: n, noises } = samples;
  const bins = Math.ceil((2 * reach) / OFFSET_BIN_METERS) + 1;
  let best = LEAST_NOISY_WALL_SQUARE_METERS;
  let found: WallLine | undefined;
  for (let quarter = 0; quarter < 4; quarter++) {
    const azimuth = turn + (quarter * Math.PI) / 2;
    const [x, z] = [Math.cos(azimuth), Math.sin(azimuth)];
    const areas = new Float32Array(bins);
    const spreads = new Float32Array(bins);
    for (let i = 0; i < open.length; i++) {
      if (open[i] === 0 || noises[i] < NOISY_METERS) continue;
      if (x * n[3 * i] + z * n[3 * i + 2] < NOISY_COSINE) continue;
      const bin = Math.floor((x * p[3 * i] + z * p[3 * i + 2] + reach) / OFFSET_BIN_METERS);
      areas[bin] += open[i];
      spreads[bin] += open[i] * noises[i];
    }
    const sums = new Float64Array(bins + 1);
    for (let bin = 0; bin < bins; bin++) sums[bin + 1] = sums[bin] + areas[bin];
    const within = (bin: number, band: number) =>
      sums[Math.min(bins, bin + band + 1)] - sums[Math.max(0, bin - band)];
    for (let bin = 0; bin < bins; bin++) {
      if (areas[bin] === 0) continue;
      const band = Math.ceil((1.5 * spreads[bin]) / areas[bin] / OFFSET_BIN_METERS);
      const area = within(bin, band);
      if (area <= best || area < PEAK_SHARE * within(bin, 2 * band)) continue;
      best = area;
      found = { x, z, offset: (bin + 0.5) * OFFSET_BIN_METERS - reach };
    }
  }
  return found && { ...found, offset: settle(samples, open, found) };
}

/** The same planes with what another surface shows of them. */
export function regridPlanes(planes: readonly Plane[], mesh: SurfaceMesh, noiseAt: NoiseAt): Plane[] {
  const samples = samplesOf(mesh, noiseAt);
  return planes.map(({ kind, normal, offset }) => withGrid(kind, normal, offset[0], samples));
}

/** Height of the level that carries most of the surface facing down, if it could be a ceiling. */
function findCeiling({ positions: p, normals: n, areas }: Samples): number | undefined {
  const bin = 0.05;
  const levels = new Map<number, number>();
  for (let i = 0; i < areas.length; i++)
    if (n[3 * i + 1] < -NORMAL_COSINE && p[3 * i + 1] > LEAST_CEILING_METERS) {
      const level = Math.floor(p[3 * i + 1] / bin);
      levels.set(level, (levels.get(level) ?? 0) + areas[i]);
    }
  let best = 0;
  let at = 0;
  for (const level of levels.keys()) {
    const area = [-1, 0, 1].reduce((sum, k) => sum + (levels.get(level + k) ?? 0), 0);
    if (area > best || (area === best && level < at)) {
      best = area;
      at = level;
    }
  }
  if (best < LEAST_CEILING_SQUARE_METERS) return undefined;
  let height = (at + 0.5) * bin;
  for (let pass = 0; pass < 4; pass++) {
    let sum = 0;
    let weight = 0;
    for (let i = 0; i < areas.length; i++) {
      const off = p[3 * i + 1] - height;
      if (n[3 * i + 1] > -NORMAL_COSINE || Math.abs(off) > 0.12) continue;
      const share = off / 0.03;
      const w = areas[i] / (1 + share * share);
      sum += w * p[3 * i + 1];
      weight += w;
    }
    height = sum / weight;
  }
  return height;
}

interface WallLine {
  /** Unit normal. */
  x: number;
  z: number;
  offset: number;
}

function strongestWall(
  { positions: p, normals: n }: Samples,
  open: Float32Array,
  reach: number,
): (WallLine & { area: number }) | undefined {
  const bins = Math.ceil((2 * reach) / OFFSET_BIN_METERS) + 3;
  const votes = new Float32Array(AZIMUTHS * bins);
  const cosines = Array.from({ length: AZIMUTHS }, (_, k) => Math.cos((2 * Math.PI * k) / AZIMUTHS));
  const sines = Array.from({ length: AZIMUTHS }, (_, k) => Math.sin((2 * Math.PI * k) / AZIMUTHS));
  for (let i = 0; i < open.length; i++) {
    if (open[i] === 0) continue;
    const turn = (Math.atan2(n[3 * i + 2], n[3 * i]) * AZIMUTHS) / (2 * Math.PI);
    const middle = Math.round(turn);
    for (let k = middle - 3; k <= middle + 3; k++) {
      const a = (k + 2 * AZIMUTHS) % AZIMUTHS;
      const offset = cosines[a] * p[3 * i] + sines[a] * p[3 * i + 2];
      const bin = Math.floor((offset + reach) / OFFSET_BIN_METERS) + 1;
      votes[a * bins + bin] += open[i] / (1 + 0.25 * (k - turn) * (k - turn));
    }
  }
  let best = 0;
  let at = -1;
  for (let a = 0; a < AZIMUTHS; a++)
    for (let b = 1; b < bins - 1; b++) {
      const i = a * bins + b;
      const sum = votes[i - 1] + votes[i] + votes[i + 1];
      if (sum > best) {
        best = sum;
        at = i;
      }
    }
  if (at < 0) return undefined;
  const a = Math.floor(at / bins);
  return {
    x: cosines[a],
    z: sines[a],
    offset: ((at % bins) - 0.5) * OFFSET_BIN_METERS - reach,
    area: best,
  };
}

/** The plumb plane through the samples near a first guess: total least squares in x and z, reweighted. */
function refineWall({ positions: p, normals: n }: Samples, open: Float32Array, guess: WallLine): WallLine {
  let { x, z, offset } = guess;
  for (const band of [0.12, 0.08, 0.05, 0.04]) {
    let [w, mx, mz, xx, xz, zz] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < open.length; i++) {
      if (open[i] === 0 || x * n[3 * i] + z * n[3 * i + 2] < CLAIM_COSINE) continue;
      const [px, pz] = [p[3 * i], p[3 * i + 2]];
      const distance = x * px + z * pz - offset;
      if (Math.abs(distance) > 2 * band) continue;
      // No power: compilers round x ** 2 and x · x differently, and the same file has to give the same bytes.
      const share = (2 * distance) / band;
      const weight = open[i] / (1 + share * share);
      w += weight;
      mx += weight * px;
      mz += weight * pz;
      xx += weight * px * px;
      xz += weight * px * pz;
      zz += weight * pz * pz;
    }
    if (w === 0) break;
    [mx, mz] = [mx / w, mz / w];
    const [cxx, cxz, czz] = [xx / w - mx * mx, xz / w - mx * mz, zz / w - mz * mz];
    // Direction of the line is the larger eigenvector; the normal is across it.
    const along = 0.5 * Math.atan2(2 * cxz, cxx - czz);
    const [nx, nz] = [-Math.sin(along), Math.cos(along)];
    const sign = nx * x + nz * z < 0 ? -1 : 1;
    if (sign * (nx * x + nz * z) < 0.95) break;
    [x, z] = [sign * nx, sign * nz];
    offset = x * mx + z * mz;
  }
  return { x, z, offset };
}

function withGrid(
  kind: Plane['kind'],
  normal: [number, number, number],
  offset: number,
  { positions: p, normals: n, areas, noises }: Samples,
): Plane {
  // u × v = normal, with v up for walls.
  const u: Plane['u'] = kind === 'wall' ? [normal[2], 0, -normal[0]] : [1, 0, 0];
  const v: Plane['v'] = kind === 'wall' ? [0, 1, 0] : [0, 0, kind === 'floor' ? -1 : 1];
  const members: number[] = [];
  let [lowU, highU, lowV, highV] = [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (let i = 0; i < areas.length; i++) {
    const at = [p[3 * i], p[3 * i + 1], p[3 * i + 2]];
    const distance = normal[0] * at[0] + normal[1] * at[1] + normal[2] * at[2] - offset;
    if (Math.abs(distance) > planeBand(noises[i], PLANE_BAND_METERS)) continue;
    const facing = normal[0] * n[3 * i] + normal[1] * n[3 * i + 1] + normal[2] * n[3 * i + 2];
    if (facing < facingCosine(noises[i], NORMAL_COSINE)) continue;
    const a = u[0] * at[0] + u[2] * at[2];
    const b = v[1] * at[1] + v[2] * at[2];
    members.push(a, b);
    lowU = Math.min(lowU, a);
    highU = Math.max(highU, a);
    lowV = Math.min(lowV, b);
    highV = Math.max(highV, b);
  }
  if (members.length === 0) [lowU, highU, lowV, highV] = [0, 0, 0, 0];
  const cellMeters = PLANE_CELL_METERS;
  const originU = Math.floor((lowU - GRID_MARGIN_METERS) / cellMeters) * cellMeters;
  const originV = Math.floor((lowV - GRID_MARGIN_METERS) / cellMeters) * cellMeters;
  const sizeU = Math.ceil((highU + GRID_MARGIN_METERS - originU) / cellMeters);
  const sizeV = Math.ceil((highV + GRID_MARGIN_METERS - originV) / cellMeters);
  const seen = new Uint8Array(sizeU * sizeV);
  for (let k = 0; k < members.length; k += 2)
    seen[
      Math.floor((members[k + 1] - originV) / cellMeters) * sizeU +
        Math.floor((members[k] - originU) / cellMeters)
    ] = 1;
  return {
    kind,
    normal,
    offset: Float64Array.of(offset),
    u,
    v,
    grid: { cellMeters, origin: Float64Array.of(originU, originV), sizeU, sizeV, seen },
  };
}

/** Index of the cell under a point's foot in a plane, −1 outside of its grid. */
export function planeCell({ u, v, grid }: Plane, x: number, y: number, z: number): number {
  const i = Math.floor((u[0] * x + u[1] * y + u[2] * z - grid.origin[0]) / grid.cellMeters);
  const k = Math.floor((v[0] * x + v[1] * y + v[2] * z - grid.origin[1]) / grid.cellMeters);
  return i < 0 || k < 0 || i >= grid.sizeU || k >= grid.sizeV ? -1 : k * grid.sizeU + i;
}

/** Metres by which a point lies in front of a plane. */
export function planeDistance({ normal, offset }: Plane, x: number, y: number, z: number): number {
  return normal[0] * x + normal[1] * y + normal[2] * z - offset[0];
}

/** Normal and offset of each plane, four numbers in a row, for loops over pixels. */
export function planeTable(planes: readonly Plane[]): Float64Array {
  return Float64Array.from(planes.flatMap(({ normal, offset }) => [...normal, offset[0]]));
}

/** The point of a plane at grid coordinates in cells; whole numbers are corners of cells. */
export function planePoint(
  { normal, offset, u, v, grid }: Plane,
  i: number,
  k: number,
): [number, number, number] {
  const a = grid.origin[0] + i * grid.cellMeters;
  const b = grid.origin[1] + k * grid.cellMeters;
  return [0, 1, 2].map(axis => offset[0] * normal[axis] + a * u[axis] + b * v[axis]) as [
    number,
    number,
    number,
  ];
}

/** The cells of a mask and those within `steps` of them, corners apart. */
export function growCells(mask: Uint8Array, sizeU: number, steps: number): Uint8Array {
  let grown = mask;
  for (let step = 0; step < steps; step++) {
    const next = grown.slice();
    for (let i = 0; i < grown.length; i++) {
      if (!grown[i]) continue;
      const x = i % sizeU;
      if (x > 0) next[i - 1] = 1;
      if (x < sizeU - 1) next[i + 1] = 1;
      if (i >= sizeU) next[i - sizeU] = 1;
      if (i + sizeU < grown.length) next[i + sizeU] = 1;
    }
    grown = next;
  }
  return grown;
}
