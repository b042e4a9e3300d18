import { Vector3 } from 'yuka';
import type { Navmesh } from '../navmesh/navmesh.ts';
import type { YukaNavmesh } from '../navmesh/yukaNavmesh.ts';
import type { CoverageGrid } from './coverage.ts';
import type { Inspections } from './inspections.ts';

/** A cell that this many walks failed to come to is given up. */
const MAX_CELL_FAILURES = 2;
/** Cells nearer than this to another agent's target are left to it, metres. */
const CLAIM_METERS = 2;
/** Turning back costs as much as this many metres: agents sweep on instead of picking crumbs. */
const TURN_METERS = 1.5;

/** Open cells are looked through in squares of this side, metres. */
const BLOCK_METERS = 4;

interface Block {
  /** Middle, metres. */
  x: number;
  z: number;
  cells: number[];
}

/** What all agents of a run share: where nobody was yet, what is to be inspected, and who has taken what on. */
export class Mission {
  readonly navmesh: Navmesh;
  readonly coverage: CoverageGrid;
  readonly inspections: Inspections;
  private readonly yukaNavmesh: YukaNavmesh;
  private readonly cellFailures: Uint8Array;
  private readonly cellClaims = new Map<number, number>();
  private openCount = 0;
  private blocks: Block[] = [];

  constructor(navmesh: Navmesh, yukaNavmesh: YukaNavmesh, coverage: CoverageGrid, inspections: Inspections) {
    this.navmesh = navmesh;
    this.yukaNavmesh = yukaNavmesh;
    this.coverage = coverage;
    this.inspections = inspections;
    this.cellFailures = new Uint8Array(coverage.polygon.length);
    this.refreshFrontier();
  }

  /** Lists again the reachable cells that nobody entered, block by block. */
  refreshFrontier(): void {
    const { coverage } = this;
    const blocks = new Map<number, Block>();
    this.openCount = 0;
    for (let cell = 0; cell < coverage.polygon.length; cell++) {
      if (!coverage.reachable[cell] || coverage.entered[cell] || this.cellFailures[cell] >= MAX_CELL_FAILURES)
        continue;
      const bx = Math.floor(coverage.cells[3 * cell] / BLOCK_METERS);
      const bz = Math.floor(coverage.cells[3 * cell + 2] / BLOCK_METERS);
      const key = (bx + 0x80000) * 0x100000 + (bz + 0x80000);
      const block = blocks.get(key);
      if (block) block.cells.push(cell);
      else blocks.set(key, { x: (bx + 0.5) * BLOCK_METERS, z: (bz + 0.5) * BLOCK_METERS, cells: [cell] });
      this.openCount++;
    }
    this.blocks = [...blocks.values()];
  }

  get frontierSize(): number {
    return this.openCount;
  }

  /** A cell nobody entered or has claimed, near the agent and rather ahead than behind; −1 where there is none. */
  claimCell(agent: number, x: number, y: number, z: number, headingX: number, headingZ: number): number {
    const { cells, entered } = this.coverage;
    const others = [...this.cellClaims]
      .filter(([other]) => other !== agent)
      .map(([, claimed]) => 3 * claimed);
    let best = -1;
    let bestCost = Infinity;
    // Near blocks first: most others then cost more than what was found, by their distance alone.
    const { blocks } = this;
    const nearest = nearestBlock(blocks, x, z);
    for (let i = -1; i < blocks.length; i++) {
      const block = blocks[i < 0 ? nearest : i];
      if (!block || i === nearest) continue;
      const outside = Math.hypot(
        Math.max(0, Math.abs(block.x - x) - BLOCK_METERS / 2),
        Math.max(0, Math.abs(block.z - z) - BLOCK_METERS / 2),
      );
      if (outside >= bestCost) continue;
      for (const cell of block.cells) {
        if (entered[cell]) continue;
        const dx = cells[3 * cell] - x;
        const dz = cells[3 * cell + 2] - z;
        const distance = Math.hypot(dx, dz);
        let cost = distance + 3 * Math.abs(cells[3 * cell + 1] - y);
        if (cost >= bestCost) continue;
        const ahead = distance > 0 ? (dx * headingX + dz * headingZ) / distance : 1;
        cost += (TURN_METERS * (1 - ahead)) / 2;
        for (const claimed of others) {
          const apart = Math.hypot(
            cells[3 * cell] - cells[claimed],
            cells[3 * cell + 2] - cells[claimed + 2],
          );
          if (apart < CLAIM_METERS) cost += 4 * (CLAIM_METERS - apart);
        }
        if (cost < bestCost) {
          bestCost = cost;
          best = cell;
        }
      }
    }
    if (best >= 0) this.cellClaims.set(agent, best);
    return best;
  }

  releaseCell(agent: number, reached: boolean): void {
    const cell = this.cellClaims.get(agent);
    this.cellClaims.delete(agent);
    if (cell !== undefined && !reached && this.cellFailures[cell] < 255) this.cellFailures[cell]++;
  }

  /** Way points from feet to feet, heights kept; empty where no path is found. */
  findPath(from: readonly number[], to: readonly number[]): Vector3[] {
    return this.yukaNavmesh.findPath(
      new Vector3(from[0], from[1], from[2]),
      new Vector3(to[0], to[1], to[2]),
    );
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

/** Index of the block whose middle is nearest, −1 for none. */
function nearestBlock(blocks: readonly Block[], x: number, z: number): number {
  let best = -1;
  let bestDistance = Infinity;
  blocks.forEach((block, i) => {
    const distance = Math.hypot(block.x - x, block.z - z);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = i;
    }
  });
  return best;
}
