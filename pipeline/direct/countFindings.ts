import type { Iteration } from './production.ts';

/** Whether neither the world nor any take shows anything at or above warning. Without a tested world, nobody knows. */
export function isClean(iteration: Iteration): boolean {
  return Boolean(iteration.tested) && countFindings(iteration) === 0;
}

/** How much speaks against an iteration: its takes' findings, its verdicts, and the world's violations. */
export function countFindings({ scored, verdicts = [], tested }: Iteration): number {
  const inTakes = scored?.takes.reduce((sum, take) => sum + take.findings.length, 0) ?? 0;
  // A world that the test refuses counts as one error.
  const inWorld = tested ? tested.violations.error + tested.violations.warning : 0;
  return inTakes + verdicts.length + inWorld;
}
