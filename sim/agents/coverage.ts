import type { Navmesh } from '../navmesh/navmesh.ts';
import type { Coverage } from '../types.ts';
import { ColumnTable } from './columnTable.ts';

/** A body enters a cell when its feet are within this height of it, metres: storeys are further apart. */
const STOREY_TOLERANCE_METERS = 0.9;
/** Finer than a step for rooms, so that a skipped corner shows; coarser only to bound the count. */
const MIN_CELL_METERS = 0.25;
const MAX_CELLS = 12_000;

/**
 * Which parts of the walkable surface bodies have stood on: square cells laid over the navmesh's polygons,
 * several above one another where there are storeys.
 */
export class CoverageGrid {
  readonly cellMeters: number;
  /** xyz of each cell's middle, metres. */
  readonly cells: Float64Array;
  readonly polygon: Int32Array;
  readonly entered: Uint8Array;
  /** 1 for cells of components that the agents can come to; only those count. */
  readonly reachable: Uint8Array;
  enteredCount = 0;
  reachableCount = 0;
  /** The first cell of each column, and by cell the next one in its column, −1 for none. */
  private readonly columns = new ColumnTable();
  private readonly next: Int32Array;
  private readonly navmesh: Navmesh;

  constructor(navmesh: Navmesh, consideredArea: number) {
    this.navmesh = navmesh;
    this.cellMeters = Math.max(MIN_CELL_METERS, Math.sqrt(consideredArea / MAX_CELLS));
    const size = this.cellMeters;
    const cells: number[] = [];
    const owners: number[] = [];
    const next: number[] = [];
    const { starts, corners, vertices } = navmesh.polygons;
    for (let polygon = 0; polygon < navmesh.polygonCount; polygon++) {
      let minX = Infinity;
      let maxX = -Infinity;
      let minZ = Infinity;
      let maxZ = -Infinity;
      for (let corner = starts[polygon]; corner < starts[polygon + 1]; corner++) {
        minX = Math.min(minX, vertices[3 * corners[corner]]);
        maxX = Math.max(maxX, vertices[3 * corners[corner]]);
        minZ = Math.min(minZ, vertices[3 * corners[corner] + 2]);
        maxZ = Math.max(maxZ, vertices[3 * corners[corner] + 2]);
      }
      for (let ix = Math.floor(minX / size); ix <= Math.floor(maxX / size); ix++)
        for (let iz = Math.floor(minZ / size); iz <= Math.floor(maxZ / size); iz++) {
          const x = (ix + 0.5) * size;
          const z = (iz + 0.5) * size;
          // A middle on a shared edge belongs to the polygon that is looked at first.
          if (!navmesh.contains(polygon, x, z)) continue;
          const y = navmesh.heightAt(polygon, x, z);
          let last = -1;
          let isThere = false;
          for (let cell = this.columns.get(ix, iz); cell >= 0; cell = next[cell]) {
            last = cell;
            if (Math.abs(cells[3 * cell + 1] - y) < 0.05) isThere = true;
          }
          if (isThere) continue;
          if (last >= 0) next[last] = owners.length;
          else this.columns.set(ix, iz, owners.length);
          next.push(-1);
          owners.push(polygon);
          cells.push(x, y, z);
        }
    }
    this.cells = Float64Array.from(cells);
    this.polygon = Int32Array.from(owners);
    this.next = Int32Array.from(next);
    this.entered = new Uint8Array(owners.length);
    this.reachable = new Uint8Array(owners.length);
  }

  /** Counts a component's cells from now on. */
  addComponent(component: number): void {
    for (let cell = 0; cell < this.polygon.length; cell++)
      if (!this.reachable[cell] && this.navmesh.component[this.polygon[cell]] === component) {
        this.reachable[cell] = 1;
        this.reachableCount++;
        if (this.entered[cell]) this.enteredCount++;
      }
  }

  /** The cell around a place at about this height, −1 where there is none. */
  cellAt(x: number, y: number, z: number): number {
    let cell = this.columns.get(Math.floor(x / this.cellMeters), Math.floor(z / this.cellMeters));
    for (; cell >= 0; cell = this.next[cell])
      if (Math.abs(this.cells[3 * cell + 1] - y) <= STOREY_TOLERANCE_METERS) return cell;
    return -1;
  }

  /** Marks the cells under a body whose feet are here; gives how many were new. */
  enter(x: number, y: number, z: number, bodyRadius: number): number {
    const size = this.cellMeters;
    let added = 0;
    for (let ix = Math.floor((x - bodyRadius) / size); ix <= Math.floor((x + bodyRadius) / size); ix++)
      for (let iz = Math.floor((z - bodyRadius) / size); iz <= Math.floor((z + bodyRadius) / size); iz++)
        for (let cell = this.columns.get(ix, iz); cell >= 0; cell = this.next[cell]) {
          if (this.entered[cell] || Math.abs(this.cells[3 * cell + 1] - y) > STOREY_TOLERANCE_METERS)
            continue;
          const dx = this.cells[3 * cell] - x;
          const dz = this.cells[3 * cell + 2] - z;
          const inside = Math.abs(dx) <= size / 2 && Math.abs(dz) <= size / 2;
          if (!inside && dx * dx + dz * dz > bodyRadius * bodyRadius) continue;
          this.entered[cell] = 1;
          if (!this.reachable[cell]) continue;
          this.enteredCount++;
          added++;
        }
    return added;
  }

  result(reachableArea: number): Coverage {
    const ratio = this.reachableCount > 0 ? this.enteredCount / this.reachableCount : 0;
    return { reachableArea, enteredArea: ratio * reachableArea, ratio };
  }
}
