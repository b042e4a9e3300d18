import type { SurfaceMesh } from './extractSurface.ts';
import { filterTriangles, sidesOf } from './meshTools.ts';
import { removeSlivers } from './removeSlivers.ts';

/** A triangle lower than this over its longest side is a line to the physics: contacts on it point anywhere. */
const SLIVER_METERS = 0.003;
/** What hangs on an edge of two others by so few triangles is a stray face. */
const FIN_TRIANGLES = 2;
/** Nearer vertices are one: sheets that were laid into one plane have theirs in the same places. */
const WELD_METERS = 0.001;

/**
 * Takes out of a mesh what is no surface: two vertices in one place, a triangle twice, a fold of two triangles back to
 * back, slivers, and stray faces that hang on an edge where two others meet.
 */
export function cleanMesh(mesh: SurfaceMesh): SurfaceMesh {
  return withoutFins(withoutFolds(removeSlivers(withoutFolds(weld(mesh)), SLIVER_METERS)));
}

/** One vertex for those within WELD_METERS of each other. */
function weld({ positions: p, indices }: SurfaceMesh): SurfaceMesh {
  const firstIn = new Map<string, number[]>();
  const into = new Uint32Array(p.length / 3);
  const cell = (value: number) => Math.floor(value / (2 * WELD_METERS));
  for (let v = 0; v < into.length; v++) {
    const point = [p[3 * v], p[3 * v + 1], p[3 * v + 2]];
    const [xs, ys, zs] = point.map(value => [
      ...new Set([cell(value - WELD_METERS), cell(value + WELD_METERS)]),
    ]);
    let found = -1;
    for (const x of xs)
      for (const y of ys)
        for (const z of zs)
          for (const other of firstIn.get(`${x},${y},${z}`) ?? [])
            if (
              (found < 0 || other < found) &&
              Math.hypot(point[0] - p[3 * other], point[1] - p[3 * other + 1], point[2] - p[3 * other + 2]) <
                WELD_METERS
            )
              found = other;
    into[v] = found < 0 ? v : found;
    if (found >= 0) continue;
    const key = point.map(cell).join();
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
  const find = (triangle: number) => {
    let at = triangle;
    while (parent[at] !== at) at = parent[at];
    return at;
  };
  for (const corners of sides.values()) {
    if (corners.length !== 2) continue;
    const [a, b] = corners.map(corner => find(Math.floor(corner / 3)));
    parent[Math.max(a, b)] = Math.min(a, b);
  }
  const size = new Uint32Array(parent.length);
  for (let triangle = 0; triangle < parent.length; triangle++) size[find(triangle)]++;
  const isFin = new Uint8Array(parent.length);
  let count = 0;
  for (const corners of sides.values()) {
    if (corners.length < 3) continue;
    const standing = corners
      .map(corner => find(Math.floor(corner / 3)))
      .filter(sheet => !isFin[sheet])
      .sort((a, b) => size[a] - size[b] || b - a);
    for (const sheet of standing.slice(0, standing.length - 2)) {
      if (size[sheet] > FIN_TRIANGLES) break;
      isFin[sheet] = 1;
      count++;
    }
  }
  if (count === 0) return mesh;
  const kept = indices.filter((_, corner) => !isFin[find(Math.floor(corner / 3))]);
  return withoutFins({ positions, indices: kept });
}
