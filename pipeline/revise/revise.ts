import { type Clause, joinClauses, normalised, splitClauses } from './clauses.ts';
import { type Evidence, SEVERITY_WEIGHT } from './evidence.ts';
import { type Estimate, type Experience, estimate } from './experience.ts';
import { allClauses, callsFor, RULES, type Rule } from './rules.ts';

export interface Edit {
  /** pin: added · replace: put in another's place · remove: taken out · order: moved to the front of the additions. */
  kind: 'pin' | 'replace' | 'remove' | 'order';
  clause: string;
  /** What was there before, for 'replace'. */
  replaces?: string;
  /** Ids of the violations and scores that caused it. */
  because: string[];
  /** What the next takes should show. */
  expects: string;
}

export interface Revision {
  prompt: string;
  revised: string;
  edits: Edit[];
  /** Rules that were called for and left out, with the reason. */
  skipped: { clause: string; because: string[]; reason: string }[];
}

export interface ReviseOptions {
  /**
   * What is known of the clauses on this video model, the takes of this very prompt among it (experience.ts). With it
   * a clause that is in the prompt and did not help is said another way, helped by another, or said earlier. Without
   * it a second revision with the same evidence changes nothing.
   */
  experience?: Experience;
  /** Longest prompt that may come out; one that is longer already gets only replacements that fit. */
  mostCharacters?: number;
}

/** Text encoders of open video models stop at 226 tokens; English prompts have about four characters to a token. */
const MOST_CHARACTERS = 800;

/**
 * Rewrites a prompt from what was found in its takes and worlds, by rules (rules.ts). The person's own clauses stay
 * in their order and words; only phrases that ask for what went wrong are cut out of them. No clause is said twice,
 * and none against another.
 */
export function revise(prompt: string, evidence: readonly Evidence[], options: ReviseOptions = {}): Revision {
  const limit = options.mostCharacters ?? MOST_CHARACTERS;
  const edits: Edit[] = [];
  const skipped: Revision['skipped'] = [];
  let clauses = splitClauses(prompt);

  for (const { rule, because } of rank(evidence)) {
    const { expects } = rule;
    const cut = cutContradiction(clauses, rule);
    const choice = chooseClause(cut?.clauses ?? clauses, rule, options.experience);
    const base = cut?.clauses ?? clauses;
    const apply = (next: Clause[], edit: Edit) => {
      clauses = next;
      edits.push(edit);
    };
    if (choice.kind === 'order') {
      // One clause can be the first; moving a second would undo it.
      if (edits.some(edit => edit.kind === 'order')) continue;
      apply(moveForward(base, choice.index), {
        kind: 'order',
        clause: base[choice.index]?.text ?? '',
        because,
        expects,
      });
      continue;
    }
    if (choice.kind === 'none') {
      if (cut) apply(cut.clauses, { kind: 'remove', clause: cut.removed, because, expects });
      continue;
    }
    const next =
      choice.kind === 'replace'
        ? base.map((each, i) => (i === choice.index ? { ...each, text: choice.clause } : each))
        : append(base, choice.clause);
    const text = joinClauses(next);
    if (text.length > limit && text.length > joinClauses(clauses).length) {
      skipped.push({
        clause: choice.clause,
        because,
        reason: `the prompt would be longer than ${limit} characters`,
      });
      continue;
    }
    const replaces = choice.kind === 'replace' ? choice.replaces : cut?.removed;
    apply(next, {
      kind: replaces === undefined ? 'pin' : 'replace',
      clause: choice.clause,
      ...(replaces !== undefined && { replaces }),
      because,
      expects,
    });
  }
  return { prompt, revised: edits.length > 0 ? joinClauses(clauses) : prompt, edits, skipped };
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
function chooseClause(clauses: readonly Clause[], rule: Rule, experience: Experience | undefined): Choice {
  const known = experience ?? {};
  const wordings = rule.clauses.map(normalised);
  const index = clauses.findIndex(clause => wordings.includes(normalised(clause.text)));
  const standing = clauses[index];
  const best = (candidates: readonly string[], kind: 'wording' | 'aid') =>
    candidates
      .map(clause => ({ clause, prospect: prospectOf(estimate(known, rule, clause, kind)) }))
      .sort((a, b) => a.prospect - b.prospect)[0];
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

function append(clauses: readonly Clause[], text: string): Clause[] {
  const last = clauses.at(-1);
  if (!last) return [{ text, separator: '' }];
  // A prompt of sentences goes on in a new sentence, and the additions share it.
  const ended = /[.!?]/.test(last.separator);
  if (ended && isAddition(last))
    return [...clauses.slice(0, -1), { ...last, separator: ',' }, { text, separator: last.separator }];
  return [
    ...clauses.slice(0, -1),
    { ...last, separator: last.separator || ',' },
    { text, separator: ended ? '.' : '' },
  ];
}

/** Moves an addition in front of the other additions; the separators stay where they were. */
function moveForward(clauses: readonly Clause[], index: number): Clause[] {
  const target = firstAddition(clauses);
  const texts = clauses.map(clause =>
    isAddition(clause) ? clause.text.charAt(0).toLowerCase() + clause.text.slice(1) : clause.text,
  );
  const [moved] = texts.splice(index, 1);
  if (moved !== undefined) texts.splice(target, 0, moved);
  return clauses.map((clause, i) => ({ ...clause, text: texts[i] ?? clause.text }));
}

/** Cuts every phrase that a rule contradicts out of the person's clauses. */
function cutContradiction(
  clauses: readonly Clause[],
  rule: Rule,
): { clauses: Clause[]; removed: string } | undefined {
  const removed: string[] = [];
  let rest: readonly Clause[] = clauses;
  for (let cut = cutOnce(rest, rule); cut; cut = cutOnce(rest, rule)) {
    rest = cut.clauses;
    removed.push(cut.removed);
  }
  return removed.length > 0 ? { clauses: [...rest], removed: removed.join(', ') } : undefined;
}

function cutOnce(clauses: readonly Clause[], rule: Rule): { clauses: Clause[]; removed: string } | undefined {
  const pattern = rule.contradictedBy;
  if (!pattern) return undefined;
  const index = clauses.findIndex(clause => !isAddition(clause) && pattern.test(clause.text));
  const clause = clauses[index];
  const match = clause && pattern.exec(clause.text);
  if (!clause || !match) return undefined;
  const rest = `${clause.text.slice(0, match.index)} ${clause.text.slice(match.index + match[0].length)}`;
  const text = rest
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:and|with|of)\s+/i, '')
    .replace(/\s+(?:and|with|of|in|on|by|the|a|an)$/i, '');
  // What is left without a word of content would be a torso: "and", "with the".
  const empty = !/\p{L}{3,}/u.test(text);
  const next = empty
    ? dropClause(clauses, index)
    : clauses.map((each, i) => (i === index ? { ...each, text } : each));
  // A prompt is never emptied: then the contradiction stays and the clause says the rest.
  return next.length > 0 ? { clauses: next, removed: match[0].trim() } : undefined;
}

function dropClause(clauses: readonly Clause[], index: number): Clause[] {
  const next = clauses.filter((_, i) => i !== index);
  const before = next[index - 1];
  const dropped = clauses[index];
  // The end of the sentence does not go with its last clause.
  if (before && dropped && (/[.!?]/.test(dropped.separator) || index === clauses.length - 1))
    next[index - 1] = { ...before, separator: dropped.separator };
  return next;
}
