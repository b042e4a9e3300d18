import type { CameraFromWorld } from '../types.ts';
import type { SurfacePoints } from './surfacePoints.ts';
import { cameraCenter } from './view.ts';

/** x_metric = scale · rotation · x_reconstruction + translation; the metric frame has +Y up and its floor at 0. */
export interface Upright {
  scale: number;
  /** 3×3 row-major. */
  rotation: Float64Array;
  translation: [number, number, number];
  /** 0–1: how well the floor and the cameras' height above it are known. */
  confidence: number;
  /** Share of the seen surface, by weight, that lies in the floor plane. */
  floorShare: number;
}

type Vector = [number, number, number];

const dot = (a: readonly number[], b: readonly number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: readonly number[], b: readonly number[]): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
/** With the i-th of many vectors in a row. */
const dotAt = (vectors: Float64Array, i: number, b: readonly number[]) =>
  vectors[3 * i] * b[0] + vectors[3 * i + 1] * b[1] + vectors[3 * i + 2] * b[2];
const unit = (v: readonly number[]): Vector => {
  const length = Math.hypot(v[0], v[1], v[2]);
  return [v[0] / length, v[1] / length, v[2] / length];
};

/** Solves the symmetric 3×3 system m · x = b by Cramer's rule. */
function solve3(m: readonly number[], b: readonly number[]): Vector {
  const columns: Vector[] = [
    [m[0], m[3], m[6]],
    [m[1], m[4], m[7]],
    [m[2], m[5], m[8]],
  ];
  const determinant = dot(columns[0], cross(columns[1], columns[2]));
  return [
    dot(b, cross(columns[1], columns[2])) / determinant,
    dot(columns[0], cross(b, columns[2])) / determinant,
    dot(columns[0], cross(columns[1], b)) / determinant,
  ];
}

/**
 * People hold cameras level: up is orthogonal to every right-vector, and near the mean of the cameras' own up
 * where the turns do not say more.
 */
export function upFromCameras(cameras: readonly CameraFromWorld[]): Vector {
  const m = new Array<number>(9).fill(0);
  const mean: Vector = [0, 0, 0];
  for (const { rotation: r } of cameras) {
    for (let i = 0; i < 3; i++) {
      mean[i] -= r[3 + i] / cameras.length;
      for (let j = 0; j < 3; j++) m[i * 3 + j] += (r[i] * r[j]) / cameras.length;
    }
  }
  // A turn of about 10° makes the right-vectors outweigh this prior.
  for (let i = 0; i < 3; i++) m[i * 4] += 0.03;
  return unit(solve3(m, mean));
}

function rotateAbout(v: readonly number[], axis: readonly number[], angle: number): Vector {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const k = dot(axis, v) * (1 - c);
  const w = cross(axis, v);
  return [
    v[0] * c + w[0] * s + axis[0] * k,
    v[1] * c + w[1] * s + axis[1] * k,
    v[2] * c + w[2] * s + axis[2] * k,
  ];
}

const DEGREE = Math.PI / 180;
/** How far cameras are pitched: a lawn is filmed from above at 40° and more, a wall rarely from so far below. */
const DOWN_DEGREES = 40;
const UP_DEGREES = 20;
/** A surface that is tipped by less than this is level. */
const LEVEL_COSINE = Math.cos(14 * DEGREE);

/**
 * Turns up so that floors, ceilings and table tops become level and walls plumb: a search over pitch and roll
 * about the cameras' up, each normal voting as level or plumb with a Gaussian, then a finer one.
 * Pitch is searched wider than roll: cameras look down at floors, less often up, and are rarely tilted sideways.
 */
export function upFromPlanes(start: Vector, forward: Vector, points: SurfacePoints): Vector {
  const right = unit(cross(forward, start));
  const pitchAxis = right;
  const rollAxis = unit(cross(start, right));
  let best = start;
  const step = Math.max(1, Math.floor(points.count / 6000));
  for (const { upRange, downRange, rollRange, increment, sigma } of [
    { upRange: 26, downRange: 64, rollRange: 8, increment: 2, sigma: 4 },
    { upRange: 2, downRange: 2, rollRange: 2, increment: 0.5, sigma: 2.5 },
    { upRange: 0.5, downRange: 0.5, rollRange: 0.5, increment: 0.125, sigma: 2 },
  ]) {
    const center = best;
    let bestScore = -1;
    const s2 = 2 * Math.sin(sigma * DEGREE) ** 2;
    for (let pitch = -upRange; pitch <= downRange; pitch += increment) {
      for (let roll = -rollRange; roll <= rollRange; roll += increment) {
        const up = unit(rotateAbout(rotateAbout(center, pitchAxis, pitch * DEGREE), rollAxis, roll * DEGREE));
        let score = 0;
        for (let i = 0; i < points.count; i += step) {
          const c =
            points.normals[3 * i] * up[0] +
            points.normals[3 * i + 1] * up[1] +
            points.normals[3 * i + 2] * up[2];
          const plumb = c * c;
          const level = 1 - plumb;
          // A level surface fixes both angles, a wall only one.
          score += points.weights[i] * (Math.exp(-level / s2) + 0.6 * Math.exp(-plumb / s2));
        }
        const off = Math.acos(Math.min(1, dot(up, start))) / DEGREE;
        const looksDown = dot(up, forward) < dot(start, forward);
        score *= Math.exp(-((off / (looksDown ? DOWN_DEGREES : UP_DEGREES)) ** 2));
        if (score > bestScore) {
          bestScore = score;
          best = up;
        }
      }
    }
  }
  return best;
}

/**
 * Finds up, floor and metre.
 * The floor is the lowest level that carries a real share of the upward-facing surface and has little beneath
 * it; the metre follows from the cameras' median height above it.
 * @param cameraHeightMeters how high the camera was held.
 */
export function findUpright(
  cameras: readonly CameraFromWorld[],
  points: SurfacePoints,
  cameraHeightMeters: number,
): Upright {
  const meanForward: Vector = [0, 0, 0];
  for (const { rotation: r } of cameras) for (let i = 0; i < 3; i++) meanForward[i] += r[6 + i];
  const centers = cameras.map(cameraCenter);
  let up = upFromPlanes(upFromCameras(cameras), unit(meanForward), points);

  let floor = floorLevel(centers, points, up);
  if (floor.share > 0.01) {
    // The floor itself is the best level there is, once it is known which surface it is.
    up = planeNormal(points, up, floor);
    floor = floorLevel(centers, points, up);
  }
  const heights = centers.map(c => dot(c, up) - floor.height).sort((a, b) => a - b);
  const median = heights[heights.length >> 1];
  const spread = heights[Math.floor(heights.length * 0.9)] - heights[Math.floor(heights.length * 0.1)];
  const scale = cameraHeightMeters / median;

  // Rows: the metric axes in the reconstruction's frame; the cameras look, on the whole, down −Z.
  const x = unit(cross(meanForward, up));
  const back = cross(x, up);
  const rotation = Float64Array.from([...x, ...up, ...back]);
  const origin = centers[0];
  const translation: Vector = [-scale * dot(x, origin), -scale * floor.height, -scale * dot(back, origin)];
  const confidence =
    Math.min(1, floor.share / 0.05) * 0.8 * Math.max(0.2, 1 - spread / median) + (floor.share > 0 ? 0.1 : 0);
  return {
    scale,
    rotation,
    translation,
    confidence: Math.min(1, Math.max(0.05, confidence)),
    floorShare: floor.share,
  };
}

interface FloorLevel {
  /** Along up, in the reconstruction's units. */
  height: number;
  /** Half-thickness of the band that was taken for the floor. */
  band: number;
  share: number;
}

function floorLevel(centers: readonly Vector[], points: SurfacePoints, up: Vector): FloorLevel {
  const cameraHeights = centers.map(c => dot(c, up)).sort((a, b) => a - b);
  const camera = cameraHeights[cameraHeights.length >> 1];
  const drops: { drop: number; weight: number; level: boolean }[] = [];
  let total = 0;
  for (let i = 0; i < points.count; i++) {
    const weight = points.weights[i];
    total += weight;
    const drop = camera - dotAt(points.positions, i, up);
    if (drop > 0) drops.push({ drop, weight, level: dotAt(points.normals, i, up) > LEVEL_COSINE });
  }
  if (drops.length === 0) return { height: camera - 1, band: 0.05, share: 0 };
  drops.sort((a, b) => a.drop - b.drop);
  const below = drops.reduce((sum, d) => sum + d.weight, 0);
  let running = 0;
  let deepest = drops[drops.length - 1].drop;
  for (const d of drops) {
    running += d.weight;
    if (running >= 0.995 * below) {
      deepest = d.drop;
      break;
    }
  }
  const BINS = 80;
  const width = deepest / BINS;
  const level = new Float64Array(BINS + 2);
  const everything = new Float64Array(BINS + 2);
  for (const d of drops) {
    const bin = Math.min(BINS + 1, Math.floor(d.drop / width));
    everything[bin] += d.weight;
    if (d.level) level[bin] += d.weight;
  }
  const smooth = Array.from(level, (v, i) => v + (level[i - 1] ?? 0) + (level[i + 1] ?? 0));
  const highest = Math.max(...smooth);
  if (highest > 0.002 * total) {
    // From the bottom up: the first peak that is a fair part of the largest.
    for (let bin = BINS + 1; bin >= 8; bin--) {
      if (
        smooth[bin] < 0.2 * highest ||
        smooth[bin] < (smooth[bin - 1] ?? 0) ||
        smooth[bin] < (smooth[bin + 1] ?? 0)
      )
        continue;
      let weight = 0;
      let sum = 0;
      for (const d of drops)
        if (d.level && Math.abs(d.drop - (bin + 0.5) * width) <= 1.5 * width) {
          weight += d.weight;
          sum += d.weight * d.drop;
        }
      return { height: camera - sum / weight, band: 2 * width, share: weight / total };
    }
  }
  return { height: camera - deepest, band: width, share: 0 };
}

/** Weighted least-squares normal of the points in the floor's band, reweighted so that feet of furniture fade. */
function planeNormal(points: SurfacePoints, up: Vector, floor: FloorLevel): Vector {
  const right = unit(cross(Math.abs(up[0]) < 0.8 ? [1, 0, 0] : [0, 0, 1], up));
  const ahead = cross(up, right);
  let normal = up;
  let a = 0;
  let b = 0;
  let c = floor.height;
  for (let iteration = 0; iteration < 8; iteration++) {
    const m = new Array<number>(9).fill(0);
    const v = [0, 0, 0];
    const scale = floor.band / (1 + iteration);
    for (let i = 0; i < points.count; i++) {
      const h = dotAt(points.positions, i, up);
      const row = [dotAt(points.positions, i, right), dotAt(points.positions, i, ahead), 1];
      const residual = h - (a * row[0] + b * row[1] + c);
      if (Math.abs(residual) > 3 * floor.band || dotAt(points.normals, i, normal) < LEVEL_COSINE) continue;
      const weight = points.weights[i] / (1 + (residual / scale) ** 2);
      for (let j = 0; j < 3; j++) {
        v[j] += weight * row[j] * h;
        for (let k = 0; k < 3; k++) m[j * 3 + k] += weight * row[j] * row[k];
      }
    }
    const trace = m[0] + m[4];
    if (m[8] === 0) return up;
    m[0] += 1e-6 * trace;
    m[4] += 1e-6 * trace;
    [a, b, c] = solve3(m, v);
    normal = unit(up.map((value, i) => value - a * right[i] - b * ahead[i]));
  }
  // A band seen as a sliver can tip; the walls are then the better judge.
  return Math.acos(Math.min(1, dot(normal, up))) < 4 * DEGREE ? normal : up;
}

/** The same camera in the metric frame. */
export function uprightCamera({ rotation, translation }: CameraFromWorld, upright: Upright): CameraFromWorld {
  const { rotation: u, scale, translation: shift } = upright;
  const turned = new Float64Array(9);
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++)
      turned[i * 3 + j] =
        rotation[i * 3] * u[j * 3] + rotation[i * 3 + 1] * u[j * 3 + 1] + rotation[i * 3 + 2] * u[j * 3 + 2];
  const moved = new Float64Array(3);
  for (let i = 0; i < 3; i++)
    moved[i] =
      scale * translation[i] -
      (turned[i * 3] * shift[0] + turned[i * 3 + 1] * shift[1] + turned[i * 3 + 2] * shift[2]);
  return { rotation: turned, translation: moved };
}
