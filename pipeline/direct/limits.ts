import { countFindings, isClean } from './countFindings.ts';
import { findIncumbent, severityOf } from './findIncumbent.ts';
import type { Iteration, Production } from './production.ts';

/** When a search ends. None of it is part of what a production is: the same one may go on with others. */
export interface Limits {
  /** In all; one that was begun is ended also where fewer are asked for. */
  iterations: number;
  /** Errors and weighted warnings of a prompt, in each take on average and in its world, that are good enough. */
  target?: number | undefined;
  /** Iterations in a row that neither had a better prompt nor gave a better world. */
  patience?: number | undefined;
  /** Dollars, for all takes together. */
  maxCost?: number | undefined;
  /** What a second of video costs, dollars; undefined where nobody knows. */
  dollarsPerSecond?: number | undefined;
  /** Seconds of work, of all processes together. */
  maxSeconds?: number | undefined;
}

export interface Stop {
  stopped: NonNullable<Production['stopped']>;
  stoppedBecause: string;
}

/** Why no further iteration begins, or undefined where one does. Asked where the last one is finished. */
export function findStop(production: Production, limits: Limits): Stop | undefined {
  const { iterations } = production;
  const last = iterations.at(-1);
  if (!last) return undefined;
  if (isClean(last))
    return {
      stopped: 'no-findings',
      stoppedBecause: `Neither the world nor any take of iteration ${last.iteration} shows anything at or above warning.`,
    };
  const { target } = limits;
  if (target !== undefined && last.tested && severityOf(last) <= target)
    return {
      stopped: 'target-met',
      stoppedBecause: `Iteration ${last.iteration} shows ${severityOf(last).toFixed(2)} weighted violations, no more than the target of ${target}.`,
    };
  const total = iterations.length;
  if (total >= limits.iterations) {
    const findings = countFindings(last);
    return {
      stopped: 'iterations-done',
      stoppedBecause: `${total === 1 ? 'The one iteration was' : `All ${total} iterations were`} used; ${findings} finding${findings === 1 ? '' : 's'} in the last.`,
    };
  }
  return findNoProgress(production, limits) ?? findBudgetStop(production, limits);
}

/** What the takes of a production came to. Takes that the provider did not make are not counted. */
export function spentOn(
  production: Production,
  dollarsPerSecond: number | undefined,
): NonNullable<Production['spent']> {
  const takes = production.iterations.reduce((sum, { generated }) => sum + (generated?.takes.length ?? 0), 0);
  const generatedSeconds = takes * production.options.seconds;
  return {
    generatedSeconds,
    cost: dollarsPerSecond === undefined ? null : cents(generatedSeconds * dollarsPerSecond),
  };
}

/** Dollars that one more iteration costs; undefined where nobody knows. */
export function costOfIteration(
  { takes, seconds }: Pick<Production['options'], 'takes' | 'seconds'>,
  dollarsPerSecond: number | undefined,
): number | undefined {
  return dollarsPerSecond === undefined ? undefined : cents(takes * seconds * dollarsPerSecond);
}

/** A hundredth of a cent is the smallest price there is; sums of such come out whole. */
function cents(dollars: number): number {
  return Math.round(dollars * 1e4) / 1e4;
}

function findNoProgress(production: Production, { patience }: Limits): Stop | undefined {
  const { iterations, best } = production;
  if (patience === undefined) return undefined;
  const since = Math.max(bestPromptOf(production), best?.iteration ?? 1);
  const without = iterations.length - since;
  if (without < patience) return undefined;
  return {
    stopped: 'no-progress',
    stoppedBecause: `Since iteration ${since}, ${without === 1 ? 'one revision has' : `${without} revisions have`} brought neither a prompt with less against it nor a better world.`,
  };
}

function bestPromptOf(production: Production): number {
  return findIncumbent(production, production.iterations.length).iteration;
}

function findBudgetStop(production: Production, limits: Limits): Stop | undefined {
  const { maxCost, dollarsPerSecond, maxSeconds } = limits;
  const { cost } = spentOn(production, dollarsPerSecond);
  const next = costOfIteration(production.options, dollarsPerSecond);
  if (maxCost !== undefined && cost !== null && next !== undefined && cents(cost + next) > maxCost)
    return {
      stopped: 'budget',
      stoppedBecause: `$${cost.toFixed(2)} are spent, and another iteration costs $${next.toFixed(2)}: more than the $${maxCost.toFixed(2)} of --max-cost.`,
    };
  const { workedSeconds = 0 } = production;
  const each = workedSeconds / production.iterations.length;
  if (maxSeconds !== undefined && workedSeconds + each > maxSeconds)
    return {
      stopped: 'budget',
      stoppedBecause: `${Math.round(workedSeconds)} s are used, and an iteration takes about ${Math.round(each)} s: more than the ${maxSeconds} s of --max-seconds.`,
    };
  return undefined;
}

/** Iterations that are not finished are finished first, whatever the limits: this is where time ran out in one. */
export function stopInTheMiddle(last: Iteration | undefined, maxSeconds: number): Stop {
  return {
    stopped: 'budget',
    stoppedBecause: `The ${maxSeconds} s of --max-seconds were over in iteration ${last?.iteration ?? 1}; what it has finished is kept.`,
  };
}
