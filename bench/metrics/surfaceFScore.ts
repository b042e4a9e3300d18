import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { CameraView, Lighting } from '../../engine/camera/softwareCamera.ts';
import { createSoftwareCamera } from '../../engine/camera/softwareCamera.ts';
import { createRandom } from '../../engine/random.ts';
import type { MeshPart, WorldModel } from '../../engine/world/worldModel.ts';
import type { WorldCamera } from '../../engine/world/worldSchema.ts';
import { worldFromCamera } from '../../pipeline/lift/surface/renderPreview.ts';
import { rotationFromQuaternion } from './readPoses.ts';
import type { TriangleTree } from './triangleTree.ts';

/** x_truth = scale · rotation · x + translation. */
export interface Similarity {
  scale: number;
  /** 3×3 row-major. */
  rotation: number[];
  translation: [number, number, number];
}

export interface SurfaceFScore {
  /** Share of the reconstruction within the threshold of the truth. */
  precision: number;
  /** Share of the truth within the threshold of the reconstruction. */
  recall: number;
  /** Harmonic mean of both, 0–1. */
  fScore: number;
}

/** Camera centres that spread less than this sideways, as a share of the path, leave the rotation about it open. */
const DEGENERATE_SPREAD = 0.05;

/**
 * The similarity that takes cameras to their truth by frame (Umeyama 1991 on the centres, by Horn's quaternion).
 * On a straight path the cameras' own axes, drawn as long as the path's spread, fix what the centres leave open.
 */
export function alignCameras(cameras: readonly WorldCamera[], truth: readonly WorldCamera[]): Similarity {
  const byFrame = new Map(truth.map(camera => [camera.frame, camera]));
  const pairs = cameras.flatMap(camera => {
    const match = byFrame.get(camera.frame);
    return match ? [[camera, match] as const] : [];
  });
  if (pairs.length < 2) throw new RangeError('Fewer than two cameras have a truth');
  const a = pairs.map(([camera]) => [...camera.position]);
  const b = pairs.map(([, match]) => [...match.position]);
  const spreadA = spread(a);
  const spreadB = spread(b);
  if (spreadB.minor < DEGENERATE_SPREAD * spreadB.major)
    for (const [camera, match] of pairs) {
      const axesA = worldFromCamera(camera);
      const axesB = worldFromCamera(match);
      for (let axis = 0; axis < 3; axis++)
        for (const sign of [-1, 1]) {
          a.push(camera.position.map((v, i) => v + sign * spreadA.major * axesA[4 * axis + i]));
          b.push(match.position.map((v, i) => v + sign * spreadB.major * axesB[4 * axis + i]));
        }
    }
  const meanA = mean(a);
  const meanB = mean(b);
  const s = new Array<number>(9).fill(0);
  let normA = 0;
  let normB = 0;
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < 3; j++) {
      normA += (a[i][j] - meanA[j]) ** 2;
      normB += (b[i][j] - meanB[j]) ** 2;
      for (let k = 0; k < 3; k++) s[3 * j + k] += (a[i][j] - meanA[j]) * (b[i][k] - meanB[k]);
    }
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s;
  const horn = new Matrix([
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, yy - xx - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ]);
  const decomposition = new EigenvalueDecomposition(horn, { assumeSymmetric: true });
  const values = decomposition.realEigenvalues;
  const [w, x, y, z] = decomposition.eigenvectorMatrix.getColumn(values.indexOf(Math.max(...values)));
  const rotation = Array.from(rotationFromQuaternion(x, y, z, w));
  const scale = Math.sqrt(normB / normA);
  const turned = [0, 1, 2].map(
    i => rotation[3 * i] * meanA[0] + rotation[3 * i + 1] * meanA[1] + rotation[3 * i + 2] * meanA[2],
  );
  return {
    scale,
    rotation,
    translation: [0, 1, 2].map(i => meanB[i] - scale * turned[i]) as [number, number, number],
  };
}

function mean(points: readonly number[][]): number[] {
  return [0, 1, 2].map(axis => points.reduce((sum, p) => sum + p[axis], 0) / points.length);
}

/** Standard deviations of points along their longest and second axis. */
function spread(points: readonly number[][]): { major: number; minor: number } {
  const m = mean(points);
  const covariance = Matrix.zeros(3, 3);
  for (const p of points)
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++)
        covariance.set(i, j, covariance.get(i, j) + ((p[i] - m[i]) * (p[j] - m[j])) / points.length);
  const values = new EigenvalueDecomposition(covariance, { assumeSymmetric: true }).realEigenvalues;
  const [minor, major] = values.sort((p, q) => p - q).slice(1);
  return { major: Math.sqrt(Math.max(0, major)), minor: Math.sqrt(Math.max(0, minor)) };
}

/** The triangles of a world's parts, world frame, nine numbers each. */
export function trianglesOf(world: WorldModel, use: (part: MeshPart) => boolean): Float64Array {
  const triangles: number[] = [];
  for (const { worldFromNode: m, parts } of world.nodes)
    for (const part of parts) {
      if (!use(part)) continue;
      for (const vertex of part.indices) {
        const [x, y, z] = part.positions.subarray(3 * vertex, 3 * vertex + 3);
        for (let axis = 0; axis < 3; axis++)
          triangles.push(m[axis] * x + m[4 + axis] * y + m[8 + axis] * z + m[12 + axis]);
      }
    }
  return Float64Array.from(triangles);
}

/** Points uniform over the area of triangles, about one per `spacingMeters`², xyz each. */
export function sampleSurface(
  triangles: Float64Array,
  spacingMeters: number,
  maxPoints: number,
): Float64Array {
  const areas = new Float64Array(triangles.length / 9);
  for (let i = 0; i < areas.length; i++) {
    const t = triangles.subarray(9 * i, 9 * i + 9);
    const u = [t[3] - t[0], t[4] - t[1], t[5] - t[2]];
    const v = [t[6] - t[0], t[7] - t[1], t[8] - t[2]];
    areas[i] =
      Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
  }
  const total = areas.reduce((sum, area) => sum + area, 0);
  const count = Math.min(maxPoints, Math.ceil(total / spacingMeters ** 2));
  const points = new Float64Array(3 * count);
  const random = createRandom('surface samples');
  let triangle = 0;
  let reached = areas[0] ?? 0;
  for (let i = 0; i < count; i++) {
    const target = ((i + random.next()) / count) * total;
    while (reached < target && triangle < areas.length - 1) reached += areas[++triangle];
    let s = random.next();
    let t = random.next();
    if (s + t > 1) {
      s = 1 - s;
      t = 1 - t;
    }
    for (let axis = 0; axis < 3; axis++) {
      const [a, b, c] = [0, 3, 6].map(k => triangles[9 * triangle + k + axis]);
      points[3 * i + axis] = a + s * (b - a) + t * (c - a);
    }
  }
  return points;
}

const DARK: Lighting = {
  sunDirection: [0, 1, 0],
  sunColor: [0, 0, 0],
  skyAmbient: [0, 0, 0],
  groundAmbient: [0, 0, 0],
  background: { zenith: [0, 0, 0], horizon: [0, 0, 0] },
  fogColor: [0, 0, 0],
  fogDensityPerMeter: 0,
  shadows: false,
  exposure: 1,
};

/** Of points on the world's surface, those that at least one of the cameras sees: nothing nearer in their pixel. */
export async function keepSeen(
  points: Float64Array,
  world: WorldModel,
  cameras: readonly WorldCamera[],
): Promise<Float64Array> {
  const software = await createSoftwareCamera(world);
  const seen = new Uint8Array(points.length / 3);
  for (const camera of cameras) {
    const m = worldFromCamera(camera);
    const view: CameraView = { ...camera, worldFromCamera: m };
    const { depth, width, height } = software.render(view, DARK);
    for (let i = 0; i < seen.length; i++) {
      if (seen[i]) continue;
      const d = [0, 1, 2].map(axis => points[3 * i + axis] - m[12 + axis]);
      const z = -(m[8] * d[0] + m[9] * d[1] + m[10] * d[2]);
      if (z < 0.05) continue;
      const x = Math.round((camera.fx * (m[0] * d[0] + m[1] * d[1] + m[2] * d[2])) / z + camera.cx);
      const y = Math.round((-camera.fy * (m[4] * d[0] + m[5] * d[1] + m[6] * d[2])) / z + camera.cy);
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      if (z < depth[y * width + x] * 1.01 + 0.02) seen[i] = 1;
    }
  }
  software.dispose();
  const kept: number[] = [];
  for (let i = 0; i < seen.length; i++)
    if (seen[i]) kept.push(points[3 * i], points[3 * i + 1], points[3 * i + 2]);
  return Float64Array.from(kept);
}

export function applySimilarity(
  points: Float64Array,
  { scale, rotation: r, translation: t }: Similarity,
): Float64Array {
  const moved = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 3)
    for (let axis = 0; axis < 3; axis++)
      moved[i + axis] =
        scale *
          (r[3 * axis] * points[i] + r[3 * axis + 1] * points[i + 1] + r[3 * axis + 2] * points[i + 2]) +
        t[axis];
  return moved;
}

/** Share of points within a distance of triangles. */
export function shareWithin(points: Float64Array, surface: TriangleTree, meters: number): number {
  let within = 0;
  for (let i = 0; i < points.length; i += 3)
    if (surface.isWithin(points[i], points[i + 1], points[i + 2], meters)) within++;
  return points.length === 0 ? 0 : (3 * within) / points.length;
}

/**
 * F-score of a reconstruction at a distance (Knapitsch 2017, Tanks and Temples, section 3). Points are held against
 * triangles, not against other points: a sample as coarse as the threshold would count good surface as missing.
 * Precision asks for any surface of the truth; recall asks for what the cameras saw of it.
 */
export function surfaceFScore(
  reconstruction: { points: Float64Array; tree: TriangleTree },
  truth: { seen: Float64Array; tree: TriangleTree },
  meters: number,
): SurfaceFScore {
  const precision = shareWithin(reconstruction.points, truth.tree, meters);
  const recall = shareWithin(truth.seen, reconstruction.tree, meters);
  const fScore = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
  return { precision, recall, fScore };
}
