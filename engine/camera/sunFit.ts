import { cross, normalize, type Vector3 } from './cameraMath.ts';

export interface Bounds {
  min: Vector3;
  max: Vector3;
}

/** How world points map to a shadow map's texels. */
export interface SunFit {
  /** Rows (x, y, z, offset) whose product with (point, 1) is texel u, texel v and the height towards the sun in metres. */
  rows: Float32Array;
  metersPerTexel: number;
  /** Units of a 16-bit height per metre: the world's whole height takes ±HALF_RANGE of them. */
  unitsPerMeter: number;
}

/** Texels kept free around the world, the border that the kernel leaves empty and one more. */
const MARGIN_TEXELS = 5;

/** Below 2¹⁵ by what the filter adds to a receiver's height. */
const HALF_RANGE = 30000;

/** Fits a square map of `size` texels over a world's bounds, seen from the sun. */
export function fitSun(bounds: Bounds, sunDirection: Vector3, size: number): SunFit {
  const toSun = normalize(sunDirection);
  const helper: Vector3 = Math.abs(toSun[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0];
  const axisU = normalize(cross(helper, toSun));
  const axisV = cross(toSun, axisU);
  const range = (axis: Vector3): [number, number] => {
    let low = 0;
    let high = 0;
    for (let k = 0; k < 3; k++) {
      low += Math.min(axis[k] * bounds.min[k], axis[k] * bounds.max[k]);
      high += Math.max(axis[k] * bounds.min[k], axis[k] * bounds.max[k]);
    }
    return [low, high];
  };
  const [lowU, highU] = range(axisU);
  const [lowV, highV] = range(axisV);
  const [lowH, highH] = range(toSun);
  const extent = Math.max(highU - lowU, highV - lowV, 1e-3);
  const metersPerTexel = extent / (size - 2 * MARGIN_TEXELS);
  const scale = 1 / metersPerTexel;
  const middle = (size - 1) / 2;
  return {
    rows: Float32Array.from([
      ...axisU.map(a => a * scale),
      middle - ((lowU + highU) / 2) * scale,
      ...axisV.map(a => a * scale),
      middle - ((lowV + highV) / 2) * scale,
      ...toSun,
      -(lowH + highH) / 2,
    ]),
    metersPerTexel,
    unitsPerMeter: HALF_RANGE / Math.max((highH - lowH) / 2, 1e-3),
  };
}
