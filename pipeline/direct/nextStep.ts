import { isClean } from './countFindings.ts';
import { findStop, type Limits } from './limits.ts';
import type { Iteration, Production } from './production.ts';

export const STEPS = ['generate', 'score', 'lift', 'test', 'revise'] as const;
export type Step = (typeof STEPS)[number];

export interface NextStep {
  /** From 1; one more than the production has where it begins. */
  iteration: number;
  step: Step;
}

/**
 * What is to be done next, from what is recorded alone: any process can go on from a production's document. Where the
 * last iteration is finished, the limits decide whether another begins; one that a person has begun is done all the
 * same.
 */
export function nextStep(production: Production, limits: Limits): NextStep | 'done' {
  const { iterations } = production;
  for (const [index, iteration] of iterations.entries()) {
    const step = missingStep(iteration);
    if (step) return { iteration: index + 1, step };
  }
  if (findStop(production, limits)) return 'done';
  return { iteration: iterations.length + 1, step: 'generate' };
}

function missingStep(iteration: Iteration): Step | undefined {
  if (!iteration.generated) return 'generate';
  if (!iteration.scored) return 'score';
  if (iteration.lifted === undefined) return 'lift';
  if (iteration.lifted && !iteration.tested) return 'test';
  if (!iteration.revised && !isClean(iteration)) return 'revise';
  return undefined;
}
