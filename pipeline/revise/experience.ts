import { z } from 'zod';
import { normalised, splitClauses } from './clauses.ts';
import { allClauses, callsFor, RULES, type Rule } from './rules.ts';

/** How many takes were made with a clause in the prompt, and how many of them showed what it is meant to prevent. */
const tallySchema = z.strictObject({ takes: z.int().min(0), shown: z.int().min(0) });
export type Tally = z.infer<typeof tallySchema>;

/** Of one video model: rule → clause → tally. The clause '' stands for prompts with none of the rule's clauses. */
export const experienceSchema = z.record(z.string(), z.record(z.string(), tallySchema));
export type Experience = z.infer<typeof experienceSchema>;

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
  const said = new Set(splitClauses(prompt).map(({ text }) => normalised(text)));
  const next: Experience = { ...experience };
  for (const rule of RULES) {
    const told = outcomes.filter(({ tested }) => tested || !needsWorld(rule));
    if (told.length === 0) continue;
    const shown = told.filter(({ kinds }) => kinds.some(kind => callsFor(rule, kind))).length;
    const present = allClauses(rule).filter(clause => said.has(normalised(clause)));
    const tallies = { ...next[rule.name] };
    for (const clause of present.length > 0 ? present : ['']) {
      const before = tallies[clause] ?? { takes: 0, shown: 0 };
      tallies[clause] = { takes: before.takes + told.length, shown: before.shown + shown };
    }
    next[rule.name] = tallies;
  }
  return next;
}

/** Two experiences of the same model, counted together. */
export function addExperience(a: Experience, b: Experience): Experience {
  const sum: Experience = { ...a };
  for (const [rule, tallies] of Object.entries(b)) {
    const merged = { ...sum[rule] };
    for (const [clause, { takes, shown }] of Object.entries(tallies)) {
      const before = merged[clause] ?? { takes: 0, shown: 0 };
      merged[clause] = { takes: before.takes + takes, shown: before.shown + shown };
    }
    sum[rule] = merged;
  }
  return sum;
}

function needsWorld(rule: Rule): boolean {
  return rule.evidence.every(each => typeof each === 'string' && ONLY_IN_WORLDS.has(each));
}

/** Takes that a guess before any experience is worth. */
const PRIOR_TAKES = 2;
/** Chance that a take shows the fault all the same, guessed: of a clause that speaks of it, of one that does not. */
const PRIOR_CHANCE = { wording: 0.2, aid: 0.3, nothing: 0.5 };

export interface Estimate {
  takes: number;
  /** Mean of the Beta posterior: chance that a take shows the fault with the clause in its prompt. */
  chance: number;
  /** Its standard deviation. */
  spread: number;
}

/** What is believed of a clause: a guess that gives way to what was seen. */
export function estimate(
  experience: Experience,
  rule: Rule,
  clause: string,
  kind: keyof typeof PRIOR_CHANCE,
): Estimate {
  const { takes, shown } = experience[rule.name]?.[clause] ?? { takes: 0, shown: 0 };
  const a = shown + PRIOR_TAKES * PRIOR_CHANCE[kind];
  const n = takes + PRIOR_TAKES;
  const chance = a / n;
  return { takes, chance, spread: Math.sqrt((chance * (1 - chance)) / (n + 1)) };
}
