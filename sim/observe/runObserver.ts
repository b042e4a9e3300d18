import type { CoverageGrid } from '../agents/coverage.ts';
import type { AgentPose, TraceHeader } from '../browser/trace.ts';
import type { Navmesh } from '../navmesh/navmesh.ts';
import type { Violation } from '../types.ts';

/** fast: as quickly as it goes. live: one simulated second takes a second, for people who watch. */
export type Pace = 'fast' | 'live';

/**
 * Looks on while a test runs. What is handed over is the run's own and changes after the call; to keep it, copy
 * it. Whether and how a run is observed changes nothing in it: its stateHash is the same.
 */
export interface RunObserver {
  /** Default fast. */
  pace?: Pace | undefined;
  /** Once, when the body is known; before anything else. */
  onBegin(header: TraceHeader): void;
  /** Once before the first frame, where there is anything to walk on. */
  onExploration?(exploration: ExplorationView): void;
  /** Every TRACE_FRAME_STEPS steps, after the bodies moved. One pose per agent, in order. */
  onFrame(step: number, poses: readonly AgentPose[]): void;
  /**
   * What was found since the last call, as far as it is known; at the end (`final`) what the report holds, which
   * replaces all that came before.
   */
  onViolations(violations: readonly Violation[], final: boolean): void;
}

/** The ground that the agents explore, while they do. */
export interface ExplorationView {
  navmesh: Navmesh;
  coverage: CoverageGrid;
  /** Components of the navmesh that can be come to; grows. */
  reachable: ReadonlySet<number>;
}
