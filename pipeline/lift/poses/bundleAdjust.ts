import { throwIfCancelled } from '../../../engine/progress.ts';
import { rotationFromVector } from './smallMatrices.ts';

/** Flat arrays that bundle adjustment changes in place. */
export interface BundleProblem {
  /** Twelve per camera: rotation row-major, then translation; x_camera = R·x_world + t. */
  cameras: Float64Array;
  /** 1 where a camera must not move. */
  isFixed: Uint8Array;
  /** xyz per point. */
  points: Float64Array;
  /** Observations of point p are pointStart[p] up to pointStart[p + 1]. */
  pointStart: Int32Array;
  observationCamera: Int32Array;
  /** x, y per observation, pixels relative to the principal point. */
  observationPixels: Float64Array;
  lens: Lens;
}

/** Shared by all cameras: pixel = focal · (1 + radial · r²) · (X/Z, Y/Z), r² = (X/Z)² + (Y/Z)². */
export interface Lens {
  focal: number;
  radial: number;
}

export interface BundleOptions {
  iterations: number;
  /** An iteration that lowers the cost by less than this share of it is the last. */
  tolerance: number;
  /** Cauchy scale, pixels. */
  scalePixels: number;
  refineFocal: boolean;
  refineRadial: boolean;
  /** Adds weight·(ln focal − mean)² to the cost, pixels². */
  logFocalPrior?: { mean: number; weight: number };
  /** Adds weight·radial² to the cost, pixels². */
  radialPriorWeight?: number;
  /** The focal length stays between these, pixels. */
  focalBounds?: [number, number];
  signal?: AbortSignal | undefined;
}

export interface BundleResult {
  /** Σ scale²·ln(1 + e²/scale²) over the observations, pixels². */
  cost: number;
  iterations: number;
}

/** A point may not come nearer to a camera plane than this, in units of the reconstruction. */
const NEAREST_DEPTH = 1e-6;

/**
 * In-place Cholesky solve on the lower triangle of an n×n matrix of which row i is kept from column first[i] on:
 * element (i, j) lies at row[i] + j.
 */
function solveSkyline(
  a: Float64Array,
  b: Float64Array,
  n: number,
  first: Int32Array,
  row: Float64Array,
): boolean {
  for (let i = 0; i < n; i++) {
    const rowI = row[i];
    for (let j = first[i]; j <= i; j++) {
      const rowJ = row[j];
      let value = a[rowI + j];
      for (let k = Math.max(first[i], first[j]); k < j; k++) value -= a[rowI + k] * a[rowJ + k];
      if (j === i) {
        if (!(value > 0)) return false;
        a[rowI + i] = Math.sqrt(value);
      } else a[rowI + j] = value / a[rowJ + j];
    }
  }
  for (let i = 0; i < n; i++) {
    let value = b[i];
    for (let k = first[i]; k < i; k++) value -= a[row[i] + k] * b[k];
    b[i] = value / a[row[i] + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    b[i] /= a[row[i] + i];
    for (let k = first[i]; k < i; k++) b[k] -= a[row[i] + k] * b[i];
  }
  return true;
}

/**
 * Bundle adjustment: Levenberg–Marquardt on Cauchy-weighted reprojection errors, points eliminated by the Schur
 * complement (Triggs et al., "Bundle Adjustment: A Modern Synthesis", 2000, section 6), the reduced system solved by a
 * skyline Cholesky that keeps long, windowed videos nearly linear. Rotations move by a left-multiplied exponential.
 * The host must fix at least one camera; the scale is held by the damping.
 */
export function bundleAdjust(problem: BundleProblem, options: BundleOptions): BundleResult {
  const { isFixed, pointStart, observationCamera, observationPixels, lens } = problem;
  const cameraCount = isFixed.length;
  const pointCount = pointStart.length - 1;
  const observationCount = observationCamera.length;
  const slot = new Int32Array(cameraCount).fill(-1);
  let free = 0;
  for (let c = 0; c < cameraCount; c++) if (!isFixed[c]) slot[c] = free++;
  const shared = (options.refineFocal ? 1 : 0) + (options.refineRadial ? 1 : 0);
  const focalColumn = options.refineFocal ? 0 : -1;
  const radialColumn = options.refineRadial ? shared - 1 : -1;
  const size = 6 * free + shared;
  const scale = options.scalePixels ** 2;
  const radialWeight = options.radialPriorWeight ?? 0;
  const prior = options.refineFocal ? options.logFocalPrior : undefined;

  const costOf = (cameras: Float64Array, points: Float64Array, focal: number, radial: number) => {
    let cost = 0;
    for (let p = 0; p < pointCount; p++) {
      const x = points[3 * p];
      const y = points[3 * p + 1];
      const z = points[3 * p + 2];
      for (let o = pointStart[p]; o < pointStart[p + 1]; o++) {
        const c = 12 * observationCamera[o];
        const depth = cameras[c + 6] * x + cameras[c + 7] * y + cameras[c + 8] * z + cameras[c + 11];
        if (depth < NEAREST_DEPTH) {
          cost += scale * 20;
          continue;
        }
        const u = (cameras[c] * x + cameras[c + 1] * y + cameras[c + 2] * z + cameras[c + 9]) / depth;
        const v = (cameras[c + 3] * x + cameras[c + 4] * y + cameras[c + 5] * z + cameras[c + 10]) / depth;
        const d = focal * (1 + radial * (u * u + v * v));
        const ex = d * u - observationPixels[2 * o];
        const ey = d * v - observationPixels[2 * o + 1];
        cost += scale * Math.log1p((ex * ex + ey * ey) / scale);
      }
    }
    if (prior) cost += prior.weight * (Math.log(focal) - prior.mean) ** 2;
    cost += radialWeight * radial * radial;
    return cost;
  };

  let cost = costOf(problem.cameras, problem.points, lens.focal, lens.radial);
  let damping = 1e-4;
  let done = 0;
  const pointBlock = new Float64Array(pointCount * 6);
  const pointGradient = new Float64Array(pointCount * 3);
  // Per observation: the 6×3 camera–point block; per point: the shared–point block of 2×3.
  const mixed = new Float64Array(observationCount * 18);
  const mixedShared = new Float64Array(pointCount * 6);
  const cameraBlock = new Float64Array(free * 36);
  const cameraShared = new Float64Array(free * 12);
  const sharedBlock = new Float64Array(4);
  const gradient = new Float64Array(size);
  const first = new Int32Array(size);
  for (let i = 0; i < 6 * free; i++) first[i] = 6 * Math.floor(i / 6);
  for (let p = 0; p < pointCount; p++) {
    let lowest = size;
    for (let o = pointStart[p]; o < pointStart[p + 1]; o++) {
      const s = slot[observationCamera[o]];
      if (s >= 0) lowest = Math.min(lowest, 6 * s);
    }
    for (let o = pointStart[p]; o < pointStart[p + 1]; o++) {
      const s = slot[observationCamera[o]];
      if (s >= 0) for (let k = 0; k < 6; k++) first[6 * s + k] = Math.min(first[6 * s + k], lowest);
    }
  }
  const ja = new Float64Array(11);
  const jb = new Float64Array(11);
  const inverses = new Float64Array(pointCount * 6);
  // Where row i would start if it were whole: only the columns from first[i] on are kept.
  const row = new Float64Array(size);
  let kept = 0;
  for (let i = 0; i < size; i++) {
    row[i] = kept - first[i];
    kept += i + 1 - first[i];
  }
  const reduced = new Float64Array(kept);
  const right = new Float64Array(size);
  const product = new Float64Array(18);

  for (let iteration = 0; iteration < options.iterations; iteration++) {
    throwIfCancelled(options.signal);
    done = iteration + 1;
    const { cameras, points } = problem;
    const { focal, radial } = lens;
    pointBlock.fill(0);
    pointGradient.fill(0);
    mixed.fill(0);
    mixedShared.fill(0);
    cameraBlock.fill(0);
    cameraShared.fill(0);
    sharedBlock.fill(0);
    gradient.fill(0);
    for (let p = 0; p < pointCount; p++) {
      const x = points[3 * p];
      const y = points[3 * p + 1];
      const z = points[3 * p + 2];
      for (let o = pointStart[p]; o < pointStart[p + 1]; o++) {
        const camera = observationCamera[o];
        const c = 12 * camera;
        const rx = cameras[c] * x + cameras[c + 1] * y + cameras[c + 2] * z;
        const ry = cameras[c + 3] * x + cameras[c + 4] * y + cameras[c + 5] * z;
        const rz = cameras[c + 6] * x + cameras[c + 7] * y + cameras[c + 8] * z;
        const depth = rz + cameras[c + 11];
        if (depth < NEAREST_DEPTH) continue;
        const u = (rx + cameras[c + 9]) / depth;
        const v = (ry + cameras[c + 10]) / depth;
        const square = u * u + v * v;
        const d = 1 + radial * square;
        const ex = focal * d * u - observationPixels[2 * o];
        const ey = focal * d * v - observationPixels[2 * o + 1];
        const weight = 1 / (1 + (ex * ex + ey * ey) / scale);
        // d(pixel)/d(u, v), then d(u, v)/d(camera coordinates).
        const uu = focal * (d + 2 * radial * u * u);
        const uv = focal * 2 * radial * u * v;
        const vv = focal * (d + 2 * radial * v * v);
        const inverse = 1 / depth;
        const ax = uu * inverse;
        const ay = uv * inverse;
        const az = -(uu * u + uv * v) * inverse;
        const bx = uv * inverse;
        const by = vv * inverse;
        const bz = -(uv * u + vv * v) * inverse;
        ja[0] = az * ry - ay * rz;
        ja[1] = ax * rz - az * rx;
        ja[2] = ay * rx - ax * ry;
        ja[3] = ax;
        ja[4] = ay;
        ja[5] = az;
        jb[0] = bz * ry - by * rz;
        jb[1] = bx * rz - bz * rx;
        jb[2] = by * rx - bx * ry;
        jb[3] = bx;
        jb[4] = by;
        jb[5] = bz;
        for (let k = 0; k < 3; k++) {
          ja[6 + k] = ax * cameras[c + k] + ay * cameras[c + 3 + k] + az * cameras[c + 6 + k];
          jb[6 + k] = bx * cameras[c + k] + by * cameras[c + 3 + k] + bz * cameras[c + 6 + k];
        }
        if (focalColumn >= 0) {
          ja[9 + focalColumn] = focal * d * u;
          jb[9 + focalColumn] = focal * d * v;
        }
        if (radialColumn >= 0) {
          ja[9 + radialColumn] = focal * square * u;
          jb[9 + radialColumn] = focal * square * v;
        }
        let at = 6 * p;
        for (let k = 0; k < 3; k++) {
          pointGradient[3 * p + k] -= weight * (ja[6 + k] * ex + jb[6 + k] * ey);
          for (let l = k; l < 3; l++)
            pointBlock[at++] += weight * (ja[6 + k] * ja[6 + l] + jb[6 + k] * jb[6 + l]);
        }
        for (let k = 0; k < shared; k++) {
          const wa = weight * ja[9 + k];
          const wb = weight * jb[9 + k];
          gradient[6 * free + k] -= wa * ex + wb * ey;
          for (let l = 0; l <= k; l++) sharedBlock[2 * k + l] += wa * ja[9 + l] + wb * jb[9 + l];
          for (let l = 0; l < 3; l++) mixedShared[6 * p + 3 * k + l] += wa * ja[6 + l] + wb * jb[6 + l];
        }
        const s = slot[camera];
        if (s < 0) continue;
        for (let k = 0; k < 6; k++) {
          const wa = weight * ja[k];
          const wb = weight * jb[k];
          gradient[6 * s + k] -= wa * ex + wb * ey;
          for (let l = 0; l <= k; l++) cameraBlock[36 * s + 6 * k + l] += wa * ja[l] + wb * jb[l];
          for (let l = 0; l < 3; l++) mixed[18 * o + 3 * k + l] = wa * ja[6 + l] + wb * jb[6 + l];
          for (let l = 0; l < shared; l++)
            cameraShared[12 * s + 2 * k + l] += wa * ja[9 + l] + wb * jb[9 + l];
        }
      }
    }
    if (prior) {
      gradient[6 * free + focalColumn] -= prior.weight * (Math.log(focal) - prior.mean);
      sharedBlock[3 * focalColumn] += prior.weight;
    }
    if (radialColumn >= 0) {
      gradient[6 * free + radialColumn] -= radialWeight * radial;
      sharedBlock[3 * radialColumn] += radialWeight;
    }

    let improved = false;
    let converged = false;
    for (let attempt = 0; attempt < 6 && !improved; attempt++) {
      reduced.fill(0);
      right.set(gradient);
      const grow = 1 + damping;
      for (let s = 0; s < free; s++)
        for (let k = 0; k < 6; k++) {
          for (let l = 0; l < k; l++) reduced[row[6 * s + k] + 6 * s + l] = cameraBlock[36 * s + 6 * k + l];
          reduced[row[6 * s + k] + 6 * s + k] = cameraBlock[36 * s + 7 * k] * grow + 1e-9;
          for (let l = 0; l < shared; l++)
            reduced[row[6 * free + l] + 6 * s + k] = cameraShared[12 * s + 2 * k + l];
        }
      for (let k = 0; k < shared; k++) {
        for (let l = 0; l < k; l++) reduced[row[6 * free + k] + 6 * free + l] = sharedBlock[2 * k + l];
        reduced[row[6 * free + k] + 6 * free + k] = sharedBlock[3 * k] * grow + 1e-9;
      }
      for (let p = 0; p < pointCount; p++) {
        const b = 6 * p;
        const m00 = pointBlock[b] * grow + 1e-12;
        const m01 = pointBlock[b + 1];
        const m02 = pointBlock[b + 2];
        const m11 = pointBlock[b + 3] * grow + 1e-12;
        const m12 = pointBlock[b + 4];
        const m22 = pointBlock[b + 5] * grow + 1e-12;
        const c00 = m11 * m22 - m12 * m12;
        const c01 = m02 * m12 - m01 * m22;
        const c02 = m01 * m12 - m02 * m11;
        const determinant = m00 * c00 + m01 * c01 + m02 * c02;
        const inverse = determinant > 0 ? 1 / determinant : 0;
        const i00 = c00 * inverse;
        const i01 = c01 * inverse;
        const i02 = c02 * inverse;
        const i11 = (m00 * m22 - m02 * m02) * inverse;
        const i12 = (m01 * m02 - m00 * m12) * inverse;
        const i22 = (m00 * m11 - m01 * m01) * inverse;
        inverses[b] = i00;
        inverses[b + 1] = i01;
        inverses[b + 2] = i02;
        inverses[b + 3] = i11;
        inverses[b + 4] = i12;
        inverses[b + 5] = i22;
        const g0 = pointGradient[3 * p];
        const g1 = pointGradient[3 * p + 1];
        const g2 = pointGradient[3 * p + 2];
        const start = pointStart[p];
        const end = pointStart[p + 1];
        for (let k = 0; k < shared; k++) {
          const w = b + 3 * k;
          const at = row[6 * free + k];
          const y0 = mixedShared[w] * i00 + mixedShared[w + 1] * i01 + mixedShared[w + 2] * i02;
          const y1 = mixedShared[w] * i01 + mixedShared[w + 1] * i11 + mixedShared[w + 2] * i12;
          const y2 = mixedShared[w] * i02 + mixedShared[w + 1] * i12 + mixedShared[w + 2] * i22;
          right[6 * free + k] -= y0 * g0 + y1 * g1 + y2 * g2;
          for (let l = 0; l <= k; l++) {
            const v = b + 3 * l;
            reduced[at + 6 * free + l] -=
              y0 * mixedShared[v] + y1 * mixedShared[v + 1] + y2 * mixedShared[v + 2];
          }
          for (let o = start; o < end; o++) {
            const s = slot[observationCamera[o]];
            if (s < 0) continue;
            for (let l = 0; l < 6; l++) {
              const v = 18 * o + 3 * l;
              reduced[at + 6 * s + l] -= y0 * mixed[v] + y1 * mixed[v + 1] + y2 * mixed[v + 2];
            }
          }
        }
        for (let o = start; o < end; o++) {
          const s = slot[observationCamera[o]];
          if (s < 0) continue;
          for (let k = 0; k < 6; k++) {
            const w = 18 * o + 3 * k;
            const w0 = mixed[w];
            const w1 = mixed[w + 1];
            const w2 = mixed[w + 2];
            const y0 = w0 * i00 + w1 * i01 + w2 * i02;
            const y1 = w0 * i01 + w1 * i11 + w2 * i12;
            const y2 = w0 * i02 + w1 * i12 + w2 * i22;
            product[3 * k] = y0;
            product[3 * k + 1] = y1;
            product[3 * k + 2] = y2;
            right[6 * s + k] -= y0 * g0 + y1 * g1 + y2 * g2;
          }
          for (let q = start; q < end; q++) {
            const other = slot[observationCamera[q]];
            if (other < 0 || other > s) continue;
            for (let k = 0; k < 6; k++) {
              const y0 = product[3 * k];
              const y1 = product[3 * k + 1];
              const y2 = product[3 * k + 2];
              const at = row[6 * s + k] + 6 * other;
              const last = other === s ? k : 5;
              for (let l = 0; l <= last; l++) {
                const v = 18 * q + 3 * l;
                reduced[at + l] -= y0 * mixed[v] + y1 * mixed[v + 1] + y2 * mixed[v + 2];
              }
            }
          }
        }
      }
      if (!solveSkyline(reduced, right, size, first, row)) {
        damping = Math.max(damping * 10, 1e-6);
        continue;
      }
      const nextCameras = cameras.slice();
      for (let c = 0; c < cameraCount; c++) {
        const s = slot[c];
        if (s < 0) continue;
        const turn = rotationFromVector(right[6 * s], right[6 * s + 1], right[6 * s + 2]);
        const at = 12 * c;
        for (let r = 0; r < 3; r++)
          for (let k = 0; k < 3; k++)
            nextCameras[at + 3 * r + k] =
              turn[3 * r] * cameras[at + k] +
              turn[3 * r + 1] * cameras[at + 3 + k] +
              turn[3 * r + 2] * cameras[at + 6 + k];
        for (let k = 0; k < 3; k++) nextCameras[at + 9 + k] += right[6 * s + 3 + k];
      }
      const nextPoints = points.slice();
      for (let p = 0; p < pointCount; p++) {
        let g0 = pointGradient[3 * p];
        let g1 = pointGradient[3 * p + 1];
        let g2 = pointGradient[3 * p + 2];
        for (let k = 0; k < shared; k++) {
          const step = right[6 * free + k];
          g0 -= mixedShared[6 * p + 3 * k] * step;
          g1 -= mixedShared[6 * p + 3 * k + 1] * step;
          g2 -= mixedShared[6 * p + 3 * k + 2] * step;
        }
        for (let o = pointStart[p]; o < pointStart[p + 1]; o++) {
          const s = slot[observationCamera[o]];
          if (s < 0) continue;
          for (let k = 0; k < 6; k++) {
            const step = right[6 * s + k];
            const w = 18 * o + 3 * k;
            g0 -= mixed[w] * step;
            g1 -= mixed[w + 1] * step;
            g2 -= mixed[w + 2] * step;
          }
        }
        const b = 6 * p;
        nextPoints[3 * p] += inverses[b] * g0 + inverses[b + 1] * g1 + inverses[b + 2] * g2;
        nextPoints[3 * p + 1] += inverses[b + 1] * g0 + inverses[b + 3] * g1 + inverses[b + 4] * g2;
        nextPoints[3 * p + 2] += inverses[b + 2] * g0 + inverses[b + 4] * g1 + inverses[b + 5] * g2;
      }
      const [lowest, highest] = options.focalBounds ?? [0, Number.POSITIVE_INFINITY];
      const stepped =
        focalColumn >= 0
          ? focal * Math.exp(Math.max(-0.3, Math.min(0.3, right[6 * free + focalColumn])))
          : focal;
      const nextFocal = focalColumn >= 0 ? Math.max(lowest, Math.min(highest, stepped)) : focal;
      const nextRadial = radialColumn >= 0 ? radial + right[6 * free + radialColumn] : radial;
      const nextCost = costOf(nextCameras, nextPoints, nextFocal, nextRadial);
      if (nextCost < cost) {
        improved = true;
        converged = cost - nextCost < options.tolerance * cost;
        cost = nextCost;
        problem.cameras.set(nextCameras);
        problem.points.set(nextPoints);
        lens.focal = nextFocal;
        lens.radial = nextRadial;
        damping = Math.max(1e-9, damping * 0.2);
      } else damping *= 8;
    }
    if (!improved || converged) break;
  }
  return { cost, iterations: done };
}
