import { type Clause, joinClauses, normalised, splitClauses } from './clauses.ts';
import { appendClause, cutPhrase, moveClause, replaceClause } from './editClauses.ts';
import { type Evidence, SEVERITY_WEIGHT } from './evidence.ts';
import { type Estimate, type Experience, estimate } from './experience.ts';
import { type Guard, refusalOf } from './guard.ts';
import { measureIntent } from './intent.ts';
import { parsePlan } from './plan.ts';
import {
  type Edit,
  kindOfAddition,
  type Mind,
  MOST_CHARACTERS,
  type ReviseOptions,
  type Revision,
} from './revision.ts';
import { allClauses, callsFor, RULES, type Rule } from './rules.ts';

/** The rules as a mind, which needs nothing and nobody. */
export const rulesMind: Mind = {
  name: 'rules',
  async revise(prompt, evidence, options) {
    return { ...revise(prompt, evidence, options), mind: 'rules', notes: [] };
  },
};

/**
 * Rewrites a prompt from what was found in its takes and worlds, by rules (rules.ts). The person's own clauses stay
 * in their order and words; only phrases that ask for what went wrong are cut out of them. No clause is said twice,
 * and none against another; what guard.ts refuses makes way for the next best way to say it.
 */
export function revise(prompt: string, evidence: readonly Evidence[], options: ReviseOptions = {}): Revision {
  const guard: Guard = {
    intent: options.intent ?? parsePlan(prompt).intent,
    mostCharacters: options.mostCharacters ?? MOST_CHARACTERS,
  };
  const edits: Edit[] = [];
  const skipped: Revision['skipped'] = [];
  let clauses = splitClauses(prompt);

  for (const { rule, because } of rank(evidence)) {
    const { expects } = rule;
    const cut = cutContradiction(clauses, rule, guard);
    const base = cut?.clauses ?? clauses;
    const before = clauses;
    const refusals = new Map<string, string>();
    const fits = (text: string, index?: number) => {
      const { clauses: after, added } =
        index === undefined ? appendClause(base, text, isAddition) : replaceClause(base, index, text);
      const reason = refusalOf(before, after, added, guard);
      if (reason !== undefined) refusals.set(text, reason);
      return reason === undefined;
    };
    const choice = chooseClause(base, rule, options.experience, fits);
    const apply = (next: Clause[], edit: Edit) => {
      clauses = next;
      edits.push(edit);
    };
    switch (choice.kind) {
      case 'order':
        // One clause can be the first; moving a second would undo it.
        if (!edits.some(edit => edit.kind === 'order'))
          apply(moveClause(base, choice.index, firstAddition(base)), {
            kind: 'order',
            clause: base[choice.index]?.text ?? '',
            because,
            expects,
          });
        break;
      case 'none':
        if (cut) apply(cut.clauses, { kind: 'remove', clause: cut.removed, because, expects });
        // Where every way to say it was refused, the first is the one that is missed.
        for (const [clause, reason] of [...refusals].slice(0, 1)) skipped.push({ clause, because, reason });
        break;
      case 'pin':
      case 'replace': {
        const { clause } = choice;
        const made =
          choice.kind === 'replace'
            ? replaceClause(base, choice.index, clause)
            : appendClause(base, clause, isAddition);
        const replaces = choice.kind === 'replace' ? choice.replaces : cut?.removed;
        apply(
          made.clauses,
          replaces === undefined
            ? { kind: kindOfAddition(clause), clause, because, expects }
            : { kind: 'replace', clause, replaces, because, expects },
        );
      }
    }
  }
  const revised = edits.length > 0 ? joinClauses(clauses) : prompt;
  return { prompt, revised, edits, skipped, intent: measureIntent(guard.intent, revised) };
}

/** The rules that the evidence calls for, the most pressing first, each with the ids that call for it. */
function rank(evidence: readonly Evidence[]): { rule: Rule; because: string[] }[] {
  return RULES.map(rule => {
    const calls = evidence.filter(each => callsFor(rule, each.kind));
    const pressure = Math.max(0, ...calls.map(each => SEVERITY_WEIGHT[each.severity] * each.confidence));
    return { rule, because: [...new Set(calls.map(each => each.id))], urgency: pressure * rule.weight };
  })
    .filter(({ because }) => because.length > 0)
    .sort((a, b) => b.urgency - a.urgency || b.rule.weight - a.rule.weight);
}

type Choice =
  | { kind: 'pin'; clause: string }
  | { kind: 'replace'; clause: string; replaces: string; index: number }
  | { kind: 'order'; index: number }
  | { kind: 'none' };

/**
 * The wording that prevents the fault best, as far as is known. Of what was never tried, the hopeful side of the guess
 * counts (a lower confidence bound, as in UCB1, Auer et al. 2002), so that it gets its turn before what has failed; of
 * what was tried, the mean alone: takes are few, and what works is kept.
 */
function chooseClause(
  clauses: readonly Clause[],
  rule: Rule,
  experience: Experience | undefined,
  fits: (text: string, index?: number) => boolean,
): Choice {
  const known = experience ?? {};
  const wordings = rule.clauses.map(normalised);
  const index = clauses.findIndex(clause => wordings.includes(normalised(clause.text)));
  const standing = clauses[index];
  const best = (candidates: readonly string[], kind: 'wording' | 'aid') =>
    candidates
      .map(clause => ({ clause, prospect: prospectOf(estimate(known, rule, clause, kind)) }))
      .sort((a, b) => a.prospect - b.prospect)
      .find(({ clause }) => fits(clause, kind === 'wording' && standing ? index : undefined));
  if (!standing) {
    const said = rule.saidBy !== undefined && clauses.some(clause => rule.saidBy?.test(clause.text));
    // What the person has said already is said in other words.
    const choice = best(said ? rule.clauses.slice(1) : rule.clauses, 'wording');
    return choice ? { kind: 'pin', clause: choice.clause } : { kind: 'none' };
  }
  if (!experience) return { kind: 'none' };
  const said = rule.clauses[wordings.indexOf(normalised(standing.text))] ?? standing.text;
  const chance = estimate(known, rule, said, 'wording').chance;
  const other = best(
    rule.clauses.filter(clause => clause !== said),
    'wording',
  );
  const aid = best(usableAids(clauses, rule), 'aid');
  const helps = chance < estimate(known, rule, '', 'nothing').chance;
  const replace = other !== undefined && other.prospect < chance;
  if (aid && (helps || !replace) && aid.prospect < chance) return { kind: 'pin', clause: aid.clause };
  if (replace) return { kind: 'replace', clause: other.clause, replaces: standing.text, index };
  return index > firstAddition(clauses) ? { kind: 'order', index } : { kind: 'none' };
}

/** One aid stands beside a wording, and none where the person has spoken of the same. */
function usableAids(clauses: readonly Clause[], rule: Rule): readonly string[] {
  const aids = (rule.aids ?? []).map(normalised);
  const unwanted = clauses.some(
    ({ text }) =>
      aids.includes(normalised(text)) ||
      (!ADDITIONS.has(normalised(text)) && rule.aidsUnless !== undefined && rule.aidsUnless.test(text)),
  );
  return unwanted ? [] : (rule.aids ?? []);
}

/** With more, a clause that prevented the fault in every one of three takes would give way to one never tried. */
const OPTIMISM = 0.5;

function prospectOf({ takes, chance, spread }: Estimate): number {
  return takes > 0 ? chance : chance - OPTIMISM * spread;
}

/** Index of the first clause that a rule wrote. */
function firstAddition(clauses: readonly Clause[]): number {
  const index = clauses.findIndex(isAddition);
  return index < 0 ? clauses.length : index;
}

const ADDITIONS = new Set(RULES.flatMap(rule => allClauses(rule).map(normalised)));

function isAddition(clause: Clause): boolean {
  return ADDITIONS.has(normalised(clause.text));
}

/** Cuts every phrase that a rule contradicts out of the person's clauses, as far as the guard lets it. */
function cutContradiction(
  clauses: readonly Clause[],
  rule: Rule,
  guard: Guard,
): { clauses: Clause[]; removed: string } | undefined {
  const removed: string[] = [];
  let rest = clauses;
  for (;;) {
    const cut = rule.contradictedBy && cutPhrase(rest, rule.contradictedBy, clause => !isAddition(clause));
    if (!cut || refusalOf(rest, cut.clauses, undefined, guard) !== undefined) break;
    rest = cut.clauses;
    removed.push(cut.removed);
  }
  return removed.length > 0 ? { clauses: [...rest], removed: removed.join(', ') } : undefined;
}
