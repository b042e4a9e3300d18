import type { Body } from '../body.ts';
import { TURN_UPRIGHT, type UpAxis } from '../detectors/badUp.ts';
import type { WorldTriangles } from '../geometry/worldTriangles.ts';
import type { NavmeshJob } from './navmeshJob.ts';

/** A third of the body's radius: doorways come out up to 10 cm narrower, so that one of 0.8 m is open to a body of 0.7 m. */
const CELL_METERS = 0.1;
/** Steps are told from walls at this height resolution. */
const CELL_HEIGHT_METERS = 0.05;
/** 100 × 100 m at 10 cm, 1.3 s on one core where all of it is open; larger worlds get larger cells. */
const FINE_CELLS = 1e6;
/** Grid lines across the world when only the rough walkable area is asked for. */
const COARSE_CELLS = 250;

/** The navmesh that agents walk: as fine as the grid allows for a world of this size. */
export function fineJob(triangles: WorldTriangles, body: Body): NavmeshJob {
  const { min, max } = triangles;
  const fitting = Math.sqrt(((max[0] - min[0]) * (max[2] - min[2])) / FINE_CELLS);
  const cellSize = Math.max(CELL_METERS * body.scale, fitting);
  const cellHeight = Math.max(CELL_HEIGHT_METERS * body.scale, cellSize / 4);
  const size = [max[0] - min[0], max[2] - min[2]] as const;
  return job(new Float32Array(triangles.positions), triangles.indices, size, body, cellSize, cellHeight);
}

/** A rough navmesh of the world turned so that another axis is up, to compare walkable areas. */
export function coarseJob(triangles: WorldTriangles, body: Body, axis: UpAxis): NavmeshJob {
  const rows = TURN_UPRIGHT[axis];
  const positions = new Float32Array(triangles.positions.length);
  for (let i = 0; i < positions.length; i += 3)
    for (let row = 0; row < 3; row++)
      positions[i + row] =
        rows[row][0] * triangles.positions[i] +
        rows[row][1] * triangles.positions[i + 1] +
        rows[row][2] * triangles.positions[i + 2];
  const sides = triangles.max.map((value, k) => value - triangles.min[k]);
  const longest = Math.max(...sides);
  const sideAlong = (row: readonly number[]) =>
    row.reduce((sum, factor, k) => sum + Math.abs(factor) * sides[k], 0);
  const size = [sideAlong(rows[0]), sideAlong(rows[2])] as const;
  const cellSize = Math.max(CELL_METERS, longest / COARSE_CELLS);
  return job(positions, triangles.indices, size, body, cellSize, Math.max(CELL_HEIGHT_METERS, cellSize / 4));
}

function job(
  positions: Float32Array,
  indices: Uint32Array,
  size: NavmeshJob['size'],
  body: Body,
  cellSize: number,
  cellHeight: number,
): NavmeshJob {
  return {
    positions,
    indices,
    size,
    cellSize,
    cellHeight,
    bodyRadius: body.radius,
    bodyHeight: body.height,
    stepHeight: body.stepHeight,
    maxSlopeRadians: body.maxSlopeRadians,
  };
}
