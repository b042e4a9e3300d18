import { type Centroids, centroidsOf, halveAtMedian } from './medianSplit.ts';
import type { WorldTriangles } from './worldTriangles.ts';

/**
 * A bounding volume hierarchy over a world's triangles, for exact rays and neighbourhood queries. Physics
 * merges near-coplanar triangles and errs by up to 9 mm at contacts; detectors that judge centimetres ask here.
 */
export interface RayHit {
  distance: number;
  triangle: number;
  /** True when the ray met the side that the triangle's winding faces. */
  front: boolean;
}

/** An object and not a function: a method stays compiled from one world to the next. */
export interface PairVisitor {
  visit(a: number, b: number): void;
}

const LEAF_TRIANGLES = 4;

export class TriangleBvh {
  readonly triangles: WorldTriangles;
  /** Triangles in leaf order. */
  private readonly order: Uint32Array;
  /** min xyz, max xyz per BVH node. */
  private readonly boxes: Float64Array;
  /** Leaf: first index into order. Inner: index of the left child, the right one follows its subtree. */
  private readonly first: Uint32Array;
  /** Leaf: number of triangles, at least 1. Inner: 0. */
  private readonly count: Uint32Array;
  private readonly right: Uint32Array;
  private readonly stack = new Uint32Array(128);

  constructor(triangles: WorldTriangles) {
    this.triangles = triangles;
    const n = triangles.areas.length;
    this.order = new Uint32Array(n);
    for (let t = 0; t < n; t++) this.order[t] = t;
    // Leaves of more than one triangle hold at least two: there are fewer nodes than triangles.
    const capacity = Math.max(1, n);
    this.boxes = new Float64Array(capacity * 6);
    this.first = new Uint32Array(capacity);
    this.count = new Uint32Array(capacity);
    this.right = new Uint32Array(capacity);
    if (n > 0) this.build(0, 0, n, centroidsOf(triangles));
  }

  /**
   * Halves some triangles at the median of their centroids along the longest side, from node `node` on; boxes come from
   * the leaves up. A method and not a function inside: that would be compiled again for each world.
   * @param centroids in the order of `order`, and kept in it.
   * @returns the node after the last one used.
   */
  private build(node: number, from: number, to: number, centroids: Centroids): number {
    const { order, boxes } = this;
    if (to - from <= LEAF_TRIANGLES) {
      this.boxLeaf(6 * node, from, to);
      this.first[node] = from;
      this.count[node] = to - from;
      return node + 1;
    }
    const middle = halveAtMedian(order, centroids, from, to);
    const left = node + 1;
    const right = this.build(left, from, middle, centroids);
    const next = this.build(right, middle, to, centroids);
    this.first[node] = left;
    this.right[node] = right;
    for (let k = 6 * node; k < 6 * node + 3; k++) {
      const ofLeft = k + 6 * (left - node);
      const ofRight = k + 6 * (right - node);
      boxes[k] = Math.min(boxes[ofLeft], boxes[ofRight]);
      boxes[k + 3] = Math.max(boxes[ofLeft + 3], boxes[ofRight + 3]);
    }
    return next;
  }

  private boxLeaf(b: number, from: number, to: number): void {
    const { positions: p, indices } = this.triangles;
    const { order, boxes } = this;
    let minX = Infinity;
    let minY = Infinity;
    let minZ = Infinity;
    let maxX = -Infinity;
    let maxY = -Infinity;
    let maxZ = -Infinity;
    for (let i = from; i < to; i++)
      for (let corner = 3 * order[i]; corner < 3 * order[i] + 3; corner++) {
        const at = 3 * indices[corner];
        const x = p[at];
        const y = p[at + 1];
        const z = p[at + 2];
        if (x < minX) minX = x;
        if (x > maxX) maxX = x;
        if (y < minY) minY = y;
        if (y > maxY) maxY = y;
        if (z < minZ) minZ = z;
        if (z > maxZ) maxZ = z;
      }
    boxes[b] = minX;
    boxes[b + 1] = minY;
    boxes[b + 2] = minZ;
    boxes[b + 3] = maxX;
    boxes[b + 4] = maxY;
    boxes[b + 5] = maxZ;
  }

  /**
   * The nearest triangle along a ray, both sides counted.
   * @param direction unit vector; distances are along it, metres.
   * @param accept leaves out triangles for which it is false.
   */
  castRay(
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
    maxDistance: number,
    accept?: (triangle: number) => boolean,
  ): RayHit | undefined {
    if (this.order.length === 0) return undefined;
    let best = maxDistance;
    let bestTriangle = -1;
    const ix = 1 / dx;
    const iy = 1 / dy;
    const iz = 1 / dz;
    const { boxes, stack } = this;
    let depth = 0;
    stack[depth++] = 0;
    while (depth > 0) {
      const node = stack[--depth];
      const b = 6 * node;
      let near = 0;
      let far = best;
      // NaN from 0 × Infinity falls through both comparisons: such a slab does not limit the ray.
      let t0 = (boxes[b] - ox) * ix;
      let t1 = (boxes[b + 3] - ox) * ix;
      if (t0 > t1) {
        if (t1 > near) near = t1;
        if (t0 < far) far = t0;
      } else {
        if (t0 > near) near = t0;
        if (t1 < far) far = t1;
      }
      t0 = (boxes[b + 1] - oy) * iy;
      t1 = (boxes[b + 4] - oy) * iy;
      if (t0 > t1) {
        if (t1 > near) near = t1;
        if (t0 < far) far = t0;
      } else {
        if (t0 > near) near = t0;
        if (t1 < far) far = t1;
      }
      t0 = (boxes[b + 2] - oz) * iz;
      t1 = (boxes[b + 5] - oz) * iz;
      if (t0 > t1) {
        if (t1 > near) near = t1;
        if (t0 < far) far = t0;
      } else {
        if (t0 > near) near = t0;
        if (t1 < far) far = t1;
      }
      if (near > far + 1e-9) continue;
      if (this.count[node] === 0) {
        stack[depth++] = this.right[node];
        stack[depth++] = this.first[node];
        continue;
      }
      for (let i = 0; i < this.count[node]; i++) {
        const t = this.order[this.first[node] + i];
        const distance = this.hitTriangle(t, ox, oy, oz, dx, dy, dz);
        if (distance < best && distance >= 0 && (accept === undefined || accept(t))) {
          best = distance;
          bestTriangle = t;
        }
      }
    }
    if (bestTriangle < 0) return undefined;
    const { normals } = this.triangles;
    const facing =
      normals[3 * bestTriangle] * dx +
      normals[3 * bestTriangle + 1] * dy +
      normals[3 * bestTriangle + 2] * dz;
    return { distance: best, triangle: bestTriangle, front: facing < 0 };
  }

  /** Every distance at which a ray crosses an accepted triangle, unsorted: for inside tests by parity. */
  countCrossings(
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
    accept: (triangle: number) => boolean,
  ): number {
    let crossings = 0;
    this.castRay(ox, oy, oz, dx, dy, dz, Infinity, triangle => {
      if (accept(triangle)) crossings++;
      return false;
    });
    return crossings;
  }

  /** Möller and Trumbore, "Fast, Minimum Storage Ray/Triangle Intersection" (1997), both sides; NaN or −1 for a miss. */
  private hitTriangle(
    t: number,
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
  ): number {
    const { positions: p, indices } = this.triangles;
    const a = 3 * indices[3 * t];
    const b = 3 * indices[3 * t + 1];
    const c = 3 * indices[3 * t + 2];
    const e1x = p[b] - p[a];
    const e1y = p[b + 1] - p[a + 1];
    const e1z = p[b + 2] - p[a + 2];
    const e2x = p[c] - p[a];
    const e2y = p[c + 1] - p[a + 1];
    const e2z = p[c + 2] - p[a + 2];
    const hx = dy * e2z - dz * e2y;
    const hy = dz * e2x - dx * e2z;
    const hz = dx * e2y - dy * e2x;
    const det = e1x * hx + e1y * hy + e1z * hz;
    if (det === 0) return -1;
    const inverse = 1 / det;
    const sx = ox - p[a];
    const sy = oy - p[a + 1];
    const sz = oz - p[a + 2];
    const u = (sx * hx + sy * hy + sz * hz) * inverse;
    if (!(u >= -1e-9 && u <= 1 + 1e-9)) return -1;
    const qx = sy * e1z - sz * e1y;
    const qy = sz * e1x - sx * e1z;
    const qz = sx * e1y - sy * e1x;
    const v = (dx * qx + dy * qy + dz * qz) * inverse;
    if (!(v >= -1e-9 && u + v <= 1 + 1e-9)) return -1;
    return (e2x * qx + e2y * qy + e2z * qz) * inverse;
  }

  /** Calls visit for every triangle whose bounding box meets the given box; stops when visit gives true. */
  forEachInBox(
    min: readonly number[],
    max: readonly number[],
    visit: (triangle: number) => boolean | undefined,
  ): boolean {
    if (this.order.length === 0) return false;
    const { positions: p, indices } = this.triangles;
    const { boxes } = this;
    const stack = [0];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      const b = 6 * node;
      if (
        boxes[b] > max[0] ||
        boxes[b + 1] > max[1] ||
        boxes[b + 2] > max[2] ||
        boxes[b + 3] < min[0] ||
        boxes[b + 4] < min[1] ||
        boxes[b + 5] < min[2]
      )
        continue;
      if (this.count[node] === 0) {
        stack.push(this.right[node], this.first[node]);
        continue;
      }
      for (let i = 0; i < this.count[node]; i++) {
        const t = this.order[this.first[node] + i];
        let meets = true;
        for (let axis = 0; axis < 3 && meets; axis++) {
          const va = p[3 * indices[3 * t] + axis];
          const vb = p[3 * indices[3 * t + 1] + axis];
          const vc = p[3 * indices[3 * t + 2] + axis];
          meets = Math.max(va, vb, vc) >= min[axis] && Math.min(va, vb, vc) <= max[axis];
        }
        if (meets && visit(t)) return true;
      }
    }
    return false;
  }

  /** Visits each two triangles once whose leaves' boxes come within a distance of each other along every axis. */
  forEachPair(withinMeters: number, visitor: PairVisitor): void {
    if (this.order.length > 0) this.pairsWithin(0, withinMeters, visitor);
  }

  private pairsWithin(node: number, meters: number, visitor: PairVisitor): void {
    const from = this.first[node];
    if (this.count[node] === 0) {
      this.pairsWithin(from, meters, visitor);
      this.pairsWithin(this.right[node], meters, visitor);
      this.pairsBetween(from, this.right[node], meters, visitor);
      return;
    }
    for (let i = 0; i < this.count[node]; i++)
      for (let k = i + 1; k < this.count[node]; k++)
        visitor.visit(this.order[from + i], this.order[from + k]);
  }

  private pairsBetween(a: number, b: number, meters: number, visitor: PairVisitor): void {
    const { boxes, count, first, right, order } = this;
    const boxA = 6 * a;
    const boxB = 6 * b;
    if (
      boxes[boxA] > boxes[boxB + 3] + meters ||
      boxes[boxB] > boxes[boxA + 3] + meters ||
      boxes[boxA + 1] > boxes[boxB + 4] + meters ||
      boxes[boxB + 1] > boxes[boxA + 4] + meters ||
      boxes[boxA + 2] > boxes[boxB + 5] + meters ||
      boxes[boxB + 2] > boxes[boxA + 5] + meters
    )
      return;
    // The larger one is parted, so that both come down together and most pairs part early.
    if (count[a] === 0 && (count[b] > 0 || longestOf(boxes, boxA) >= longestOf(boxes, boxB))) {
      this.pairsBetween(first[a], b, meters, visitor);
      this.pairsBetween(right[a], b, meters, visitor);
    } else if (count[b] === 0) {
      this.pairsBetween(a, first[b], meters, visitor);
      this.pairsBetween(a, right[b], meters, visitor);
    } else
      for (let i = 0; i < count[a]; i++)
        for (let k = 0; k < count[b]; k++) visitor.visit(order[first[a] + i], order[first[b] + k]);
  }
}

function longestOf(boxes: Float64Array, at: number): number {
  return Math.max(boxes[at + 3] - boxes[at], boxes[at + 4] - boxes[at + 1], boxes[at + 5] - boxes[at + 2]);
}
