import { findBest } from './findBest.ts';
import type { NextStep } from './nextStep.ts';
import { goingOn, type Iteration, iterationOf, type Production, type StepOutput } from './production.ts';

/** The production with what a step gave; the one that is given stays as it is. */
export function applyStep(production: Production, { iteration }: NextStep, output: StepOutput): Production {
  const changed: Iteration = { ...iterationOf(production, iteration), ...output };
  // Where there is no world there is nothing to test, and no step for it.
  if (changed.lifted === null) changed.tested = null;
  const iterations = [...production.iterations];
  iterations[iteration - 1] = changed;
  // What had ended goes on, now that a step was done.
  return { ...goingOn(production), iterations, best: findBest(iterations) };
}
