import { basename } from 'node:path';
import type { Violation, ViolationType } from '../types.ts';
import type { ReportedRun, TestReport } from './json.ts';
import { GRAVITY } from './verdict.ts';

/** A finding moves by this much between two runs of a world that was worked on and is the same defect, metres. */
const SAME_PLACE_METERS = 0.5;
/** What a thing is or does; the same thing elsewhere still has it. For the others the object is the ground they are in. */
const OF_THE_OBJECT: readonly ViolationType[] = ['floating', 'interpenetration', 'unstable', 'bad-scale'];

/**
 * Compares a report with an earlier one: each violation becomes new or known, and what only the earlier one has is
 * listed as gone. Known is what has the same id; else the same type within 0.5 m, the nearest first; else, for defects
 * of things, the same type at the same object. Each earlier violation makes one known, and none that has become graver.
 * @returns the report, marked, and the worlds that the earlier one does not have, of which everything is new.
 */
export function compareWithBaseline(
  report: TestReport,
  baseline: TestReport,
): { report: TestReport; unknownWorlds: string[] } {
  const unknownWorlds: string[] = [];
  const runs = report.runs.map(run => {
    const earlier = earlierRun(run, report, baseline);
    if (!earlier) unknownWorlds.push(run.world);
    return compareRuns(run, earlier?.violations ?? []);
  });
  return { report: { ...report, runs }, unknownWorlds };
}

/** The same path; else the same file name where there is one such on both sides: CI checks out anywhere. */
function earlierRun(run: ReportedRun, report: TestReport, baseline: TestReport): ReportedRun | undefined {
  const same = baseline.runs.find(earlier => earlier.world === run.world);
  if (same) return same;
  const name = basename(run.world);
  const named = ({ runs }: TestReport) => runs.filter(({ world }) => basename(world) === name);
  const found = named(baseline);
  return found.length === 1 && named(report).length === 1 ? found[0] : undefined;
}

function compareRuns(run: ReportedRun, earlier: readonly Violation[]): ReportedRun {
  const open = new Set(earlier);
  const known = new Set<Violation>();
  const match = (fits: (now: Violation, before: Violation) => number | undefined) => {
    const pairs = run.violations
      .filter(violation => !known.has(violation))
      .flatMap(now =>
        [...open].flatMap(before => {
          const distance = GRAVITY[now.severity] > GRAVITY[before.severity] ? undefined : fits(now, before);
          return distance === undefined ? [] : [{ now, before, distance }];
        }),
      )
      .sort((a, b) => a.distance - b.distance);
    for (const { now, before } of pairs) {
      if (known.has(now) || !open.has(before)) continue;
      known.add(now);
      open.delete(before);
    }
  };
  match((now, before) => (now.id === before.id ? 0 : undefined));
  match((now, before) => {
    const distance = distanceBetween(now, before);
    return now.type === before.type && distance <= SAME_PLACE_METERS ? distance : undefined;
  });
  match((now, before) =>
    now.type === before.type &&
    OF_THE_OBJECT.includes(now.type) &&
    now.object !== undefined &&
    now.object === before.object
      ? distanceBetween(now, before)
      : undefined,
  );
  return {
    ...run,
    violations: run.violations.map(violation => ({
      ...violation,
      baseline: known.has(violation) ? ('known' as const) : ('new' as const),
    })),
    gone: [...open].map(withoutMarks),
  };
}

/** What an earlier comparison said of it is over. */
function withoutMarks(violation: Violation & { baseline?: unknown; suppressed?: unknown }): Violation {
  const { baseline: _baseline, suppressed: _suppressed, ...plain } = violation;
  return plain;
}

function distanceBetween(a: Violation, b: Violation): number {
  return Math.hypot(...a.position.map((value, axis) => value - b.position[axis]));
}
