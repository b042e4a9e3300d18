import { join } from 'node:path';
import { toDirectorError } from '../../engine/errors.ts';
import { writeJsonAtomic } from '../../engine/writeFileAtomic.ts';
import { countViolations, groupByType, iterationName, type StepOutput } from './production.ts';
import { type StepContext, type StepInput, testSeed } from './stepInput.ts';

/** Tests the iteration's world with agents: report.json. */
export async function testStep(input: StepInput, context: StepContext): Promise<StepOutput> {
  const { production, iteration } = input;
  const { out, steps, signal, onProgress } = context;
  if (!iteration.lifted) return { tested: null };
  const { world } = iteration.lifted;
  const report = join(iterationName(iteration.iteration), 'report.json');
  const seed = testSeed(input);
  try {
    const tested = await steps.test(join(out, world), {
      seed,
      agents: production.options.agents,
      simulatedSeconds: production.options.testSeconds,
      signal,
      onProgress,
    });
    await writeJsonAtomic(join(out, report), { runs: [{ ...tested, world }] });
    return {
      tested: {
        report,
        seed,
        stateHash: tested.stateHash,
        reachableArea: tested.coverage.reachableArea,
        coverage: tested.coverage.ratio,
        violations: countViolations(tested.violations),
        found: groupByType(tested.violations),
      },
    };
  } catch (thrown) {
    const error = toDirectorError(thrown);
    // A world that the test refuses is a finding about the world; anything else broke.
    if (!/^(?:WORLD|NAVMESH)_/.test(error.code)) throw thrown;
    await writeJsonAtomic(join(out, report), { runs: [{ world, error: error.toJSON() }] });
    return {
      tested: {
        report,
        seed,
        stateHash: null,
        reachableArea: 0,
        coverage: 0,
        violations: { error: 1, warning: 0, info: 0 },
        found: [],
        code: error.code,
        message: error.message,
      },
    };
  }
}
