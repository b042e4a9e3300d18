import { STEP_SECONDS } from '../../engine/clock.ts';
import { type LongOptions, subProgress } from '../../engine/progress.ts';
import type { LoadedWorld } from '../../engine/world/loadWorld.ts';
import { runTest } from '../run.ts';
import type { TestRun, Violation } from '../types.ts';
import { explainDifference } from './explainDifference.ts';
import { matchFinding } from './matchFinding.ts';

export interface ReplayResult {
  reproduced: boolean;
  recorded: Violation;
  /** The finding of the replay that is meant, or the one most like it; absent where the type was not found at all. */
  found?: Violation;
  /** Simulated up to here, seconds. */
  simulatedSeconds: number;
  /** False where only the end of the whole run showed whether it is found. */
  shortest: boolean;
  /** What is not as it was recorded, for people; empty where it is reproduced. */
  differences: string[];
}

/**
 * Shows a finding again: runs the world with the recorded seed and agents up to the step at which it was met (one
 * step for what is found in the geometry alone), and, where that does not show it, the whole recorded time.
 * @throws what runTest throws.
 */
export async function replayViolation(
  world: LoadedWorld,
  run: TestRun,
  recorded: Violation,
  options: LongOptions = {},
): Promise<ReplayResult> {
  const { seed, agents, step = 0, simulatedSeconds } = recorded.replay;
  // Half a step short of the next: what is rounded up must not be rounded twice.
  const shortestSeconds = Math.min(simulatedSeconds, (step + 0.5) * STEP_SECONDS);
  const lengths =
    shortestSeconds < simulatedSeconds ? [shortestSeconds, simulatedSeconds] : [simulatedSeconds];
  let result: ReplayResult | undefined;
  for (const [index, seconds] of lengths.entries()) {
    const again = await runTest(world, {
      seed,
      agents,
      simulatedSeconds: seconds,
      ...subProgress(options, index / lengths.length, (index + 1) / lengths.length),
    });
    const { found, differences } = matchFinding(recorded, again.violations);
    const reproduced = found !== undefined && differences.length === 0;
    result = {
      reproduced,
      recorded,
      ...(found && { found }),
      simulatedSeconds: again.simulatedSeconds,
      shortest: index === 0,
      differences: reproduced ? [] : [...differences, ...explainDifference(run, again)],
    };
    if (reproduced) break;
  }
  return result as ReplayResult;
}
