import type { FailedRun, TestRun, Violation } from '../types.ts';

/** A violation as a report tells it: as the run found it, and what earlier reports and the configuration say of it. */
export interface ReportedViolation extends Violation {
  /** Where the report was compared with an earlier one: whether that one has it too. Only what is new fails. */
  baseline?: 'new' | 'known';
  /** The rule of the configuration that says to pass over it; it is listed and does not fail. */
  suppressed?: string;
}

export interface ReportedRun extends TestRun {
  violations: ReportedViolation[];
  /** What the earlier report lists and this run did not find; only where the reports were compared. */
  gone?: Violation[];
}

/** The document that `test --json` prints and report.json holds. */
export interface TestReport {
  runs: ReportedRun[];
  /** Worlds that could not be tested; absent when all could. */
  failed?: FailedRun[];
}

export function makeReport(runs: ReportedRun[], failed: FailedRun[]): TestReport {
  return failed.length > 0 ? { runs, failed } : { runs };
}

export function toJson(report: TestReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
