import type { Point, Violation } from '../types.ts';

/** The same place, metres. */
const SAME_PLACE_METERS = 0.01;
const SAME_STEPS = 1;

/**
 * Looks for a recorded finding among those of a replay: the same type within 1 cm and one step. What many agents met
 * lies in the middle of all of them, which a shorter run has fewer of: there the place where this one last stood counts.
 * @returns the finding that is meant or most like it, and in what it differs; without one, that the type is missing.
 */
export function matchFinding(
  recorded: Violation,
  violations: readonly Violation[],
): { found?: Violation; differences: string[] } {
  const candidates = violations
    .filter(violation => violation.type === recorded.type)
    .map(found => ({
      found,
      meters: metersApart(recorded, found),
      steps: Math.abs((found.replay.step ?? 0) - (recorded.replay.step ?? 0)),
    }))
    .sort((a, b) => a.meters - b.meters || a.steps - b.steps);
  const [nearest] = candidates;
  if (!nearest) return { differences: [`No ${recorded.type} was found.`] };
  const { found, meters, steps } =
    candidates.find(each => each.meters <= SAME_PLACE_METERS && each.steps <= SAME_STEPS) ?? nearest;
  const differences: string[] = [];
  if (meters > SAME_PLACE_METERS)
    differences.push(`The nearest ${recorded.type} is ${meters.toFixed(3)} m away.`);
  if (steps > SAME_STEPS)
    differences.push(
      `It was met at step ${found.replay.step ?? 'none'}, not at step ${recorded.replay.step ?? 'none'}.`,
    );
  return { found, differences };
}

function metersApart(a: Violation, b: Violation): number {
  const middles = distance(a.position, b.position);
  const [stoodA, stoodB] = [lastStood(a), lastStood(b)];
  return stoodA && stoodB ? Math.min(middles, distance(stoodA, stoodB)) : middles;
}

function lastStood({ evidence }: Violation): Point | undefined {
  const place = evidence['lastStood'];
  return Array.isArray(place) && place.length === 3 && place.every(value => typeof value === 'number')
    ? (place as Point)
    : undefined;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(...a.map((value, axis) => value - b[axis]));
}
