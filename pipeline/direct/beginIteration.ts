import { goingOn, iterationOf, type Production } from './production.ts';

/**
 * The production with one more iteration, of which nothing is done, so that it goes on also where nothing was found.
 * @param prompt a person's own; the last revision's where absent.
 */
export function beginIteration(production: Production, prompt?: string): Production {
  const begun = iterationOf(production, production.iterations.length + 1);
  return {
    ...goingOn(production),
    iterations: [...production.iterations, prompt === undefined ? begun : { ...begun, prompt }],
  };
}
