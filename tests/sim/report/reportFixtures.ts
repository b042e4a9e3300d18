import type { ReportedRun, ReportedViolation } from '../../../sim/report/json.ts';
import { makeReport } from '../../../sim/report/json.ts';

export function violation(changes: Partial<ReportedViolation> = {}): ReportedViolation {
  const { severity = 'error' } = changes;
  return {
    id: `floating-${severity}`,
    type: 'floating',
    severity,
    confidence: 0.9,
    position: [1, 2, 3],
    message: 'A thing floats.',
    evidence: { gapBelowMeters: 0.2 },
    replay: { seed: 1, agents: 16, simulatedSeconds: 120 },
    ...changes,
  };
}

export function run(changes: Partial<ReportedRun> = {}): ReportedRun {
  return {
    world: 'worlds/<a & "b">.glb',
    seed: 1,
    agents: 16,
    simulatedSeconds: 40,
    wallSeconds: 1.5,
    agentSteps: 115200,
    coverage: { reachableArea: 10, enteredArea: 9, ratio: 0.9 },
    violations: [],
    stateHash: 'f'.repeat(64),
    ...changes,
  };
}

/** Two worlds, one sound, and one that is not there; texts that markup would trip over. */
export const REPORT = makeReport(
  [
    run({
      violations: [
        violation({ message: 'a box <hangs> & "floats" \u0007', object: 'box <1>' }),
        violation({ severity: 'info', message: 'note' }),
      ],
    }),
    run(),
  ],
  [
    {
      world: 'gone.glb',
      error: { code: 'INPUT_NOT_FOUND', message: 'gone.glb is not there.', suggestion: 'Check.' },
    },
  ],
);
