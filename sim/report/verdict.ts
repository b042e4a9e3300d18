import type { Severity } from '../types.ts';
import type { ReportedViolation } from './json.ts';

/** How grave a severity is; higher is worse. */
export const GRAVITY: Record<Severity, number> = { info: 0, warning: 1, error: 2 };

export type FailOn = 'error' | 'warning' | 'never';

/** Whether a violation makes the verdict negative: grave enough, not known before, not passed over on purpose. */
export function fails(violation: ReportedViolation, failOn: FailOn): boolean {
  return (
    failOn !== 'never' &&
    GRAVITY[violation.severity] >= GRAVITY[failOn] &&
    violation.baseline !== 'known' &&
    violation.suppressed === undefined
  );
}

/** Gravest first, the order of the run otherwise. */
export function gravestFirst<Of extends { severity: Severity }>(violations: readonly Of[]): Of[] {
  return [...violations].sort((a, b) => GRAVITY[b.severity] - GRAVITY[a.severity]);
}
