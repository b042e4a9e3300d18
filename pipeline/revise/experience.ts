import { z } from 'zod';
import { normalised, splitClauses } from './clauses.ts';
import { allClauses, callsFor, RULES, type Rule } from './rules.ts';

/** How many takes were made of prompts with the same clauses, and how many showed what the rule is meant to prevent. */
const tallySchema = z.strictObject({ takes: z.int().min(0), shown: z.int().min(0) });
export type Tally = z.infer<typeof tallySchema>;

/**
 * Of one video model: rule → clauses → tally. The clauses are all that any rule has put into the prompt, in the order
 * of RULES and joined by SEPARATOR, as one that was meant for something else may help or do harm; '' where there is none.
 */
export const experienceSchema = z.record(z.string(), z.record(z.string(), tallySchema));
export type Experience = z.infer<typeof experienceSchema>;

const SEPARATOR = '; ';
const EVERY_CLAUSE = RULES.flatMap(allClauses);

/** The clauses of a prompt that rules know, in the order of RULES. */
function knownClauses(prompt: string): string[] {
  const said = new Set(splitClauses(prompt).map(({ text }) => normalised(text)));
  return EVERY_CLAUSE.filter(clause => said.has(normalised(clause)));
}

/** Turns a key of an experience into its clauses. */
export function clausesOf(key: string): string[] {
  return key === '' ? [] : key.split(SEPARATOR);
}

/** What one take showed. */
export interface TakeOutcome {
  /** Evidence kinds of the take itself, and of its world where that was tested. */
  kinds: readonly string[];
  /** Whether its world was tested: without, nobody knows what only agents can find. */
  tested: boolean;
}

/** Kinds that only a tested world can show. */
const ONLY_IN_WORLDS = new Set([
  'fall-through',
  'leak',
  'stuck',
  'unreachable',
  'blocked-passage',
  'invisible-wall',
  'ghost-surface',
  'interpenetration',
  'floating',
  'unstable',
  'bad-scale',
  'bad-up',
]);

/** @returns the experience with one prompt's takes counted; the one that is given stays as it is. */
export function observe(
  experience: Experience,
  prompt: string,
  outcomes: readonly TakeOutcome[],
): Experience {
  const key = knownClauses(prompt).join(SEPARATOR);
  const next: Experience = { ...experience };
  for (const rule of RULES) {
    const told = outcomes.filter(({ tested }) => tested || !needsWorld(rule));
    if (told.length === 0) continue;
    const shown = told.filter(({ kinds }) => kinds.some(kind => callsFor(rule, kind))).length;
    next[rule.name] = sumOf(next[rule.name], { [key]: { takes: told.length, shown } });
  }
  return next;
}

/** Two experiences of the same model, counted together. */
export function addExperience(a: Experience, b: Experience): Experience {
  const sum: Experience = { ...a };
  for (const [rule, tallies] of Object.entries(b)) sum[rule] = sumOf(sum[rule], tallies);
  return sum;
}

function sumOf(a: Record<string, Tally> = {}, b: Record<string, Tally>): Record<string, Tally> {
  const sum = { ...a };
  for (const [key, { takes, shown }] of Object.entries(b)) {
    const before = sum[key] ?? { takes: 0, shown: 0 };
    sum[key] = { takes: before.takes + takes, shown: before.shown + shown };
  }
  return sum;
}

/** The takes of each of a rule's own clauses, whatever stood beside it; '' of prompts with none of them. */
export function talliesOf(experience: Experience, rule: Rule): Record<string, Tally> {
  const own = allClauses(rule);
  return Object.entries(experience[rule.name] ?? {}).reduce<Record<string, Tally>>((sum, [key, tally]) => {
    const said = clausesOf(key).filter(clause => own.includes(clause));
    return (said.length > 0 ? said : ['']).reduce((all, clause) => sumOf(all, { [clause]: tally }), sum);
  }, {});
}

function needsWorld(rule: Rule): boolean {
  return rule.evidence.every(each => typeof each === 'string' && ONLY_IN_WORLDS.has(each));
}
