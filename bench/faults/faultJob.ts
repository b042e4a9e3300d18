import type { WorldFault, WorldFaultType } from '../../scenes/faults/worlds/worldFault.ts';
import type { ReplayResult } from '../../sim/replay/replayViolation.ts';
import type { TestRun, Violation } from '../../sim/types.ts';

/** How every world of the bench is tested. */
export const FAULT_TEST = { agents: 16, simulatedSeconds: 60, seed: 1 };

/** Where a fault may be planted: names of sound worlds, made ones and real ones. */
export interface FaultBases {
  scenes: readonly string[];
  real: readonly string[];
}

/** What a thread of the bench is asked to do, as plain data. */
export type FaultJob =
  | { kind: 'twin'; base: string }
  | { kind: 'fault'; type: WorldFaultType; seed: number; bases: FaultBases }
  | { kind: 'replay'; base: string; type: WorldFaultType; seed: number; run: TestRun; found: Violation };

/** A faulted world and what its test found. */
export interface FaultedRun {
  name: string;
  base: string;
  fault: WorldFault;
  run: TestRun;
}

export type FaultJobResult<Kind extends FaultJob['kind']> = {
  twin: TestRun;
  /** Absent where none of the worlds tried can have the fault. */
  fault: FaultedRun | undefined;
  replay: ReplayResult;
}[Kind];
