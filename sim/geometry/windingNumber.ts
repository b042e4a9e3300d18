import type { WorldTriangles } from './worldTriangles.ts';

/**
 * How often a surface winds around a point: 1 inside a closed outward-facing mesh, 0 outside, and in between
 * where a side is missing (Jacobson et al. 2013, "Robust Inside-Outside Segmentation Using Generalized Winding
 * Numbers"); overlapping parts add up. The sum of each triangle's signed solid angle (Van Oosterom and Strackee
 * 1983) over 4π.
 */
export function windingNumber(
  soup: WorldTriangles,
  triangles: Uint32Array,
  x: number,
  y: number,
  z: number,
): number {
  const { positions: p, indices } = soup;
  let sum = 0;
  for (let i = 0; i < triangles.length; i++) {
    const t = 3 * triangles[i];
    const ia = 3 * indices[t];
    const ib = 3 * indices[t + 1];
    const ic = 3 * indices[t + 2];
    const ax = p[ia] - x;
    const ay = p[ia + 1] - y;
    const az = p[ia + 2] - z;
    const bx = p[ib] - x;
    const by = p[ib + 1] - y;
    const bz = p[ib + 2] - z;
    const cx = p[ic] - x;
    const cy = p[ic + 1] - y;
    const cz = p[ic + 2] - z;
    const a = Math.sqrt(ax * ax + ay * ay + az * az);
    const b = Math.sqrt(bx * bx + by * by + bz * bz);
    const c = Math.sqrt(cx * cx + cy * cy + cz * cz);
    const volume = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
    const base =
      a * b * c +
      (ax * bx + ay * by + az * bz) * c +
      (bx * cx + by * cy + bz * cz) * a +
      (cx * ax + cy * ay + cz * az) * b;
    sum += Math.atan2(volume, base);
  }
  return sum / (2 * Math.PI);
}
