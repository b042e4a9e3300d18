import type { WorldTriangles } from './worldTriangles.ts';

/** x, y and z of each triangle's centroid: side by side for a triangle they took a third longer to part. */
export type Centroids = readonly [Float64Array, Float64Array, Float64Array];

export function centroidsOf({ positions: p, indices, areas }: WorldTriangles): Centroids {
  const x = new Float64Array(areas.length);
  const y = new Float64Array(areas.length);
  const z = new Float64Array(areas.length);
  for (let t = 0; t < areas.length; t++) {
    const a = 3 * indices[3 * t];
    const b = 3 * indices[3 * t + 1];
    const c = 3 * indices[3 * t + 2];
    x[t] = (p[a] + p[b] + p[c]) / 3;
    y[t] = (p[a + 1] + p[b + 1] + p[c + 1]) / 3;
    z[t] = (p[a + 2] + p[b + 2] + p[c + 2]) / 3;
  }
  return [x, y, z];
}

/**
 * Halves a range of triangles at the median of their centroids along the longest side of these.
 * @param order triangles, which the centroids are in the order of.
 * @returns where the second half begins.
 */
export function halveAtMedian(order: Uint32Array, centroids: Centroids, from: number, to: number): number {
  const [x, y, z] = centroids;
  const axis = longestSide(centroids, from, to);
  const middle = (from + to) >> 1;
  if (axis === 0) selectMedian(order, x, y, z, from, to, middle);
  else if (axis === 1) selectMedian(order, y, z, x, from, to, middle);
  else selectMedian(order, z, x, y, from, to, middle);
  return middle;
}

function longestSide([xs, ys, zs]: Centroids, from: number, to: number): 0 | 1 | 2 {
  let minX = Infinity;
  let minY = Infinity;
  let minZ = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  let maxZ = -Infinity;
  for (let i = from; i < to; i++) {
    const x = xs[i];
    const y = ys[i];
    const z = zs[i];
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
    if (z < minZ) minZ = z;
    if (z > maxZ) maxZ = z;
  }
  const sideX = maxX - minX;
  const sideY = maxY - minY;
  const sideZ = maxZ - minZ;
  if (sideZ > sideX && sideZ > sideY) return 2;
  return sideY > sideX ? 1 : 0;
}

/**
 * Hoare's selection: puts what belongs before `middle` by key before it, the other two coordinates and `order` along
 * with the keys. Ties by index, so that which triangles share a node depends on the triangles alone. Sorting took four
 * times as long.
 */
function selectMedian(
  order: Uint32Array,
  keys: Float64Array,
  second: Float64Array,
  third: Float64Array,
  from: number,
  to: number,
  middle: number,
): void {
  let low = from;
  let high = to - 1;
  while (low < high) {
    const pivot = (low + high) >> 1;
    const pivotKey = keys[pivot];
    const pivotIndex = order[pivot];
    let i = low;
    let j = high;
    while (i <= j) {
      while (keys[i] < pivotKey || (keys[i] === pivotKey && order[i] < pivotIndex)) i++;
      while (keys[j] > pivotKey || (keys[j] === pivotKey && order[j] > pivotIndex)) j--;
      if (i > j) break;
      swap(keys, i, j);
      swap(second, i, j);
      swap(third, i, j);
      const index = order[i];
      order[i++] = order[j];
      order[j--] = index;
    }
    if (middle <= j) high = j;
    else if (middle >= i) low = i;
    else return;
  }
}

function swap(values: Float64Array, i: number, j: number): void {
  const value = values[i];
  values[i] = values[j];
  values[j] = value;
}
