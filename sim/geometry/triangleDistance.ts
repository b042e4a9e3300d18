import type { WorldTriangles } from './worldTriangles.ts';

/**
 * Squared distance between two triangles, 0 where they cross, metres². Two triangles that do not cross are
 * nearest either at a corner of one over the other's face or at a pair of edges (Ericson, Real-Time Collision
 * Detection, 5.1.9–5.1.11).
 */
export function squaredTriangleDistance(
  a: WorldTriangles,
  ta: number,
  b: WorldTriangles,
  tb: number,
): number {
  const p = corners(a, ta);
  const q = corners(b, tb);
  let best = Infinity;
  for (let i = 0; i < 3; i++) {
    if (segmentCrosses(p[i], p[(i + 1) % 3], q)) return 0;
    if (segmentCrosses(q[i], q[(i + 1) % 3], p)) return 0;
    best = Math.min(best, squaredPointTriangle(p[i], q), squaredPointTriangle(q[i], p));
    for (let j = 0; j < 3; j++)
      best = Math.min(best, squaredSegments(p[i], p[(i + 1) % 3], q[j], q[(j + 1) % 3]));
  }
  return best;
}

type Vector = readonly [number, number, number];
type Triangle = readonly [Vector, Vector, Vector];

export function corners(soup: WorldTriangles, triangle: number): Triangle {
  const { positions: p, indices } = soup;
  const at = (corner: number): Vector => {
    const i = 3 * indices[3 * triangle + corner];
    return [p[i], p[i + 1], p[i + 2]];
  };
  return [at(0), at(1), at(2)];
}

const sub = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const clamp01 = (value: number): number => Math.min(1, Math.max(0, value));

function segmentCrosses(from: Vector, to: Vector, [a, b, c]: Triangle): boolean {
  const direction = sub(to, from);
  const e1 = sub(b, a);
  const e2 = sub(c, a);
  const h = cross(direction, e2);
  const det = dot(e1, h);
  if (det === 0) return false;
  const s = sub(from, a);
  const u = dot(s, h) / det;
  if (!(u >= 0 && u <= 1)) return false;
  const q = cross(s, e1);
  const v = dot(direction, q) / det;
  if (!(v >= 0 && u + v <= 1)) return false;
  const t = dot(e2, q) / det;
  return t >= 0 && t <= 1;
}

/** Squared distance from a point to a triangle, metres². */
export function squaredPointTriangle(point: Vector, [a, b, c]: Triangle): number {
  const ab = sub(b, a);
  const ac = sub(c, a);
  const normal = cross(ab, ac);
  const area2 = dot(normal, normal);
  if (area2 > 0) {
    const ap = sub(point, a);
    const v = dot(cross(ap, ac), normal) / area2;
    const w = dot(cross(ab, ap), normal) / area2;
    if (v >= 0 && w >= 0 && v + w <= 1) return dot(ap, normal) ** 2 / area2;
  }
  return Math.min(
    squaredPointSegment(point, a, b),
    squaredPointSegment(point, b, c),
    squaredPointSegment(point, c, a),
  );
}

function squaredPointSegment(point: Vector, a: Vector, b: Vector): number {
  const ab = sub(b, a);
  const lengthSquared = dot(ab, ab);
  const t = lengthSquared > 0 ? clamp01(dot(sub(point, a), ab) / lengthSquared) : 0;
  const d = sub(point, [a[0] + t * ab[0], a[1] + t * ab[1], a[2] + t * ab[2]]);
  return dot(d, d);
}

/** Ericson 5.1.9. */
function squaredSegments(p1: Vector, q1: Vector, p2: Vector, q2: Vector): number {
  const d1 = sub(q1, p1);
  const d2 = sub(q2, p2);
  const r = sub(p1, p2);
  const a = dot(d1, d1);
  const e = dot(d2, d2);
  const f = dot(d2, r);
  let s: number;
  let t: number;
  if (a === 0 && e === 0) return dot(r, r);
  if (a === 0) {
    s = 0;
    t = clamp01(f / e);
  } else {
    const c = dot(d1, r);
    if (e === 0) {
      t = 0;
      s = clamp01(-c / a);
    } else {
      const b = dot(d1, d2);
      const denominator = a * e - b * b;
      s = denominator > 0 ? clamp01((b * f - c * e) / denominator) : 0;
      t = (b * s + f) / e;
      if (t < 0) {
        t = 0;
        s = clamp01(-c / a);
      } else if (t > 1) {
        t = 1;
        s = clamp01((b - c) / a);
      }
    }
  }
  const d: Vector = [
    p1[0] + s * d1[0] - p2[0] - t * d2[0],
    p1[1] + s * d1[1] - p2[1] - t * d2[1],
    p1[2] + s * d1[2] - p2[2] - t * d2[2],
  ];
  return dot(d, d);
}
