import { findStop, type Limits, type Stop, spentOn } from './limits.ts';
import type { Production } from './production.ts';

/**
 * The production with why it ended and what it came to, once nextStep says that it is done with these limits.
 * @param stop why it ended in the middle of an iteration.
 */
export function finishProduction(
  production: Production,
  limits: Limits,
  stop: Stop | undefined = findStop(production, limits),
): Production {
  return { ...production, ...stop, spent: spentOn(production, limits.dollarsPerSecond) };
}
