import { type AgentPose, TRACE_FRAME_STEPS } from '../../sim/browser/trace.ts';
import type { PoseSource } from './heldTrace.ts';
import { STEPS_PER_SECOND } from './playHead.ts';

/** Side of the squares that are counted, metres: a person's width and a half. */
const CELL_METERS = 0.5;
/** Storeys are told apart by this height, metres. */
const STOREY_METERS = 2;
/** Steps between two looks: at a run of 4 m/s two squares are crossed meanwhile, and others cross them too. */
const LOOK_STEPS = 5 * TRACE_FRAME_STEPS;
/** Looks at a time, 10 simulated seconds: an hour with 256 agents takes seconds, and the page is not to stand still. */
const LOOKS_AT_ONCE = 40;

/** How much ground agents had stood on by when. */
export interface ExploredPoint {
  seconds: number;
  /** m², of squares that were entered. */
  area: number;
}

/**
 * Counts the ground that agents were on, as the trace shows it: squares of half a metre. It is not the report's
 * coverage, which knows the navmesh, but it grows with it and is known while the run goes. Call `extend` when the
 * trace grew, and again while it gives true; it looks only at what is new.
 */
export class ExploredCurve {
  /** In order; a point wherever the area grew, and one at the last look. */
  readonly points: ExploredPoint[] = [];
  readonly #cells = new Set<string>();
  readonly #pose: AgentPose = { x: 0, y: 0, z: 0, yaw: 0, state: 'walking', teleported: false };
  #nextStep = 0;

  get area(): number {
    return this.#cells.size * CELL_METERS ** 2;
  }

  /** Gives true while there is more to look at. */
  extend(source: PoseSource): boolean {
    const agents = source.header?.agents ?? 0;
    if (agents === 0) return false;
    if (this.#nextStep < source.firstStep) this.#nextStep = source.firstStep;
    for (let looks = 0; this.#nextStep <= source.lastStep; this.#nextStep += LOOK_STEPS) {
      if (looks++ === LOOKS_AT_ONCE) return true;
      for (let agent = 0; agent < agents; agent++) {
        if (!source.poseAt(this.#nextStep, agent, this.#pose) || this.#pose.state === 'airborne') continue;
        const { x, y, z } = this.#pose;
        this.#cells.add(
          `${Math.floor(x / CELL_METERS)},${Math.round(y / STOREY_METERS)},${Math.floor(z / CELL_METERS)}`,
        );
      }
      const seconds = this.#nextStep / STEPS_PER_SECOND;
      const last = this.points.at(-1);
      // Where it stays level only the end of the level stretch moves.
      if (last && last.area === this.area && this.points.at(-2)?.area === this.area) last.seconds = seconds;
      else this.points.push({ seconds, area: this.area });
    }
    return false;
  }

  /** A whole trace took the place of parts: counted anew. */
  restart(): void {
    this.points.length = 0;
    this.#cells.clear();
    this.#nextStep = 0;
  }
}
