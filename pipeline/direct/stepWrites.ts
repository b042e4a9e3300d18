import { join } from 'node:path';
import type { NextStep } from './nextStep.ts';
import { iterationName } from './production.ts';

/** Where a step puts its files: paths relative to the production's folder; one that ends in '/' is all below it. */
export function stepWrites({ iteration, step }: NextStep): string[] {
  const below = {
    generate: 'takes/',
    score: 'scores.json',
    lift: 'world/',
    test: 'report.json',
    revise: 'revision.json',
  };
  return [join(iterationName(iteration), below[step])];
}
