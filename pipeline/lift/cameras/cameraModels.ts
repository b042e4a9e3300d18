import { DirectorError } from '../../../engine/errors.ts';
import type { ColmapCamera } from './colmapTypes.ts';

/** A camera as focal lengths, centre and polynomial distortion, in COLMAP's pixels (centres at ½). */
export interface Lens {
  fx: number;
  fy: number;
  cx: number;
  cy: number;
  k1: number;
  k2: number;
  p1: number;
  p2: number;
}

interface Model {
  /** As cameras.bin numbers it. */
  id: number;
  params: number;
  lens: (p: readonly number[]) => Lens;
}

const NONE = { k1: 0, k2: 0, p1: 0, p2: 0 };

/** The models that are read: those of COLMAP's src/colmap/sensor/models.h that are a polynomial of few terms. */
export const CAMERA_MODELS: Readonly<Record<string, Model>> = {
  SIMPLE_PINHOLE: { id: 0, params: 3, lens: ([f, cx, cy]) => ({ fx: f, fy: f, cx, cy, ...NONE }) },
  PINHOLE: { id: 1, params: 4, lens: ([fx, fy, cx, cy]) => ({ fx, fy, cx, cy, ...NONE }) },
  SIMPLE_RADIAL: { id: 2, params: 4, lens: ([f, cx, cy, k1]) => ({ fx: f, fy: f, cx, cy, ...NONE, k1 }) },
  RADIAL: {
    id: 3,
    params: 5,
    lens: ([f, cx, cy, k1, k2]) => ({ fx: f, fy: f, cx, cy, ...NONE, k1, k2 }),
  },
  OPENCV: {
    id: 4,
    params: 8,
    lens: ([fx, fy, cx, cy, k1, k2, p1, p2]) => ({ fx, fy, cx, cy, k1, k2, p1, p2 }),
  },
};

/** @throws CAMERAS_UNSUPPORTED naming the model, CAMERAS_UNREADABLE where its numbers cannot be a camera's */
export function lensOf({ model, params, width, height }: ColmapCamera): Lens {
  const known = Object.hasOwn(CAMERA_MODELS, model) ? CAMERA_MODELS[model] : undefined;
  if (!known)
    throw new DirectorError('CAMERAS_UNSUPPORTED', `The camera model ${model} is not read.`, {
      details: { model, known: Object.keys(CAMERA_MODELS) },
    });
  const lens = known.lens(params);
  const sound =
    params.length === known.params &&
    params.every(Number.isFinite) &&
    lens.fx > 0 &&
    lens.fy > 0 &&
    [width, height].every(side => Number.isInteger(side) && side > 0 && side <= 65_536);
  if (!sound)
    throw new DirectorError(
      'CAMERAS_UNREADABLE',
      `A camera of ${width}×${height} pixels and parameters ${params.join(' ')} cannot be.`,
    );
  return lens;
}

/** Where a ray meets the picture plane at distance 1 → where the lens puts it there (Brown 1971, as OpenCV has it). */
export function distort({ k1, k2, p1, p2 }: Lens, u: number, v: number): [number, number] {
  const r2 = u * u + v * v;
  const radial = 1 + k1 * r2 + k2 * r2 * r2;
  return [
    u * radial + 2 * p1 * u * v + p2 * (r2 + 2 * u * u),
    v * radial + 2 * p2 * u * v + p1 * (r2 + 2 * v * v),
  ];
}

/** The other way, by Newton's method with a numeric Jacobian; undefined where the lens folds over. */
export function undistort(lens: Lens, ud: number, vd: number): [number, number] | undefined {
  let [u, v] = [ud, vd];
  const h = 1e-6;
  for (let i = 0; i < 30; i++) {
    const [a, b] = distort(lens, u, v);
    const [eu, ev] = [ud - a, vd - b];
    if (Math.hypot(eu, ev) < 1e-10) return [u, v];
    const [au, bu] = distort(lens, u + h, v);
    const [av, bv] = distort(lens, u, v + h);
    const [j00, j10, j01, j11] = [(au - a) / h, (bu - b) / h, (av - a) / h, (bv - b) / h];
    const determinant = j00 * j11 - j01 * j10;
    if (!(determinant > 1e-6)) return undefined;
    u += (j11 * eu - j01 * ev) / determinant;
    v += (j00 * ev - j10 * eu) / determinant;
  }
  return undefined;
}
