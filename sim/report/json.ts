import type { FailedRun, TestRun } from '../types.ts';

/** The document that `test --json` prints and report.json holds. */
export interface TestReport {
  runs: TestRun[];
  /** Worlds that could not be tested; absent when all could. */
  failed?: FailedRun[];
}

export function makeReport(runs: TestRun[], failed: FailedRun[]): TestReport {
  return failed.length > 0 ? { runs, failed } : { runs };
}

export function toJson(report: TestReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
