import type { SurfaceMesh } from './extractSurface.ts';
import { filterTriangles, sidesOf } from './meshTools.ts';

/** Sheets that share an edge by chance are moved apart this far: no crack a body feels. */
const APART_METERS = 0.001;

/**
 * Leaves no edge of more than two triangles, at which physics could not tell inside from outside: where sheets touch
 * along one, each fan of triangles that hang together across edges of two gets vertices of its own.
 */
export function partSheets({ positions: p, indices }: SurfaceMesh): SurfaceMesh {
  const sides = sidesOf({ positions: p, indices });
  // Corners of one fan have one root.
  const root = Int32Array.from(indices, (_, corner) => corner);
  const find = (corner: number) => {
    let at = corner;
    while (root[at] !== at) at = root[at];
    return at;
  };
  const cornerAt = (face: number, vertex: number) => {
    for (let k = 0; k < 3; k++) if (indices[3 * face + k] === vertex) return 3 * face + k;
    return 3 * face;
  };
  const isTorn = new Uint8Array(p.length / 3);
  for (const corners of sides.values()) {
    const [a, b] = [indices[corners[0]], indices[corners[0] % 3 === 2 ? corners[0] - 2 : corners[0] + 1]];
    if (corners.length > 2) isTorn[a] = isTorn[b] = 1;
    if (corners.length !== 2) continue;
    const [one, other] = corners.map(corner => Math.floor(corner / 3));
    for (const vertex of [a, b]) {
      const [x, y] = [find(cornerAt(one, vertex)), find(cornerAt(other, vertex))];
      root[Math.max(x, y)] = Math.min(x, y);
    }
  }
  const positions: number[] = Array.from(p);
  const sheets = new Map<number, { vertex: number; middle: [number, number, number]; corners: number[] }>();
  const kept = Uint32Array.from(indices);
  for (let corner = 0; corner < indices.length; corner++) {
    const vertex = indices[corner];
    if (!isTorn[vertex]) continue;
    const id = find(corner);
    const sheet = sheets.get(id) ?? { vertex, middle: [0, 0, 0], corners: [] };
    sheets.set(id, sheet);
    sheet.corners.push(corner);
    const first = corner - (corner % 3);
    for (let k = 0; k < 3; k++)
      for (let axis = 0; axis < 3; axis++) sheet.middle[axis] += p[3 * indices[first + k] + axis] / 3;
  }
  for (const { vertex, middle, corners } of sheets.values()) {
    const towards = middle.map((sum, axis) => sum / corners.length - p[3 * vertex + axis]);
    const length = Math.hypot(...towards) || 1;
    const copy = positions.length / 3;
    for (let axis = 0; axis < 3; axis++)
      positions.push(p[3 * vertex + axis] + (APART_METERS * towards[axis]) / length);
    for (const corner of corners) kept[corner] = copy;
  }
  return filterTriangles({ positions: Float32Array.from(positions), indices: kept }, () => true);
}
