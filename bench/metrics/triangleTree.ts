/** Triangles that can be asked whether a point lies near them. */
export interface TriangleTree {
  /** Whether any triangle lies within `distance` of the point. */
  isWithin(x: number, y: number, z: number, distance: number): boolean;
}

const LEAF = 4;

/**
 * A bounding volume tree over triangles, split at the median of the longest side.
 * @param corners nine numbers a triangle: x, y, z of each corner.
 */
export function createTriangleTree(corners: Float64Array): TriangleTree {
  const count = corners.length / 9;
  const order = new Uint32Array(count).map((_, i) => i);
  const middles = new Float64Array(3 * count);
  for (let i = 0; i < count; i++)
    for (let axis = 0; axis < 3; axis++)
      middles[3 * i + axis] = corners[9 * i + axis] + corners[9 * i + 3 + axis] + corners[9 * i + 6 + axis];
  /** Six numbers a node: lowest x, y, z, highest x, y, z. */
  const boxes: number[] = [];
  /** Two a node: first and number of its triangles in `order`, or −child and −child. */
  const links: number[] = [];

  const build = (from: number, to: number): number => {
    const node = links.length / 2;
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    for (let i = from; i < to; i++)
      for (let k = 0; k < 9; k++) {
        const v = corners[9 * order[i] + k];
        if (v < low[k % 3]) low[k % 3] = v;
        if (v > high[k % 3]) high[k % 3] = v;
      }
    boxes.push(...low, ...high);
    links.push(from, to - from);
    if (to - from <= LEAF) return node;
    const sides = [0, 1, 2].map(axis => high[axis] - low[axis]);
    const axis = sides.indexOf(Math.max(...sides));
    order.subarray(from, to).sort((a, b) => middles[3 * a + axis] - middles[3 * b + axis]);
    const half = (from + to) >> 1;
    links[2 * node] = -build(from, half);
    links[2 * node + 1] = -build(half, to);
    return node;
  };
  if (count > 0) build(0, count);

  const stack = new Uint32Array(64);
  return {
    isWithin(x, y, z, distance) {
      if (count === 0) return false;
      const squared = distance * distance;
      let top = 0;
      stack[top++] = 0;
      while (top > 0) {
        const node = stack[--top];
        const b = 6 * node;
        const dx = Math.max(0, boxes[b] - x, x - boxes[b + 3]);
        const dy = Math.max(0, boxes[b + 1] - y, y - boxes[b + 4]);
        const dz = Math.max(0, boxes[b + 2] - z, z - boxes[b + 5]);
        if (dx * dx + dy * dy + dz * dz > squared) continue;
        const [first, size] = [links[2 * node], links[2 * node + 1]];
        if (size < 0) {
          stack[top++] = -first;
          stack[top++] = -size;
          continue;
        }
        for (let i = first; i < first + size; i++)
          if (squaredDistance(corners, 9 * order[i], x, y, z) <= squared) return true;
      }
      return false;
    },
  };
}

/** Squared distance of a point from a triangle (Ericson, Real-Time Collision Detection, section 5.1.5). */
function squaredDistance(t: Float64Array, at: number, x: number, y: number, z: number): number {
  const [ax, ay, az] = [t[at], t[at + 1], t[at + 2]];
  const [ux, uy, uz] = [t[at + 3] - ax, t[at + 4] - ay, t[at + 5] - az];
  const [vx, vy, vz] = [t[at + 6] - ax, t[at + 7] - ay, t[at + 8] - az];
  const [px, py, pz] = [x - ax, y - ay, z - az];
  const off = (s: number, r: number) =>
    (px - s * ux - r * vx) ** 2 + (py - s * uy - r * vy) ** 2 + (pz - s * uz - r * vz) ** 2;
  const d1 = ux * px + uy * py + uz * pz;
  const d2 = vx * px + vy * py + vz * pz;
  if (d1 <= 0 && d2 <= 0) return off(0, 0);
  const uu = ux * ux + uy * uy + uz * uz;
  const uv = ux * vx + uy * vy + uz * vz;
  const vv = vx * vx + vy * vy + vz * vz;
  const [d3, d4] = [d1 - uu, d2 - uv];
  if (d3 >= 0 && d4 <= d3) return off(1, 0);
  const [d5, d6] = [d1 - uv, d2 - vv];
  if (d6 >= 0 && d5 <= d6) return off(0, 1);
  const c = d1 * d4 - d3 * d2;
  if (c <= 0 && d1 >= 0 && d3 <= 0) return off(d1 / (d1 - d3), 0);
  const b = d5 * d2 - d1 * d6;
  if (b <= 0 && d2 >= 0 && d6 <= 0) return off(0, d2 / (d2 - d6));
  const a = d3 * d6 - d5 * d4;
  if (a <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
    const w = (d4 - d3) / (d4 - d3 + (d5 - d6));
    return off(1 - w, w);
  }
  const scale = 1 / (a + b + c);
  return off(b * scale, c * scale);
}
