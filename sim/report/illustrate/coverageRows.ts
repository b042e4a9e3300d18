import type { CoverageGrid } from '../../agents/coverage.ts';
import type { CellRow } from './illustration.ts';

/** A grid's cells as rows along +X, those entered and those not: a tenth of the data. Storeys lie over one another. */
export function coverageRows(grid: CoverageGrid): { entered: CellRow[]; missed: CellRow[] } {
  const size = grid.cellMeters;
  const entered = new Set<string>();
  const missed = new Set<string>();
  for (let cell = 0; cell < grid.entered.length; cell++) {
    const key = `${Math.floor(grid.cells[3 * cell + 2] / size)},${Math.floor(grid.cells[3 * cell] / size)}`;
    if (grid.entered[cell]) entered.add(key);
    else if (grid.reachable[cell]) missed.add(key);
  }
  // A place that was missed on one storey shows, whatever happened above or below it.
  for (const key of missed) entered.delete(key);
  return { entered: joinRows(entered, size), missed: joinRows(missed, size) };
}

function joinRows(keys: ReadonlySet<string>, size: number): CellRow[] {
  const places = [...keys].map(key => key.split(',').map(Number));
  places.sort(([za = 0, xa = 0], [zb = 0, xb = 0]) => za - zb || xa - xb);
  const rows: CellRow[] = [];
  let last: { z: number; end: number; row: CellRow } | undefined;
  for (const [z = 0, x = 0] of places) {
    if (last && last.z === z && last.end === x) {
      last.row[2]++;
      last.end++;
      continue;
    }
    const row: CellRow = [tidy(x * size), tidy(z * size), 1];
    rows.push(row);
    last = { z, end: x + 1, row };
  }
  return rows;
}

function tidy(meters: number): number {
  return Math.round(meters * 1000) / 1000;
}
