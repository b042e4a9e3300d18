import { createTraceReader } from '../../sim/browser/createTraceReader.ts';
import {
  type AgentPose,
  TRACE_FRAME_STEPS,
  type TraceHeader,
  type TraceReader,
} from '../../sim/browser/trace.ts';

/** What can say where agents were: a whole trace, or the parts of one that a spectator holds. */
export type PoseSource = Pick<TraceReader, 'header' | 'firstStep' | 'lastStep' | 'poseAt'>;

/** Part of a run that is held without a gap, steps, both included. */
export interface HeldRange {
  first: number;
  last: number;
}

/** Steps of a gap that agents glide over: more than a thinned spectator waits for a keyframe, which is 120. */
const GLIDE_STEPS = 180;

/**
 * What a spectator holds of a run's trace, and where it has gaps. Joining again after a lost connection adds what is
 * new; the run's file replaces everything once it holds more.
 */
export class HeldTrace implements PoseSource {
  #reader = createTraceReader();
  #ranges: HeldRange[] = [];

  get header(): TraceHeader | undefined {
    return this.#reader.header;
  }

  get firstStep(): number {
    return this.#reader.firstStep;
  }

  get lastStep(): number {
    return this.#reader.lastStep;
  }

  get frameCount(): number {
    return this.#reader.frameCount;
  }

  /** Parts without gaps, in order; empty before the first frame. */
  get ranges(): readonly HeldRange[] {
    return this.#ranges;
  }

  /**
   * Packets as the stream brings them, or as it answers to joining it; what is held already is skipped.
   * @throws RangeError for bytes that are no trace.
   */
  push(bytes: Uint8Array): void {
    const before = this.#reader.frameCount;
    try {
      this.#reader.push(bytes);
    } finally {
      const added = this.#reader.frameCount - before;
      // A gap lies before what was pushed, never within: after one the stream goes on with a keyframe.
      if (added > 0) this.#grow(this.lastStep - (added - 1) * TRACE_FRAME_STEPS, this.lastStep);
    }
  }

  /** A whole trace in place of the parts. @throws RangeError for bytes that are no trace; the parts stay then. */
  replace(bytes: Uint8Array): void {
    const reader = createTraceReader();
    reader.push(bytes);
    this.#reader = reader;
    this.#ranges = reader.frameCount > 0 ? [{ first: reader.firstStep, last: reader.lastStep }] : [];
  }

  /** As a reader's, but over a long gap agents stay where they were last seen. */
  poseAt(step: number, agent: number, result: AgentPose): boolean {
    for (let i = this.#ranges.length - 1; i > 0; i--) {
      const before = this.#ranges[i - 1].last;
      if (step <= before) continue;
      const after = this.#ranges[i].first;
      if (step < after && after - before > GLIDE_STEPS) return this.#reader.poseAt(before, agent, result);
      break;
    }
    return this.#reader.poseAt(step, agent, result);
  }

  #grow(first: number, last: number): void {
    const range = this.#ranges.at(-1);
    if (range && first - range.last <= TRACE_FRAME_STEPS) range.last = last;
    else this.#ranges.push({ first: Math.max(first, this.firstStep), last });
  }
}
