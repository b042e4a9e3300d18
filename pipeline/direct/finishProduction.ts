import { countFindings, isClean } from './nextStep.ts';
import type { Production } from './production.ts';

/** The production with why it ended, once nextStep says that it is done. */
export function finishProduction(production: Production): Production {
  const last = production.iterations.at(-1);
  if (last && isClean(last))
    return {
      ...production,
      stopped: 'no-findings',
      stoppedBecause: `Neither the world nor any take of iteration ${last.iteration} shows anything at or above warning.`,
    };
  const total = production.iterations.length;
  const findings = last ? countFindings(last) : 0;
  return {
    ...production,
    stopped: 'iterations-done',
    stoppedBecause: `${total === 1 ? 'The one iteration was' : `All ${total} iterations were`} used; ${findings} finding${findings === 1 ? '' : 's'} in the last.`,
  };
}
