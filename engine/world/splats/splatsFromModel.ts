import { transformPoints } from '../gltf/matrices.ts';
import { srgbOfLinear, texelAt } from '../texelAt.ts';
import type { Material, MeshPart, WorldModel, WorldNode } from '../worldModel.ts';
import { createSplatCloud, SH_C0, type SplatCloud } from './splatCloud.ts';

/**
 * Gaussians that cover a model's triangles: where a trainer may start from, and what a splat viewer shows at once.
 * Deviation from 3DGS, which starts from isotropic Gaussians on sparse points: a surface is known here, so each one
 * is a flat disc in its triangle.
 */

export interface SplatPlacement {
  /** Colours from the model's own vertices, textures and materials. */
  cloud: SplatCloud;
  /** Unit xyz per Gaussian, world frame: the front of its triangle. */
  normals: Float32Array;
}

export interface SplatPlacementOptions {
  /** How many Gaussians there may be at most; fewer where the model is small. */
  budget: number;
  /** Where one looks from, world frame: near these, Gaussians are finer. None: equally fine everywhere. */
  eyes?: readonly (readonly [number, number, number])[];
  keep?: (node: WorldNode) => boolean;
}

/**
 * A Gaussian's deviation over its triangle's. At 1.25 walls show gaps between neighbours, at 2.25 they blur: against the
 * frames of a room 17.3 and 17.6 dB, at 1.75 17.7.
 */
const SPREAD = 1.75;
/** Thickness along the normal over the geometric mean of the deviations in the plane. */
const FLATNESS = 0.1;
/** A sliver's Gaussian is not thinner than this share of its length. */
const LEAST_WIDTH = 0.2;
const OPACITY = 0.95;
/** Nearer than this to an eye nothing gets finer, metres. */
const NEAREST_METERS = 0.8;
/** Area over the square of the longest side that is allowed: pieces much smaller stand for their neighbours too. */
const LEAST_PIECE = 0.1;
/** The same of a piece as halving leaves it. */
const TYPICAL_PIECE = 0.25;
/** A Gaussian that stands for pieces left out grows no more than this. */
const MOST_GROWTH = 3;
const BUDGET_TRIES = 4;
/** Shares of the budget: what is aimed at, and what is good enough. */
const AIM = 0.95;
const ENOUGH = 0.8;
/** A thousandth of the distance is a pixel or less; of a metre, a millimetre. */
const FINEST = 0.001;

/** What is told of a piece: read it before the next one comes, which takes its place. */
type Emit = (piece: Piece, share: number) => void;

interface Piece {
  /** xyz of three corners. */
  corners: Float64Array;
  /** Barycentric weights of the three corners in the triangle that was split, 9 numbers. */
  weights: Float64Array;
}

/** Deterministic: the same model and options give the same cloud. */
export function splatsFromModel(model: WorldModel, options: SplatPlacementOptions): SplatPlacement {
  const { budget, eyes = [], keep = () => true } = options;
  const parts = model.nodes.filter(keep).flatMap(node =>
    node.parts.map(part => ({
      part,
      positions: transformPoints(node.worldFromNode, part.positions),
      material: model.materials[part.material],
    })),
  );
  const splitter = new Splitter();
  const visit = (fineness: number, emit: (part: MeshPart, material: Material, triangle: number) => Emit) => {
    const limit = fineLimit(fineness, eyes);
    splitter.begin(limit);
    for (const { part, positions, material } of parts)
      for (let t = 0; t < part.indices.length; t += 3)
        splitter.split(positions, part.indices, t, emit(part, material, t));
  };
  let counted = 0;
  const addOne = () => {
    counted++;
  };
  const count = (fineness: number) => {
    counted = 0;
    visit(fineness, () => addOne);
    return counted;
  };
  const { fineness, pieces } = finenessWithin(budget, count, firstFineness(parts, budget, eyes));
  const cloud = createSplatCloud(pieces, 0, 'the world');
  const normals = new Float32Array(3 * pieces);
  let at = 0;
  visit(fineness, (part, material, t) => (piece, share) => {
    placeGaussian(cloud, normals, at, piece.corners, share);
    putColor(model, part, material, t, piece.weights, cloud.colors, 3 * at);
    at++;
  });
  return { cloud, normals };
}

/** As if all the area were seen from its nearest eye, or from a metre where there is none. */
function firstFineness(
  parts: readonly { part: MeshPart; positions: Float32Array }[],
  budget: number,
  eyes: SplatPlacementOptions['eyes'] & {},
): number {
  const distance = fineLimit(1, eyes);
  let area = 0;
  const c = new Float64Array(9);
  for (const { part, positions } of parts)
    for (let t = 0; t < part.indices.length; t += 3) {
      copyCorners(positions, part.indices, t, c);
      const away = distance((c[0] + c[3] + c[6]) / 3, (c[1] + c[4] + c[7]) / 3, (c[2] + c[5] + c[8]) / 3);
      area += areaOf(c) / (away * away);
    }
  return Math.max(FINEST, Math.sqrt(area / (TYPICAL_PIECE * budget)));
}

/** Value of the constant harmonic for a linear colour component. */
export function dcOfLinear(linear: number): number {
  return (srgbOfLinear(linear) - 0.5) / SH_C0;
}

/**
 * Longest side, as a multiple of the distance to the eyes (or of a metre), at which the pieces keep to the budget.
 * Their number falls with its square, except where the model's own triangles are smaller, and in jumps where all
 * triangles are alike.
 */
function finenessWithin(
  budget: number,
  count: (fineness: number) => number,
  first: number,
): { fineness: number; pieces: number } {
  let fineness = first;
  let pieces = count(fineness);
  let best: { fineness: number; pieces: number } | undefined;
  for (let i = 0; !best || i < BUDGET_TRIES; i++) {
    if (pieces <= budget && (!best || pieces > best.pieces)) best = { fineness, pieces };
    if (best && (best.pieces > ENOUGH * budget || best.fineness <= FINEST)) break;
    // A little short of the goal, so that the steps end below it.
    const factor = Math.sqrt(Math.max(1, pieces) / (AIM * budget));
    fineness = Math.max(FINEST, fineness * (pieces > budget ? Math.max(1.05, factor) : factor));
    pieces = count(fineness);
  }
  return best;
}

function fineLimit(fineness: number, eyes: SplatPlacementOptions['eyes'] & {}) {
  if (eyes.length === 0) return () => fineness;
  // Asked for each of millions of pieces.
  const flat = Float64Array.from(eyes.flat());
  return (x: number, y: number, z: number) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < flat.length; i += 3) {
      const dx = flat[i] - x;
      const dy = flat[i + 1] - y;
      const dz = flat[i + 2] - z;
      const squared = dx * dx + dy * dy + dz * dz;
      if (squared < nearest) nearest = squared;
    }
    return fineness * Math.max(NEAREST_METERS, Math.sqrt(nearest));
  };
}

function copyCorners(positions: Float32Array, indices: Uint32Array, t: number, into: Float64Array): void {
  for (let k = 0; k < 3; k++)
    for (let axis = 0; axis < 3; axis++) into[3 * k + axis] = positions[3 * indices[t + k] + axis];
}

/** Deep enough to halve a side of 100 km to a millimetre, three sides in turn. */
const MOST_DEPTH = 96;

/** Halves triangles until they are small enough, in memory of its own: millions of pieces come by. */
class Splitter {
  private readonly stack: Piece[] = Array.from({ length: MOST_DEPTH }, () => ({
    corners: new Float64Array(9),
    weights: new Float64Array(9),
  }));
  private limit: (x: number, y: number, z: number) => number = () => 1;
  /** What the pieces that were left out so far add up to. */
  private owed = 0;

  begin(limit: (x: number, y: number, z: number) => number): void {
    this.limit = limit;
    this.owed = 0.5;
  }

  split(positions: Float32Array, indices: Uint32Array, t: number, emit: Emit): void {
    copyCorners(positions, indices, t, this.stack[0].corners);
    this.stack[0].weights.fill(0);
    for (const diagonal of [0, 4, 8]) this.stack[0].weights[diagonal] = 1;
    this.halve(0, emit);
  }

  /** Halves the longest side until it is short enough; of pieces much smaller than that only a share is kept. */
  private halve(depth: number, emit: Emit): void {
    const { corners: c } = this.stack[depth];
    let longest = 0;
    let a = 0;
    let b = 3;
    for (let k = 0; k < 9; k += 3) {
      const next = (k + 3) % 9;
      const x = c[k] - c[next];
      const y = c[k + 1] - c[next + 1];
      const z = c[k + 2] - c[next + 2];
      const side = Math.sqrt(x * x + y * y + z * z);
      if (side <= longest) continue;
      longest = side;
      a = k;
      b = next;
    }
    const most = this.limit((c[0] + c[3] + c[6]) / 3, (c[1] + c[4] + c[7]) / 3, (c[2] + c[5] + c[8]) / 3);
    if (longest > most && depth + 1 < MOST_DEPTH) {
      this.child(depth, a, b, b);
      this.halve(depth + 1, emit);
      this.child(depth, a, b, a);
      this.halve(depth + 1, emit);
      return;
    }
    const area = areaOf(c);
    if (!(area > 0)) return;
    const share = Math.min(1, area / (LEAST_PIECE * most * most));
    this.owed += share;
    if (this.owed < 1) return;
    this.owed -= 1;
    emit(this.stack[depth], share);
  }

  /** The piece with one end of its side a–b moved to the side's middle. */
  private child(depth: number, a: number, b: number, replaced: number): void {
    const parent = this.stack[depth];
    const child = this.stack[depth + 1];
    for (let i = 0; i < 9; i++) {
      child.corners[i] = parent.corners[i];
      child.weights[i] = parent.weights[i];
    }
    for (let axis = 0; axis < 3; axis++) {
      child.corners[replaced + axis] = (parent.corners[a + axis] + parent.corners[b + axis]) / 2;
      child.weights[replaced + axis] = (parent.weights[a + axis] + parent.weights[b + axis]) / 2;
    }
  }
}

function areaOf(c: Float64Array): number {
  const [ux, uy, uz] = [c[3] - c[0], c[4] - c[1], c[5] - c[2]];
  const [vx, vy, vz] = [c[6] - c[0], c[7] - c[1], c[8] - c[2]];
  const [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
  return Math.sqrt(x * x + y * y + z * z) / 2;
}

/** The Gaussian with a triangle's mean and, widened, its covariance; flat along the normal. */
function placeGaussian(
  cloud: SplatCloud,
  normals: Float32Array,
  at: number,
  c: Float64Array,
  share: number,
): void {
  const [ex, ey, ez] = [c[3] - c[0], c[4] - c[1], c[5] - c[2]];
  const [fx, fy, fz] = [c[6] - c[0], c[7] - c[1], c[8] - c[2]];
  const [ax, ay, az] = [ey * fz - ez * fy, ez * fx - ex * fz, ex * fy - ey * fx];
  const length = Math.sqrt(ax * ax + ay * ay + az * az);
  const [nx, ny, nz] = [ax / length, ay / length, az / length];
  const edge = Math.sqrt(ex * ex + ey * ey + ez * ez);
  const [ux, uy, uz] = [ex / edge, ey / edge, ez / edge];
  const [vx, vy, vz] = [ny * uz - nz * uy, nz * ux - nx * uz, nx * uy - ny * ux];
  const mx = (c[0] + c[3] + c[6]) / 3;
  const my = (c[1] + c[4] + c[7]) / 3;
  const mz = (c[2] + c[5] + c[8]) / 3;
  // Uniform density over a triangle: a twelfth of the corners' scatter about their mean.
  let [xx, xy, yy] = [0, 0, 0];
  for (let k = 0; k < 9; k += 3) {
    const [dx, dy, dz] = [c[k] - mx, c[k + 1] - my, c[k + 2] - mz];
    const x = dx * ux + dy * uy + dz * uz;
    const y = dx * vx + dy * vy + dz * vz;
    xx += (x * x) / 12;
    xy += (x * y) / 12;
    yy += (y * y) / 12;
  }
  const middle = (xx + yy) / 2;
  const spread = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
  const growth = SPREAD * Math.min(MOST_GROWTH, 1 / Math.sqrt(share));
  const long = growth * Math.sqrt(middle + spread);
  const short = Math.max(LEAST_WIDTH * long, growth * Math.sqrt(Math.max(0, middle - spread)));
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const first = 3 * at;
  cloud.positions[first] = mx;
  cloud.positions[first + 1] = my;
  cloud.positions[first + 2] = mz;
  putQuaternion(
    cloud.rotations,
    4 * at,
    [cos * ux + sin * vx, cos * uy + sin * vy, cos * uz + sin * vz],
    [cos * vx - sin * ux, cos * vy - sin * uy, cos * vz - sin * uz],
    [nx, ny, nz],
  );
  cloud.logScales[first] = Math.log(long);
  cloud.logScales[first + 1] = Math.log(short);
  cloud.logScales[first + 2] = Math.log(FLATNESS * Math.sqrt(long * short));
  normals[first] = nx;
  normals[first + 1] = ny;
  normals[first + 2] = nz;
  cloud.opacities[at] = OPACITY;
}

/** Puts xyzw of the rotation whose columns are three orthonormal axes (Shepperd 1978). */
function putQuaternion(
  into: Float32Array,
  at: number,
  [m00, m10, m20]: readonly [number, number, number],
  [m01, m11, m21]: readonly [number, number, number],
  [m02, m12, m22]: readonly [number, number, number],
): void {
  const [xx, yy, zz, ww] = [
    1 + m00 - m11 - m22,
    1 - m00 + m11 - m22,
    1 - m00 - m11 + m22,
    1 + m00 + m11 + m22,
  ];
  // The largest of the four squares is never small, so the division is safe.
  const largest = Math.max(xx, yy, zz, ww);
  const s = 2 * Math.sqrt(largest);
  const [xy, xz, yz] = [(m01 + m10) / s, (m02 + m20) / s, (m12 + m21) / s];
  const [xw, yw, zw] = [(m21 - m12) / s, (m02 - m20) / s, (m10 - m01) / s];
  const is = [xx, yy, zz, ww].indexOf(largest);
  into[at] = is === 0 ? s / 4 : is === 1 ? xy : is === 2 ? xz : xw;
  into[at + 1] = is === 0 ? xy : is === 1 ? s / 4 : is === 2 ? yz : yw;
  into[at + 2] = is === 0 ? xz : is === 1 ? yz : is === 2 ? s / 4 : zw;
  into[at + 3] = is === 0 ? xw : is === 1 ? yw : is === 2 ? zw : s / 4;
}

/** Writes the constant harmonics of the linear colour at a piece's middle. */
function putColor(
  { images }: WorldModel,
  { indices, uvs, colors }: MeshPart,
  { baseColor, baseColorImage, emissive }: Material,
  t: number,
  weights: Float64Array,
  into: Float32Array,
  at: number,
): void {
  const [a, b, c] = [indices[t], indices[t + 1], indices[t + 2]];
  const wa = (weights[0] + weights[3] + weights[6]) / 3;
  const wb = (weights[1] + weights[4] + weights[7]) / 3;
  const wc = (weights[2] + weights[5] + weights[8]) / 3;
  const image = baseColorImage === undefined ? undefined : images[baseColorImage];
  const texel =
    image && uvs
      ? texelAt(
          image,
          wa * uvs[2 * a] + wb * uvs[2 * b] + wc * uvs[2 * c],
          wa * uvs[2 * a + 1] + wb * uvs[2 * b + 1] + wc * uvs[2 * c + 1],
        )
      : undefined;
  for (let k = 0; k < 3; k++) {
    const own = colors ? wa * colors[4 * a + k] + wb * colors[4 * b + k] + wc * colors[4 * c + k] : 1;
    into[at + k] = dcOfLinear(baseColor[k] * (texel ? texel[k] : 1) * own + (emissive?.[k] ?? 0));
  }
}
