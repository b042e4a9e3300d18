import type { NextStep } from './nextStep.ts';
import { iterationOf, type Production, type StepOutput } from './production.ts';
import type { StepContext } from './stepInput.ts';

/**
 * Runs one step over the files below `out`. Run again after a kill at any point, it gives the same.
 * @returns what it adds to its iteration, for applyStep.
 * @throws what the steps throw. A take that cannot be decoded or lifted and a world that cannot be tested are no
 *   errors: they are verdicts, and evidence for the revision.
 */
export async function runStep(
  production: Production,
  { iteration: number, step }: NextStep,
  context: StepContext,
): Promise<StepOutput> {
  const input = { production, iteration: iterationOf(production, number) };
  // Each loaded when it runs: a process of one step starts half a second earlier without the others' modules.
  switch (step) {
    case 'generate':
      return (await import('./generateStep.ts')).generateStep(input, context);
    case 'score':
      return (await import('./scoreStep.ts')).scoreStep(input, context);
    case 'lift':
      return (await import('./liftStep.ts')).liftStep(input, context);
    case 'test':
      return (await import('./testStep.ts')).testStep(input, context);
    case 'revise':
      return (await import('./reviseStep.ts')).reviseStep(input, context);
  }
}
