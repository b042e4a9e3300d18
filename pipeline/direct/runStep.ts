import { generateStep } from './generateStep.ts';
import { liftStep } from './liftStep.ts';
import type { NextStep } from './nextStep.ts';
import { iterationOf, type Production, type StepOutput } from './production.ts';
import { reviseStep } from './reviseStep.ts';
import { scoreStep } from './scoreStep.ts';
import type { StepContext } from './stepInput.ts';
import { testStep } from './testStep.ts';

/**
 * Runs one step over the files below `out`. Run again after a kill at any point, it gives the same.
 * @returns what it adds to its iteration, for applyStep.
 * @throws what the steps throw. A take that cannot be decoded or lifted and a world that cannot be tested are no
 *   errors: they are verdicts, and evidence for the revision.
 */
export function runStep(
  production: Production,
  { iteration: number, step }: NextStep,
  context: StepContext,
): Promise<StepOutput> {
  const run = {
    generate: generateStep,
    score: scoreStep,
    lift: liftStep,
    test: testStep,
    revise: reviseStep,
  };
  return run[step]({ production, iteration: iterationOf(production, number) }, context);
}
