import type { SurfaceMesh } from './extractSurface.ts';
import { filterTriangles, joinSets, rootOf, sidesOf } from './meshTools.ts';
import { removeSlivers } from './removeSlivers.ts';

/** A triangle lower than this over its longest side is a line to the physics: contacts on it point anywhere. */
const SLIVER_METERS = 0.003;
/** What hangs on an edge of two others by so few triangles is a stray face. */
const FIN_TRIANGLES = 2;
/** Nearer vertices are one: sheets that were laid into one plane have theirs in the same places. */
const WELD_METERS = 0.001;
/** Cells of 2 mm along an axis: 131 m to either side; three such numbers make one that a double holds. */
const CELLS = 2 ** 17;

/**
 * Takes out of a mesh what is no surface: two vertices in one place, a triangle twice, a fold of two triangles back to
 * back, slivers, and stray faces that hang on an edge where two others meet.
 */
export function cleanMesh(mesh: SurfaceMesh): SurfaceMesh {
  return withoutFins(withoutFolds(removeSlivers(withoutFolds(weld(mesh)), SLIVER_METERS)));
}

/** One vertex for those within WELD_METERS of each other. */
function weld({ positions: p, indices }: SurfaceMesh): SurfaceMesh {
  const firstIn = new Map<number, number[]>();
  const into = new Uint32Array(p.length / 3);
  const cell = (value: number) => Math.floor(value / (2 * WELD_METERS)) + CELLS / 2;
  for (let v = 0; v < into.length; v++) {
    const [x, y, z] = [p[3 * v], p[3 * v + 1], p[3 * v + 2]];
    let found = -1;
    for (let i = cell(x - WELD_METERS); i <= cell(x + WELD_METERS); i++)
      for (let j = cell(y - WELD_METERS); j <= cell(y + WELD_METERS); j++)
        for (let k = cell(z - WELD_METERS); k <= cell(z + WELD_METERS); k++)
          for (const other of firstIn.get((i * CELLS + j) * CELLS + k) ?? [])
            if (
              (found < 0 || other < found) &&
              Math.hypot(x - p[3 * other], y - p[3 * other + 1], z - p[3 * other + 2]) < WELD_METERS
            )
              found = other;
    into[v] = found < 0 ? v : found;
    if (found >= 0) continue;
    const key = (cell(x) * CELLS + cell(y)) * CELLS + cell(z);
    const own = firstIn.get(key);
    if (own) own.push(v);
    else firstIn.set(key, [v]);
  }
  return { positions: p, indices: indices.map(v => into[v]) };
}

/** Of triangles over the same vertices one stays if they face one way; back to back they enclose nothing, none does. */
function withoutFolds({ positions: p, indices }: SurfaceMesh): SurfaceMesh {
  const count = p.length / 3;
  /** By the two lowest vertices; the highest tells the triangles of a group apart. */
  const groups = new Map<number, number[]>();
  const highest = (i: number) => Math.max(indices[i], indices[i + 1], indices[i + 2]);
  for (let i = 0; i < indices.length; i += 3) {
    const low = Math.min(indices[i], indices[i + 1], indices[i + 2]);
    const key = low * count + (indices[i] + indices[i + 1] + indices[i + 2] - low - highest(i));
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  }
  const turnOf = (i: number) => {
    const low = Math.min(indices[i], indices[i + 1], indices[i + 2]);
    const k = indices[i] === low ? 0 : indices[i + 1] === low ? 1 : 2;
    return indices[i + ((k + 1) % 3)] < indices[i + ((k + 2) % 3)] ? 1 : -1;
  };
  const kept: number[] = [];
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [indices[i], indices[i + 1], indices[i + 2]];
    if (a === b || b === c || c === a) continue;
    const low = Math.min(a, b, c);
    const own = (groups.get(low * count + (a + b + c - low - highest(i))) ?? []).filter(
      k => highest(k) === highest(i),
    );
    const turns = own.reduce((sum, k) => sum + turnOf(k), 0);
    if (i === own.find(k => turnOf(k) * turns > 0)) kept.push(a, b, c);
  }
  return filterTriangles({ positions: p, indices: Uint32Array.from(kept) }, () => true);
}

/**
 * Without sheets of at most FIN_TRIANGLES that hang on an edge of two others, the smallest first. Taking one out can
 * join its neighbours to a larger sheet and leave another hanging: again until none is left.
 */
function withoutFins(mesh: SurfaceMesh): SurfaceMesh {
  const { positions, indices } = mesh;
  const sides = sidesOf(mesh);
  const parent = new Int32Array(indices.length / 3).map((_, triangle) => triangle);
  for (const corners of sides.values())
    if (corners.length === 2) joinSets(parent, Math.floor(corners[0] / 3), Math.floor(corners[1] / 3));
  const size = new Uint32Array(parent.length);
  for (let triangle = 0; triangle < parent.length; triangle++) size[rootOf(parent, triangle)]++;
  const isFin = new Uint8Array(parent.length);
  let count = 0;
  for (const corners of sides.values()) {
    if (corners.length < 3) continue;
    const standing = corners
      .map(corner => rootOf(parent, Math.floor(corner / 3)))
      .filter(sheet => !isFin[sheet])
      .sort((a, b) => size[a] - size[b] || b - a);
    for (const sheet of standing.slice(0, standing.length - 2)) {
      if (size[sheet] > FIN_TRIANGLES) break;
      isFin[sheet] = 1;
      count++;
    }
  }
  if (count === 0) return mesh;
  const kept = indices.filter((_, corner) => !isFin[rootOf(parent, Math.floor(corner / 3))]);
  return withoutFins({ positions, indices: kept });
}
