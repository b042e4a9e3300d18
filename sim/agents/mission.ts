import { Vector3 } from 'yuka';
import { PlaceGrid } from '../geometry/placeGrid.ts';
import type { Navmesh } from '../navmesh/navmesh.ts';
import type { YukaNavmesh } from '../navmesh/yukaNavmesh.ts';
import type { CoverageGrid } from './coverage.ts';
import type { Inspections } from './inspections.ts';
import type { BorderPlace } from './suspiciousPlaces.ts';

/** A cell that this many walks failed to come to is given up. */
const MAX_CELL_FAILURES = 2;
/** Cells nearer than this to another agent's target are left to it, metres. */
const CLAIM_METERS = 2;
/** Turning back costs as much as this many metres: agents sweep on instead of picking crumbs. */
const TURN_METERS = 1.5;

/** Lanes begin this near to the agent and are at most so long, metres: longer ones run into other agents' work. */
const NEAR_METERS = 1.5;
const LANE_METERS = 4;

/** Open cells are looked through in squares of this side, metres. */
const BLOCK_METERS = 4;

/** Who takes a cell on: its number, the component of the navmesh that it is on, and where its feet are. */
interface Claimant {
  index: number;
  component: number;
  feet: readonly [number, number, number];
}

/** What all agents of a run share: where nobody was yet, what is to be inspected, and who has taken what on. */
export class Mission {
  readonly navmesh: Navmesh;
  readonly coverage: CoverageGrid;
  readonly inspections: Inspections;
  /** Where bodies came onto ground that cannot be walked to from the spawns, feet, one place for each piece of it. */
  readonly arrivals: (readonly [number, number, number])[] = [];
  private readonly yukaNavmesh: YukaNavmesh;
  private readonly lookBeyond: (component: number) => readonly BorderPlace[];
  private readonly cellFailures: Uint8Array;
  private readonly cellClaims = new Map<number, number>();
  /** Scratch: where the cells that others have claimed begin in the coverage's list. */
  private readonly claimedByOthers: number[] = [];
  private readonly open = new PlaceGrid<number>(BLOCK_METERS);
  private openCount = 0;
  /** Components of the navmesh with open cells. */
  private readonly openIn = new Set<number>();

  /** @param lookBeyond the border places of a component of the navmesh. */
  constructor(
    navmesh: Navmesh,
    yukaNavmesh: YukaNavmesh,
    coverage: CoverageGrid,
    inspections: Inspections,
    lookBeyond: (component: number) => readonly BorderPlace[],
  ) {
    this.navmesh = navmesh;
    this.yukaNavmesh = yukaNavmesh;
    this.coverage = coverage;
    this.inspections = inspections;
    this.lookBeyond = lookBeyond;
    this.cellFailures = new Uint8Array(coverage.polygon.length);
    this.listFrontier();
  }

  /** Lists the reachable cells that nobody entered. */
  private listFrontier(): void {
    const { cells, polygon } = this.coverage;
    this.open.clear();
    for (let cell = 0; cell < polygon.length; cell++)
      this.open.add(cell, cells[3 * cell], cells[3 * cell + 2]);
    this.refreshFrontier();
  }

  /** Drops from the list what was entered or given up since. */
  refreshFrontier(): void {
    this.openCount = 0;
    this.openIn.clear();
    this.open.keepOnly(this);
  }

  /** Whether a cell is still open; counts it then. Called by the list of them. */
  keeps(cell: number): boolean {
    const { reachable, entered, polygon } = this.coverage;
    if (!reachable[cell] || entered[cell] || this.cellFailures[cell] >= MAX_CELL_FAILURES) return false;
    this.openCount++;
    this.openIn.add(this.navmesh.component[polygon[cell]]);
    return true;
  }

  /**
   * Takes ground on that a body came onto without a way to walk there, as by a drop: it is explored and inspected like
   * any other, and who has nothing left to do comes into the world where that body came to it.
   */
  discover(component: number, feet: readonly [number, number, number]): void {
    this.arrivals.push([...feet]);
    this.coverage.addComponent(component);
    this.inspections.add(this.lookBeyond(component));
    this.listFrontier();
  }

  get frontierSize(): number {
    return this.openCount;
  }

  /** Whether a component has cells that nobody entered. */
  hasFrontier(component: number): boolean {
    return this.openIn.has(component);
  }

  /** Whether anything is left to see or to try on a component. */
  hasWork(component: number): boolean {
    const { inspections } = this;
    return (
      this.hasFrontier(component) ||
      inspections.hasOpen('suspicious', component) ||
      inspections.hasOpen('wall', component)
    );
  }

  /**
   * A cell of the agent's own component that nobody entered or has claimed, near it and rather ahead than behind; −1
   * where there is none.
   */
  claimCell({ index: agent, component, feet }: Claimant, headingX: number, headingZ: number): number {
    const x = feet[0];
    const y = feet[1];
    const z = feet[2];
    const { cells, entered, polygon } = this.coverage;
    const { claimedByOthers } = this;
    claimedByOthers.length = 0;
    this.cellClaims.forEach((claimed, other) => {
      if (other !== agent) claimedByOthers.push(3 * claimed);
    });
    const best = this.open.nearest(x, z, (cell, least) => {
      if (entered[cell] || this.navmesh.component[polygon[cell]] !== component) return Infinity;
      const dx = cells[3 * cell] - x;
      const dz = cells[3 * cell + 2] - z;
      const distance = Math.sqrt(dx * dx + dz * dz);
      let cost = distance + 3 * Math.abs(cells[3 * cell + 1] - y);
      if (cost >= least) return cost;
      const ahead = distance > 0 ? (dx * headingX + dz * headingZ) / distance : 1;
      cost += (TURN_METERS * (1 - ahead)) / 2;
      if (cost >= least) return cost;
      for (let i = 0; i < claimedByOthers.length; i++) {
        const claimed = claimedByOthers[i];
        const apartX = cells[3 * cell] - cells[claimed];
        const apartZ = cells[3 * cell + 2] - cells[claimed + 2];
        const apartSquared = apartX * apartX + apartZ * apartZ;
        if (apartSquared < CLAIM_METERS * CLAIM_METERS) cost += 4 * (CLAIM_METERS - Math.sqrt(apartSquared));
      }
      return cost;
    });
    if (best === undefined) return -1;
    const cell = this.endOfLane(best, x, z);
    this.cellClaims.set(agent, cell);
    return cell;
  }

  /** The last of the open cells of one polygon that lie in line with the way to a cell: a lane is swept in one go. */
  private endOfLane(cell: number, x: number, z: number): number {
    const { cells, polygon, entered, cellMeters } = this.coverage;
    const dx = cells[3 * cell] - x;
    const dz = cells[3 * cell + 2] - z;
    const distance = Math.sqrt(dx * dx + dz * dz);
    if (distance < cellMeters / 2 || distance > NEAR_METERS) return cell;
    let end = cell;
    for (let reach = cellMeters; reach <= LANE_METERS; reach += cellMeters) {
      const next = this.coverage.cellAt(
        cells[3 * cell] + (dx / distance) * reach,
        cells[3 * end + 1],
        cells[3 * cell + 2] + (dz / distance) * reach,
      );
      if (next < 0 || entered[next] || polygon[next] !== polygon[cell]) break;
      if (this.cellFailures[next] > 0) break;
      end = next;
    }
    return end;
  }

  releaseCell(agent: number, reached: boolean): void {
    const cell = this.cellClaims.get(agent);
    this.cellClaims.delete(agent);
    if (cell !== undefined && !reached && this.cellFailures[cell] < 255) this.cellFailures[cell]++;
  }

  /**
   * Way points from feet to feet, heights kept; empty where no path is found.
   * @param fromPolygon that the feet are on, −1 where that is not known; toPolygon likewise.
   */
  findPath(
    from: readonly number[],
    fromPolygon: number,
    to: readonly number[],
    toPolygon: number,
  ): Vector3[] {
    const start = new Vector3(from[0], from[1], from[2]);
    const end = new Vector3(to[0], to[1], to[2]);
    // Polygons are convex: within one the straight way is free.
    if (fromPolygon >= 0 && fromPolygon === toPolygon) return [start, end];
    return this.yukaNavmesh.findPathBetween(start, fromPolygon, end, toPolygon);
  }

  /** The nearest cell that the agents can come to, straight; −1 where there is none. */
  nearestReachableCell(x: number, y: number, z: number): number {
    const { cells, reachable } = this.coverage;
    let best = -1;
    let bestDistance = Infinity;
    for (let cell = 0; cell < reachable.length; cell++) {
      if (!reachable[cell]) continue;
      const distance = Math.hypot(
        cells[3 * cell] - x,
        2 * (cells[3 * cell + 1] - y),
        cells[3 * cell + 2] - z,
      );
      if (distance < bestDistance) {
        bestDistance = distance;
        best = cell;
      }
    }
    return best;
  }
}
