import type { PairVisitor, TriangleBvh } from './triangleBvh.ts';

/** What makes two faces lie on each other. */
export interface TwinRule {
  /** Least cosine between their normals. */
  leastDot: number;
  /** Most distance from one's plane to the other, metres. */
  mostMeters: number;
  /** What lies this near an edge lies in no face, as a share of the triangle. */
  edgeShare: number;
}

/**
 * Marks every face that may lie on another one, and few others: both face the same way, come within a distance of each
 * other's plane, and cover some place together, seen along the axis that they face most.
 * @param facing by triangle, twice that axis and one more for up along it; −1 leaves a face out.
 */
export function facesWithTwins(bvh: TriangleBvh, facing: Int8Array, rule: TwinRule): Uint8Array {
  const marker = new TwinMarker(bvh, facing, rule);
  // A plane seen at 55 degrees, the most along the axis that it faces most, is 1.8 times as far off along that.
  bvh.forEachPair(2 * rule.mostMeters, marker);
  return marker.marks;
}

class TwinMarker implements PairVisitor {
  readonly marks: Uint8Array;
  private readonly bvh: TriangleBvh;
  private readonly facing: Int8Array;
  private readonly rule: TwinRule;
  private readonly boxes: Float64Array;

  constructor(bvh: TriangleBvh, facing: Int8Array, rule: TwinRule) {
    this.bvh = bvh;
    this.facing = facing;
    this.rule = rule;
    this.marks = new Uint8Array(facing.length);
    this.boxes = boxesOf(bvh);
  }

  visit(a: number, b: number): void {
    const { bvh, facing, marks, rule } = this;
    if (facing[a] < 0 || facing[a] !== facing[b] || (marks[a] && marks[b])) return;
    if (!doOverlap(this.boxes, a, b, facing[a] >> 1) || !isTwin(bvh, a, b, facing[a] >> 1, rule)) return;
    marks[a] = 1;
    marks[b] = 1;
  }
}

/** min xyz, max xyz by triangle, metres. */
function boxesOf({ triangles: { positions, indices, areas } }: TriangleBvh): Float64Array {
  const boxes = new Float64Array(6 * areas.length);
  for (let triangle = 0; triangle < areas.length; triangle++)
    for (let axis = 0; axis < 3; axis++) {
      const a = positions[3 * indices[3 * triangle] + axis];
      const b = positions[3 * indices[3 * triangle + 1] + axis];
      const c = positions[3 * indices[3 * triangle + 2] + axis];
      boxes[6 * triangle + axis] = Math.min(a, b, c);
      boxes[6 * triangle + 3 + axis] = Math.max(a, b, c);
    }
  return boxes;
}

/** Whether two triangles' boxes overlap, seen along an axis: most neighbours in a surface only touch. */
function doOverlap(boxes: Float64Array, a: number, b: number, axis: number): boolean {
  const u = (axis + 1) % 3;
  const v = (axis + 2) % 3;
  return (
    boxes[6 * a + u] < boxes[6 * b + 3 + u] &&
    boxes[6 * b + u] < boxes[6 * a + 3 + u] &&
    boxes[6 * a + v] < boxes[6 * b + 3 + v] &&
    boxes[6 * b + v] < boxes[6 * a + 3 + v]
  );
}

function isTwin({ triangles }: TriangleBvh, a: number, b: number, axis: number, rule: TwinRule): boolean {
  const { normals: n, positions: p, indices } = triangles;
  const dot = n[3 * a] * n[3 * b] + n[3 * a + 1] * n[3 * b + 1] + n[3 * a + 2] * n[3 * b + 2];
  return (
    dot >= rule.leastDot &&
    !isBeyondEdge(p, indices, a, b, axis, rule.edgeShare) &&
    !isBeyondEdge(p, indices, b, a, axis, rule.edgeShare) &&
    (comesNear(p, indices, n, a, b, rule.mostMeters) || comesNear(p, indices, n, b, a, rule.mostMeters))
  );
}

/** Whether a point of `other` comes within a distance of the plane of `face`. */
function comesNear(
  p: Float64Array,
  indices: Uint32Array,
  normals: Float64Array,
  face: number,
  other: number,
  mostMeters: number,
): boolean {
  const origin = 3 * indices[3 * face];
  let lowest = Infinity;
  let highest = -Infinity;
  for (let corner = 3 * other; corner < 3 * other + 3; corner++) {
    const at = 3 * indices[corner];
    const height =
      (p[at] - p[origin]) * normals[3 * face] +
      (p[at + 1] - p[origin + 1]) * normals[3 * face + 1] +
      (p[at + 2] - p[origin + 2]) * normals[3 * face + 2];
    if (height < lowest) lowest = height;
    if (height > highest) highest = height;
  }
  // Rounding: a hair more than what is looked for.
  const most = mostMeters * (1 + 1e-6);
  return lowest <= most && highest >= -most;
}

/** Whether all of `other` lies beyond one edge of `face`, seen along an axis: then no place lies in both. */
function isBeyondEdge(
  p: Float64Array,
  indices: Uint32Array,
  face: number,
  other: number,
  axis: number,
  edgeShare: number,
): boolean {
  const u = (axis + 1) % 3;
  const v = (axis + 2) % 3;
  const a = 3 * indices[3 * face];
  const b = 3 * indices[3 * face + 1];
  const c = 3 * indices[3 * face + 2];
  const det = (p[b + v] - p[c + v]) * (p[a + u] - p[c + u]) + (p[c + u] - p[b + u]) * (p[a + v] - p[c + v]);
  let mostS = -Infinity;
  let mostT = -Infinity;
  let mostRest = -Infinity;
  for (let corner = 3 * other; corner < 3 * other + 3; corner++) {
    const q = 3 * indices[corner];
    const du = p[q + u] - p[c + u];
    const dv = p[q + v] - p[c + v];
    const s = ((p[b + v] - p[c + v]) * du + (p[c + u] - p[b + u]) * dv) / det;
    const t = ((p[c + v] - p[a + v]) * du + (p[a + u] - p[c + u]) * dv) / det;
    if (s > mostS) mostS = s;
    if (t > mostT) mostT = t;
    if (1 - s - t > mostRest) mostRest = 1 - s - t;
  }
  return mostS <= edgeShare || mostT <= edgeShare || mostRest <= edgeShare;
}
