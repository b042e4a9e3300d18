import { findBest } from './findBest.ts';
import { goingOn, type Iteration, iterationOf, type Production } from './production.ts';

/**
 * The production with an iteration taken back to before its lift, so that another take can be lifted: its world, test
 * and revision go. The verdicts on its takes stay.
 */
export function reopenLift(production: Production, number: number): Production {
  const { iteration, prompt, generated, scored, verdicts } = iterationOf(production, number);
  const reopened: Iteration = { iteration, prompt };
  if (generated) reopened.generated = generated;
  if (scored) reopened.scored = scored;
  if (verdicts) reopened.verdicts = verdicts;
  const iterations = [...production.iterations];
  iterations[number - 1] = reopened;
  return { ...goingOn(production), iterations, best: findBest(iterations) };
}
