/**
 * Distance from a point to the nearest of a triangle, metres (Ericson, *Real-Time Collision Detection*, 2005, 5.1.5).
 * @param p xyz per vertex.
 */
export function distanceToTriangle(
  [x, y, z]: readonly [number, number, number],
  p: Float32Array,
  a: number,
  b: number,
  c: number,
): number {
  const [ax, ay, az] = [p[3 * a], p[3 * a + 1], p[3 * a + 2]];
  const [ux, uy, uz] = [p[3 * b] - ax, p[3 * b + 1] - ay, p[3 * b + 2] - az];
  const [vx, vy, vz] = [p[3 * c] - ax, p[3 * c + 1] - ay, p[3 * c + 2] - az];
  const [wx, wy, wz] = [x - ax, y - ay, z - az];
  const away = (s: number, t: number) => {
    const [dx, dy, dz] = [wx - s * ux - t * vx, wy - s * uy - t * vy, wz - s * uz - t * vz];
    return Math.sqrt(dx * dx + dy * dy + dz * dz);
  };
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  const [uu, uv, vv] = [
    ux * ux + uy * uy + uz * uz,
    ux * vx + uy * vy + uz * vz,
    vx * vx + vy * vy + vz * vz,
  ];
  const [uw, vw] = [ux * wx + uy * wy + uz * wz, vx * wx + vy * wy + vz * wz];
  const determinant = uu * vv - uv * uv;
  if (determinant > 0) {
    const s = (vv * uw - uv * vw) / determinant;
    const t = (uu * vw - uv * uw) / determinant;
    if (s >= 0 && t >= 0 && s + t <= 1) return away(s, t);
  }
  // Beside the face: the nearest of its three sides.
  const across = uu - 2 * uv + vv;
  const along = across > 0 ? clamp((vw - uw + uu - uv) / across) : 0;
  return Math.min(
    away(uu > 0 ? clamp(uw / uu) : 0, 0),
    away(0, vv > 0 ? clamp(vw / vv) : 0),
    away(1 - along, along),
  );
}
