import type { Iteration, Production } from './production.ts';

export const STEPS = ['generate', 'score', 'lift', 'test', 'revise'] as const;
export type Step = (typeof STEPS)[number];

export interface NextStep {
  /** From 1; one more than the production has where it begins. */
  iteration: number;
  step: Step;
}

/**
 * What is to be done next, from what is recorded alone: any process can go on from a production's document. An
 * iteration that shows nothing ends the loop, unless a person has begun the one after it all the same.
 * @param iterations in all; one that was begun is ended also where fewer are asked for.
 */
export function nextStep(production: Production, iterations: number): NextStep | 'done' {
  const total = Math.max(iterations, production.iterations.length);
  for (let number = 1; number <= total; number++) {
    const iteration = production.iterations.at(number - 1);
    const step = iteration ? missingStep(iteration) : 'generate';
    if (step) return { iteration: number, step };
    if (iteration && isClean(iteration) && number === production.iterations.length) return 'done';
  }
  return 'done';
}

function missingStep(iteration: Iteration): Step | undefined {
  if (!iteration.generated) return 'generate';
  if (!iteration.scored) return 'score';
  if (iteration.lifted === undefined) return 'lift';
  if (iteration.lifted && !iteration.tested) return 'test';
  if (!iteration.revised && !isClean(iteration)) return 'revise';
  return undefined;
}

/** Whether neither the world nor any take shows anything at or above warning. Without a tested world, nobody knows. */
export function isClean(iteration: Iteration): boolean {
  return Boolean(iteration.tested) && countFindings(iteration) === 0;
}

/** How much speaks against an iteration: its takes' findings, its verdicts, and the world's violations. */
export function countFindings({ scored, verdicts = [], tested }: Iteration): number {
  const inTakes = scored?.takes.reduce((sum, take) => sum + take.findings.length, 0) ?? 0;
  // A world that the test refuses counts as one error.
  const inWorld = tested ? tested.violations.error + tested.violations.warning : 0;
  return inTakes + verdicts.length + inWorld;
}
