import type { Finding } from '../types.ts';

/** Agents that meet the same defect do so within this, metres: a doorway, the side of a hole. */
const SAME_DEFECT_METERS = 2;

/** Keeps an observer from being told of one defect by every agent that meets it. */
export class PreliminaryFindings {
  private readonly told: Finding[];

  constructor(known: readonly Finding[]) {
    this.told = [...known];
  }

  /** True for the first of its type in a place. */
  isNew(finding: Finding): boolean {
    const { type, severity, position } = finding;
    const known = this.told.some(
      other =>
        other.type === type &&
        // The rim of an open world is one finding wherever it is met.
        (severity === 'info' ||
          Math.hypot(...other.position.map((value, axis) => value - position[axis])) < SAME_DEFECT_METERS),
    );
    if (!known) this.told.push(finding);
    return !known;
  }
}
