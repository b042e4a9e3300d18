import { type Clause, joinClauses, normalised, splitClauses } from './clauses.ts';
import { appendClause, cutPhrase, dropClause, moveClause, replaceClause } from './editClauses.ts';
import { type Evidence, SEVERITY_WEIGHT } from './evidence.ts';
import { type Guard, refusalOf } from './guard.ts';
import { measureIntent } from './intent.ts';
import { parsePlan } from './plan.ts';
import { type PromptRisk, promptRisk } from './promptRisk.ts';
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

  const called = rank(evidence);
  // What a standing clause was put in against counts too, although it may not have come back.
  const concerned = RULES.filter(
    rule => called.some(each => each.rule === rule) || clauses.some(({ text }) => speaksFor(rule, text)),
  );
  const risk = promptRisk(options.experience ?? {}, concerned);
  for (const { rule, because } of called) {
    const { expects } = rule;
    const cut = cutContradiction(clauses, rule, guard);
    const base = cut?.clauses ?? clauses;
    const before = clauses;
    const refusals = new Map<string, string>();
    const make = (text: string, index?: number) =>
      index === undefined ? appendClause(base, text, isAddition) : replaceClause(base, index, text);
    const fits = (text: string, index?: number) => {
      const { clauses: after, added } = make(text, index);
      const reason = refusalOf(before, after, added, guard);
      if (reason !== undefined) refusals.set(text, reason);
      return reason === undefined;
    };
    const choice = chooseClause(base, rule, options.experience !== undefined, {
      fits,
      risk: (text, index) => risk.total(make(text, index).clauses),
      standing: risk.total(base),
    });
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
        const made = make(clause, choice.kind === 'replace' ? choice.index : undefined);
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
  if (options.experience) {
    const written = new Set(edits.map(({ clause }) => clause));
    for (;;) {
      const harm = worstAddition(clauses, called, risk, written, guard);
      if (!harm) break;
      clauses = harm.clauses;
      edits.push(harm.edit);
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

/** What a rule's choice is judged by; with an index the clause there makes way for the text. */
interface Prospects {
  fits(text: string, index?: number): boolean;
  /** Of the prompt that it would make (promptRisk.ts). */
  risk(text: string, index?: number): number;
  /** Of the prompt as it stands. */
  standing: number;
}

/** The wording after which least is expected, as far as is known: of the rule's own fault, and of all others. */
function chooseClause(clauses: readonly Clause[], rule: Rule, learns: boolean, prospects: Prospects): Choice {
  const wordings = rule.clauses.map(normalised);
  const index = clauses.findIndex(clause => wordings.includes(normalised(clause.text)));
  const standing = clauses[index];
  const best = (candidates: readonly string[], at?: number) =>
    candidates
      .map(clause => ({ clause, risk: prospects.risk(clause, at) }))
      .sort((a, b) => a.risk - b.risk)
      .find(({ clause, risk }) => risk < prospects.standing && prospects.fits(clause, at));
  if (!standing) {
    const said = rule.saidBy !== undefined && clauses.some(clause => rule.saidBy?.test(clause.text));
    // What the person has said already is said in other words.
    const choice = best(said ? rule.clauses.slice(1) : rule.clauses);
    return choice ? { kind: 'pin', clause: choice.clause } : { kind: 'none' };
  }
  if (!learns) return { kind: 'none' };
  const other = best(
    rule.clauses.filter(clause => normalised(clause) !== normalised(standing.text)),
    index,
  );
  const aid = best(usableAids(clauses, rule));
  if (aid && (!other || aid.risk <= other.risk)) return { kind: 'pin', clause: aid.clause };
  if (other) return { kind: 'replace', clause: other.clause, replaces: standing.text, index };
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

/** How much less must be expected of a take without a clause for it to go: what is learned from few takes is uncertain. */
const LEAST_HARM = 0.05;

/** The clause of our own that does most harm to what it does not speak of, where that was found now. */
function worstAddition(
  clauses: readonly Clause[],
  called: readonly { rule: Rule; because: string[] }[],
  risk: PromptRisk,
  written: ReadonlySet<string>,
  guard: Guard,
): { clauses: Clause[]; edit: Edit } | undefined {
  let least = risk.total(clauses) - LEAST_HARM;
  let worst: { clauses: Clause[]; edit: Edit } | undefined;
  clauses.forEach((clause, index) => {
    if (!isAddition(clause) || written.has(clause.text)) return;
    const without = dropClause(clauses, index);
    const total = risk.total(without);
    const harmed = called.filter(({ rule }) => risk.of(rule, without) < risk.of(rule, clauses));
    if (total >= least || harmed.length === 0) return;
    if (refusalOf(clauses, without, undefined, guard) !== undefined) return;
    least = total;
    worst = {
      clauses: without,
      edit: {
        kind: 'remove',
        clause: clause.text,
        because: [...new Set(harmed.flatMap(({ because }) => because))],
        expects: harmed.map(({ rule }) => rule.expects).join('; '),
      },
    };
  });
  return worst;
}

/** Index of the first clause that a rule wrote. */
function firstAddition(clauses: readonly Clause[]): number {
  const index = clauses.findIndex(isAddition);
  return index < 0 ? clauses.length : index;
}

function speaksFor(rule: Rule, text: string): boolean {
  return allClauses(rule).some(clause => normalised(clause) === normalised(text));
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
