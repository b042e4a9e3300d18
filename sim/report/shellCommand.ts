import type { ReportedRun } from './json.ts';

/** What runs a test again, step for step; to be pasted into a POSIX shell. */
export function testCommand(run: ReportedRun): string {
  // A run that ends early is told the time that it was given: findings carry it.
  const seconds = run.violations[0]?.replay.simulatedSeconds ?? run.simulatedSeconds;
  return `npx sora-director test ${quoteForShell(run.world)} --agents ${run.agents} --seconds ${seconds} --seed ${run.seed}`;
}

/** What shows one finding of a report again. */
export function replayCommand(report: string, violation: { id: string }): string {
  return `npx sora-director replay ${quoteForShell(report)} --violation ${quoteForShell(violation.id)}`;
}

export function quoteForShell(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
