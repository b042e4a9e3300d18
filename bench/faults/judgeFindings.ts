import type { WorldFault } from '../../scenes/faults/worlds/worldFault.ts';
import type { Point, Violation } from '../../sim/types.ts';

/** A finding counts where it is within this of the fault or of its extent, metres. */
const MATCH_METERS = 0.5;
/** A finding of a sound world is the same in its faulted twin within this, metres. */
const SAME_METERS = 0.5;
/** What else is wrong this near a fault follows from it, metres. */
const CONSEQUENCE_METERS = 1;

export interface Judged {
  /** The fault's finding. */
  found: Violation | undefined;
  /** More findings of the fault's type at its place: one defect gives one. */
  repeated: Violation[];
  /** Findings of other types at its place. */
  consequences: Violation[];
  /** Findings that neither the fault nor the sound twin explains. */
  wrong: Violation[];
}

export function judgeFindings(
  fault: WorldFault,
  violations: readonly Violation[],
  ofTwin: readonly Violation[],
): Judged {
  const judged: Judged = { found: undefined, repeated: [], consequences: [], wrong: [] };
  // The nearest is the fault's; a twin's finding explains no fault.
  for (const violation of violations) {
    const away = distanceToBox(violation.position, fault);
    const known = ofTwin.some(
      other => other.type === violation.type && near(other.position, violation.position, SAME_METERS),
    );
    if (violation.type === fault.type && away <= MATCH_METERS && !(known && !fitsBetter(violation, ofTwin))) {
      if (judged.found) judged.repeated.push(violation);
      else judged.found = violation;
    } else if (known || violation.severity === 'info') continue;
    else if (away <= CONSEQUENCE_METERS || overlaps(violation, fault)) judged.consequences.push(violation);
    else judged.wrong.push(violation);
  }
  return judged;
}

function fitsBetter(violation: Violation, ofTwin: readonly Violation[]): boolean {
  return !ofTwin.some(other => other.id === violation.id);
}

/** 0 inside the fault's extent, metres. */
export function distanceToBox(
  point: Point,
  { position, extent }: Pick<WorldFault, 'position' | 'extent'>,
): number {
  return Math.hypot(
    ...point.map((value, axis) => Math.max(0, Math.abs(value - position[axis]) - extent[axis] / 2)),
  );
}

function overlaps({ position, extent }: Violation, fault: WorldFault): boolean {
  return position.every(
    (value, axis) =>
      Math.abs(value - fault.position[axis]) <=
      ((extent?.[axis] ?? 0) + fault.extent[axis]) / 2 + CONSEQUENCE_METERS,
  );
}

function near(a: Point, b: Point, meters: number): boolean {
  return Math.hypot(...a.map((value, axis) => value - b[axis])) <= meters;
}
