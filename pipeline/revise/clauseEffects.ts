import { solveSymmetric } from '../lift/poses/smallMatrices.ts';
import { clausesOf, type Experience } from './experience.ts';
import type { Rule } from './rules.ts';

/** What clauses do to the chance that a take shows what a rule is meant to prevent, in log-odds. */
export interface ClauseEffects {
  /** Without any clause. */
  base: number;
  /** What saying a clause adds. */
  of(clause: string): number;
  /** Whether it was ever said. */
  isTried(clause: string): boolean;
}

interface Belief {
  mean: number;
  deviation: number;
}

/** Before anything was seen: half of the takes show it … */
const BASE: Belief = { mean: 0, deviation: 1 };
/** … a fifth with a clause that speaks of it, give or take much … */
const WORDING: Belief = { mean: Math.log(0.2 / 0.8), deviation: 1.2 };
/** … three in ten with one that speaks of something near … */
const AID: Belief = { mean: Math.log(0.3 / 0.7), deviation: 1.2 };
/** … and what speaks of other things may help or do harm, a little. */
const OTHER: Belief = { mean: 0, deviation: 0.4 };

const NEWTON_STEPS = 20;
const LONGEST_STEP = 2;
const TOLERANCE = 1e-6;

/** What is believed of a clause of this or any other rule before it was said. */
export function beliefIn(clause: string, rule: Rule): Belief {
  if (rule.clauses.includes(clause)) return WORDING;
  return rule.aids?.includes(clause) ? AID : OTHER;
}

export function chanceOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/**
 * Learns from takes of prompts that said several clauses at once which of them did it: logistic regression on the
 * clauses, each with a normal prior, at its posterior mode (Newton's method). Tallies of single clauses cannot tell a
 * clause that prevents from one that only stood beside it.
 */
export function learnEffects(experience: Experience, rule: Rule): ClauseEffects {
  const seen = Object.entries(experience[rule.name] ?? {}).map(([key, tally]) => ({
    clauses: clausesOf(key),
    ...tally,
  }));
  const names = [...new Set(seen.flatMap(({ clauses }) => clauses))].sort();
  const columnOf = new Map(names.map((name, i) => [name, i + 1]));
  const beliefs = [BASE, ...names.map(name => beliefIn(name, rule))];
  const rows = seen.map(({ clauses, takes, shown }) => ({
    columns: [0, ...clauses.map(clause => columnOf.get(clause) ?? 0)],
    takes,
    shown,
  }));
  const size = beliefs.length;
  const effects = Float64Array.from(beliefs, ({ mean }) => mean);
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const hessian = new Float64Array(size * size);
    const gradient = new Float64Array(size);
    beliefs.forEach(({ mean, deviation }, i) => {
      hessian[i * size + i] = 1 / deviation ** 2;
      gradient[i] = (mean - effects[i]) / deviation ** 2;
    });
    for (const { columns, takes, shown } of rows) {
      const chance = chanceOf(columns.reduce((sum, column) => sum + effects[column], 0));
      const weight = takes * chance * (1 - chance);
      for (const i of columns) {
        gradient[i] += shown - takes * chance;
        for (const j of columns) hessian[i * size + j] += weight;
      }
    }
    // With priors on all of them the matrix is positive definite.
    solveSymmetric(hessian, gradient, size);
    const longest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // Far from the mode the parabola is a poor guide.
    const share = Math.min(1, LONGEST_STEP / longest);
    for (let i = 0; i < size; i++) effects[i] += share * gradient[i];
    if (longest < TOLERANCE) break;
  }
  return {
    base: effects[0],
    of: clause => effects[columnOf.get(clause) ?? -1] ?? beliefIn(clause, rule).mean,
    isTried: clause => columnOf.has(clause),
  };
}
