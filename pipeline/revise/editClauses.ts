import type { Clause } from './clauses.ts';

/** The edits of a plan's clauses. Each gives new clauses; those that are given stay as they are. */

/** Adds a clause at the end, and gives it as well. */
export function appendClause(
  clauses: readonly Clause[],
  text: string,
  isAddition: (clause: Clause) => boolean,
): { clauses: Clause[]; added: Clause } {
  const last = clauses.at(-1);
  if (!last) {
    const added = { text, separator: '' };
    return { clauses: [added], added };
  }
  // A prompt of sentences goes on in a new sentence, and the additions share it.
  const ended = /[.!?]/.test(last.separator);
  const shares = ended && isAddition(last);
  const added = { text, separator: shares ? last.separator : ended ? '.' : '' };
  const separator = shares ? ',' : last.separator || ',';
  return { clauses: [...clauses.slice(0, -1), { ...last, separator }, added], added };
}

/** Puts another clause in the place of one. */
export function replaceClause(
  clauses: readonly Clause[],
  index: number,
  text: string,
): { clauses: Clause[]; added: Clause | undefined } {
  const next = clauses.map((each, i) => (i === index ? { ...each, text } : each));
  return { clauses: next, added: next[index] };
}

/** Moves a clause to an earlier place; the separators stay where they were. */
export function moveClause(clauses: readonly Clause[], from: number, to: number): Clause[] {
  const texts = clauses.map(({ text }, index) =>
    index >= to ? text.charAt(0).toLowerCase() + text.slice(1) : text,
  );
  const [moved] = texts.splice(from, 1);
  if (moved !== undefined) texts.splice(to, 0, moved);
  return clauses.map((clause, i) => ({ ...clause, text: texts[i] ?? clause.text }));
}

/**
 * Cuts the first phrase that a pattern finds out of the clauses that may be cut. A clause of which no word of content
 * is left goes whole; a prompt is never emptied.
 */
export function cutPhrase(
  clauses: readonly Clause[],
  pattern: RegExp,
  mayCut: (clause: Clause) => boolean = () => true,
): { clauses: Clause[]; removed: string } | undefined {
  const index = clauses.findIndex(clause => mayCut(clause) && pattern.test(clause.text));
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
  const next = empty ? dropClause(clauses, index) : replaceClause(clauses, index, text).clauses;
  return next.length > 0 ? { clauses: next, removed: match[0].trim() } : undefined;
}

/** Takes a clause out. */
export function dropClause(clauses: readonly Clause[], index: number): Clause[] {
  const next = clauses.filter((_, i) => i !== index);
  const before = next[index - 1];
  const dropped = clauses[index];
  // The end of the sentence does not go with its last clause.
  if (before && dropped && (/[.!?]/.test(dropped.separator) || index === clauses.length - 1))
    next[index - 1] = { ...before, separator: dropped.separator };
  return next;
}
