import type { Random } from '../../../engine/random.ts';
import type { FloorCell, FloorMap } from './floorMap.ts';

/** A place that all who go from one part of the floor to the other pass. */
export interface NarrowPlace {
  cell: FloorCell;
  /** Unit, along the way. */
  dx: number;
  dz: number;
  /** Free width to either side of the cell, metres: left of the way and right of it. */
  left: number;
  right: number;
  /** The smaller part of the floor that lies behind. */
  behind: FloorCell[];
}

/** What is cut off has to be worth going to. */
const LEAST_BEHIND_SQUARE_METERS = 7;
const CELL_AREA = 0.04;

/** A seeded search over both grid directions. @param mostWidth metres between the walls. */
export function findNarrowPlace(floor: FloorMap, random: Random, mostWidth: number): NarrowPlace | undefined {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (floor.cells.length === 0) return undefined;
    const cell = random.pick(floor.cells);
    const [dx, dz] = random.pick([
      [1, 0],
      [0, 1],
    ] as const);
    const side = (sign: number) =>
      Math.min(
        ...[0.45, 1, 1.6].map(height =>
          floor.wallDistance(cell.x, cell.y + height, cell.z, -dz * sign, dx * sign, mostWidth),
        ),
      );
    const left = side(1);
    const right = side(-1);
    if (left + right > mostWidth || left + right < 0.85) continue;
    const parts = floor
      .split(({ x, z, y }) => {
        const along = (x - cell.x) * dx + (z - cell.z) * dz;
        const across = -(x - cell.x) * dz + (z - cell.z) * dx;
        return (
          Math.abs(along) < 0.6 && across < left + 0.1 && across > -right - 0.1 && Math.abs(y - cell.y) < 1
        );
      })
      .filter(part => part.length * CELL_AREA >= LEAST_BEHIND_SQUARE_METERS);
    if (parts.length < 2) continue;
    return { cell, dx, dz, left, right, behind: parts[1] };
  }
  return undefined;
}
