import type { SurfaceMesh } from './extractSurface.ts';
import { areaVector, filterTriangles } from './meshTools.ts';

/** Surface with gaps up to about twice this hangs together: things whose foot was not seen stay. */
const CLUSTER_METERS = 0.4;
/** What stands apart has to fill this solid angle before the nearest camera: a chair at three metres does. */
const LEAST_STERADIANS = 0.04;
/** A step down; what is seen deeper than this through a shiny floor or a gap … */
const BELOW_FLOOR_METERS = 0.25;
/** … is a place of its own only from this area on. */
const SUBSTANTIAL_SQUARE_METERS = 4;
/** Cameras of the path that are tried for the nearest. */
const CAMERAS = 12;

/**
 * Removes what stands apart from the place: specks seen through windows, reflections beneath a shiny floor. A walk
 * of a few metres cannot measure them, and they would stretch the world's bounds.
 * @param mesh metric frame, floor at y = 0.
 * @param path camera positions xyz, metres.
 * @returns the mesh without them and how many clusters went.
 */
export function removeFragments(
  mesh: SurfaceMesh,
  path: readonly (readonly [number, number, number])[],
): { mesh: SurfaceMesh; removed: number } {
  const p = mesh.positions;
  const isDeep = (a: number, b: number, c: number) =>
    Math.max(p[3 * a + 1], p[3 * b + 1], p[3 * c + 1]) < -BELOW_FLOOR_METERS;
  const isSubstantial = (cells: readonly Cell[]) => seenArea(cells) >= SUBSTANTIAL_SQUARE_METERS;
  const withoutDeep = keepClusters(mesh, isDeep, clusters => clusters.filter(isSubstantial));

  const step = Math.max(1, Math.ceil(path.length / CAMERAS));
  const eyes = path.filter((_, i) => i % step === 0);
  const isPlace = (cells: readonly Cell[]) => eyes.some(eye => solidAngle(cells, eye) >= LEAST_STERADIANS);
  const place = keepClusters(
    withoutDeep.mesh,
    () => true,
    clusters => {
      const areas = clusters.map(seenArea);
      const largest = areas.indexOf(Math.max(...areas));
      return clusters.filter((cells, i) => i === largest || isPlace(cells));
    },
  );
  return { mesh: place.mesh, removed: withoutDeep.removed + place.removed };
}

/** What lies in one cell of the coarse grid. */
interface Cell {
  key: number;
  /** Sum of the triangles' area vectors: the folds of a noisy surface cancel. */
  area: [number, number, number];
  /** Sum of the triangles' centres, and how many there are. */
  sum: [number, number, number];
  count: number;
}

/** Square metres, folds apart. */
function seenArea(cells: readonly Cell[]): number {
  return cells.reduce((sum, { area }) => sum + Math.hypot(...area) / 2, 0);
}

/** Steradians that the cells' surface fills before an eye, occlusion apart; a streak along the sight fills none. */
function solidAngle(cells: readonly Cell[], eye: readonly [number, number, number]): number {
  let total = 0;
  for (const { area, sum, count } of cells) {
    const d = [0, 1, 2].map(k => sum[k] / count - eye[k]);
    const distance = Math.max(0.1, Math.hypot(...d));
    total += Math.abs(area[0] * d[0] + area[1] * d[1] + area[2] * d[2]) / 2 / distance ** 3;
  }
  return total;
}

/**
 * Clusters are the triangles whose cells of a coarse grid touch, corners included.
 * @param within which triangles are clustered; the others stay as they are.
 * @param keep gives the clusters that stay.
 */
function keepClusters(
  mesh: SurfaceMesh,
  within: (a: number, b: number, c: number) => boolean,
  keep: (clusters: Cell[][]) => Cell[][],
): { mesh: SurfaceMesh; removed: number } {
  const { positions: p, indices } = mesh;
  const cellOf = (a: number, b: number, c: number): number => {
    const at = (axis: number) =>
      Math.floor((p[3 * a + axis] + p[3 * b + axis] + p[3 * c + axis]) / (3 * CLUSTER_METERS)) + 4096;
    return (at(0) * 8192 + at(1)) * 8192 + at(2);
  };
  const cells = new Map<number, Cell>();
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [indices[i], indices[i + 1], indices[i + 2]];
    if (!within(a, b, c)) continue;
    const key = cellOf(a, b, c);
    let cell = cells.get(key);
    if (!cell) {
      cell = { key, area: [0, 0, 0], sum: [0, 0, 0], count: 0 };
      cells.set(key, cell);
    }
    const n = areaVector(p, a, b, c);
    for (let k = 0; k < 3; k++) {
      cell.area[k] += n[k];
      cell.sum[k] += (p[3 * a + k] + p[3 * b + k] + p[3 * c + k]) / 3;
    }
    cell.count++;
  }
  const reached = new Set<number>();
  const clusters: Cell[][] = [];
  for (const start of cells.values()) {
    if (reached.has(start.key)) continue;
    reached.add(start.key);
    const cluster = [start];
    clusters.push(cluster);
    for (const { key } of cluster)
      for (let dx = -1; dx <= 1; dx++)
        for (let dy = -1; dy <= 1; dy++)
          for (let dz = -1; dz <= 1; dz++) {
            const next = cells.get(key + (dx * 8192 + dy) * 8192 + dz);
            if (!next || reached.has(next.key)) continue;
            reached.add(next.key);
            cluster.push(next);
          }
  }
  const kept = keep(clusters);
  const keys = new Set(kept.flatMap(cluster => cluster.map(({ key }) => key)));
  const remaining = filterTriangles(mesh, (a, b, c) => !within(a, b, c) || keys.has(cellOf(a, b, c)));
  return { mesh: remaining, removed: clusters.length - kept.length };
}
