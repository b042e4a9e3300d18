import type { WorldModel } from '../../engine/world/worldModel.ts';
import { collectTriangles } from '../../sim/geometry/worldTriangles.ts';
import type { ExplorationView } from '../../sim/observe/runObserver.ts';

/** Samples of the authored mesh lie so far apart, metres. */
const SPACING_METERS = 0.1;
/** Our navmesh keeps the body, 0.35 m, and a cell or two off walls, where the authored one may go nearer, metres. */
const REACH_METERS = 0.5;
/** Its surface floats over the floor and cuts across steps, metres. */
const HEIGHT_METERS = 0.8;

/**
 * Share of an authored walkable mesh that agents entered, and the share that the run calls unreachable: walkable
 * components that no agent could come to. Seen from above, by area.
 */
export function walkableOverlap(
  authored: WorldModel,
  { navmesh, coverage, reachable }: ExplorationView,
): { entered: number; unreachable: number } {
  const { positions, indices } = collectTriangles(authored);
  let samples = 0;
  let entered = 0;
  let unreachable = 0;
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map(k => 3 * (indices[t + k] as number)) as [number, number, number];
    const value = (corner: number, axis: number) => positions[corner + axis] as number;
    const side = Math.max(
      ...[
        [a, b],
        [b, c],
        [c, a],
      ].map(([p, q]) => Math.hypot(value(p, 0) - value(q, 0), value(p, 2) - value(q, 2))),
    );
    const area = Math.abs(
      ((value(b, 0) - value(a, 0)) * (value(c, 2) - value(a, 2)) -
        (value(c, 0) - value(a, 0)) * (value(b, 2) - value(a, 2))) /
        2,
    );
    const rows = Math.max(1, Math.ceil(side / SPACING_METERS));
    // Middles of rows² equal triangles, so that each stands for the same share of the area.
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < 2 * (rows - i) - 1; j++) {
        const odd = j % 2;
        const u = (i + (odd ? 2 : 1) / 3) / rows;
        const v = (Math.floor(j / 2) + (odd ? 2 : 1) / 3) / rows;
        const [x, y, z] = [0, 1, 2].map(
          axis => value(a, axis) * (1 - u - v) + value(b, axis) * u + value(c, axis) * v,
        ) as [number, number, number];
        const weight = area / rows ** 2;
        samples += weight;
        if (isEntered(x, y, z)) entered += weight;
        else {
          const polygon = navmesh.locate(x, y, z, REACH_METERS, HEIGHT_METERS);
          if (polygon >= 0 && !reachable.has(navmesh.component[polygon] as number)) unreachable += weight;
        }
      }
  }
  return { entered: entered / samples, unreachable: unreachable / samples };

  /** The same nearness as of what is unreachable: a cell that was entered comes within REACH_METERS, in any direction. */
  function isEntered(x: number, y: number, z: number): boolean {
    const size = coverage.cellMeters;
    const last = (value: number) => Math.floor((value + REACH_METERS) / size);
    for (let ix = Math.floor((x - REACH_METERS) / size); ix <= last(x); ix++)
      for (let iz = Math.floor((z - REACH_METERS) / size); iz <= last(z); iz++) {
        const [middleX, middleZ] = [(ix + 0.5) * size, (iz + 0.5) * size];
        const cell = coverage.cellAt(middleX, y, middleZ);
        if (cell < 0 || !coverage.entered[cell]) continue;
        const outside = Math.hypot(
          Math.max(0, Math.abs(middleX - x) - size / 2),
          Math.max(0, Math.abs(middleZ - z) - size / 2),
        );
        if (outside > REACH_METERS) continue;
        if (Math.abs((coverage.cells[3 * cell + 1] as number) - y) <= HEIGHT_METERS) return true;
      }
    return false;
  }
}
