import type { LoadedWorld } from '../engine/world/loadWorld.ts';
import type { WorldModel } from '../engine/world/worldModel.ts';
import type { ExplorationView } from '../sim/observe/runObserver.ts';
import { runTest } from '../sim/run.ts';
import type { TestRun } from '../sim/types.ts';

/** Where a share of the reachable area counts as all of it: what is left are corners behind furniture. */
const EXPLORED_SHARE = 0.99;

export interface Explored {
  run: TestRun;
  /** From the call to the agents' first step. */
  setupSeconds: number;
  /** The agents' steps with everything that looks on, and the verdict at the end; wall and user CPU time. */
  agentsSeconds: number;
  agentsCpuSeconds: number;
  /** From the first step until EXPLORED_SHARE of the reachable area was entered; undefined where it never was. */
  exploredSeconds: number | undefined;
  exploredSquareMeters: number;
}

/** Runs a test with all detectors and times its parts. */
export async function exploreWorld(
  world: LoadedWorld,
  options: { agents: number; simulatedSeconds: number; seed: number },
): Promise<Explored> {
  const calledAt = performance.now();
  let firstStepAt = 0;
  let firstStepCpu = 0;
  let exploredAt: number | undefined;
  let view: ExplorationView | undefined;
  const run = await runTest(world, {
    ...options,
    observe: {
      onBegin: () => undefined,
      onFrame: () => undefined,
      onViolations: () => undefined,
      onExploration: exploration => {
        view = exploration;
      },
    },
    onProgress: ({ stage }) => {
      if (stage !== 'explore' || !view) return;
      if (firstStepAt === 0) {
        firstStepAt = performance.now();
        firstStepCpu = process.cpuUsage().user;
      }
      const { enteredCount, reachableCount } = view.coverage;
      if (exploredAt === undefined && enteredCount >= EXPLORED_SHARE * reachableCount)
        exploredAt = performance.now();
    },
  });
  return {
    run,
    setupSeconds: (firstStepAt - calledAt) / 1000,
    agentsSeconds: (performance.now() - firstStepAt) / 1000,
    agentsCpuSeconds: (process.cpuUsage().user - firstStepCpu) / 1e6,
    exploredSeconds: exploredAt === undefined ? undefined : (exploredAt - firstStepAt) / 1000,
    exploredSquareMeters: EXPLORED_SHARE * run.coverage.reachableArea,
  };
}

/** A generated model as a world; `name` stands for its hash. */
export function worldOfModel(name: string, model: WorldModel): LoadedWorld {
  return { path: name, sha256: name, visual: model, collider: model };
}
