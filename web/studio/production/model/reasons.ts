import type { IterationView, RunView } from '../../../../server/api/types.ts';
import { spaced, takeTitle } from '../../../ui/words.ts';

/** What caused an edit, in words, and where to look at it. */
export interface Reason {
  id: string;
  severity: 'error' | 'warning' | 'info' | null;
  /** Where it was found: "Take 2", "In the world"; when, the message says. */
  place: string;
  message: string;
  target:
    | { kind: 'take'; take: string; seconds: number | null }
    | { kind: 'violation'; id: string }
    | { kind: 'none' };
}

/** Resolves the ids of `because` among the takes' findings and the run's violations. */
export function reasonOf(id: string, iteration: IterationView, run: RunView | null): Reason {
  for (const take of iteration.takes ?? []) {
    const finding = take.findings.find(one => one.id === id);
    if (finding) return takeReason(id, take.take, finding.severity, finding.message);
    if (take.verdict && id === `${take.take}:${take.verdict.code}`)
      return takeReason(id, take.take, 'error', take.verdict.message);
  }
  const violation = run?.result?.violations.find(one => one.id === id);
  if (violation)
    return {
      id,
      severity: violation.severity,
      place: 'In the world',
      message: violation.message,
      target: { kind: 'violation', id },
    };
  const refusal = iteration.tested?.code;
  if (refusal && id === `world:${refusal}`)
    return {
      id,
      severity: 'error',
      place: 'In the world',
      message: iteration.tested?.message ?? spaced(refusal),
      target: { kind: 'none' },
    };
  return {
    id,
    severity: null,
    place: '',
    message: spaced(id.replace(/^[^:]*:/, '')),
    target: { kind: 'none' },
  };
}

function takeReason(id: string, take: string, severity: 'error' | 'warning', message: string): Reason {
  return {
    id,
    severity,
    place: takeTitle(take),
    message,
    target: { kind: 'take', take, seconds: secondsOf(id) },
  };
}

/** A finding's id ends with its time in the video: 'take-01:pop@3.25'. */
export function secondsOf(findingId: string): number | null {
  const text = /@(\d+(?:\.\d+)?)$/.exec(findingId)?.[1];
  return text === undefined ? null : Number(text);
}
