import { beliefIn, type ClauseEffects, chanceOf, learnEffects } from './clauseEffects.ts';
import { type Clause, normalised } from './clauses.ts';
import type { Experience } from './experience.ts';
import { allClauses, RULES, type Rule } from './rules.ts';

/** With more, a clause that prevented the fault in every one of three takes would give way to one never tried. */
const OPTIMISM = 0.5;

const CANONICAL = new Map(RULES.flatMap(allClauses).map(clause => [normalised(clause), clause]));

/** How many of the rules' faults a take of a prompt is expected to show, and its chance of a single rule's. */
export interface PromptRisk {
  total(clauses: readonly Clause[]): number;
  of(rule: Rule, clauses: readonly Clause[]): number;
}

/**
 * What the prompts that clauses make are expected to show: of what the rules in question are meant to prevent, and of
 * what this video model was seen to do. Of what was never said the hopeful side of the guess counts (a lower confidence
 * bound, as in UCB1, Auer et al. 2002), so that it gets its turn before what has failed; of what was said, the mode
 * alone: takes are few, and what works is kept.
 */
export function promptRisk(experience: Experience, inQuestion: readonly Rule[]): PromptRisk {
  const counted = RULES.filter(
    rule =>
      inQuestion.includes(rule) || Object.values(experience[rule.name] ?? {}).some(({ shown }) => shown > 0),
  );
  const learned = new Map<Rule, ClauseEffects>();
  const of = (rule: Rule, clauses: readonly Clause[]): number => {
    const effects = learned.get(rule) ?? learnEffects(experience, rule);
    learned.set(rule, effects);
    let logOdds = effects.base;
    for (const { text } of clauses) {
      const clause = CANONICAL.get(normalised(text));
      if (clause === undefined) continue;
      logOdds += effects.of(clause);
      const isHopeful = !effects.isTried(clause) && allClauses(rule).includes(clause);
      if (isHopeful) logOdds -= OPTIMISM * beliefIn(clause, rule).deviation;
    }
    return chanceOf(logOdds);
  };
  return {
    of,
    total: clauses => counted.reduce((sum, rule) => sum + of(rule, clauses), 0),
  };
}
