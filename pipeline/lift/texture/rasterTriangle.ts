/** Twice the signed area is below this: no texel centre can be in it but by rounding. */
const LEAST_AREA = 1e-9;

/**
 * Calls back for every integer point in a triangle with its barycentric coordinates. A point on an edge that two
 * triangles of one orientation share belongs to one of them (top-left rule).
 * @returns false where the callback returned false, which ends it.
 */
export function rasterTriangle(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  at: (x: number, y: number, a: number, b: number, c: number) => boolean,
): boolean {
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (Math.abs(area) < LEAST_AREA) return true;
  const sign = area > 0 ? 1 : -1;
  const y0 = Math.ceil(Math.min(ay, by, cy));
  const y1 = Math.floor(Math.max(ay, by, cy));
  const x0 = Math.ceil(Math.min(ax, bx, cx));
  const x1 = Math.floor(Math.max(ax, bx, cx));
  for (let y = y0; y <= y1; y++)
    for (let x = x0; x <= x1; x++) {
      const a = sign * ((bx - x) * (cy - y) - (by - y) * (cx - x));
      if (a < 0 || (a === 0 && !isOwned(sign * (cx - bx), sign * (cy - by)))) continue;
      const b = sign * ((cx - x) * (ay - y) - (cy - y) * (ax - x));
      if (b < 0 || (b === 0 && !isOwned(sign * (ax - cx), sign * (ay - cy)))) continue;
      const c = sign * ((ax - x) * (by - y) - (ay - y) * (bx - x));
      if (c < 0 || (c === 0 && !isOwned(sign * (bx - ax), sign * (by - ay)))) continue;
      const total = a + b + c;
      if (!at(x, y, a / total, b / total, c / total)) return false;
    }
  return true;
}

/** Of the two directions in which neighbours run along an edge, one owns it. */
function isOwned(dx: number, dy: number): boolean {
  return dy > 0 || (dy === 0 && dx < 0);
}
