/** One clause of a prompt: the words between two separators. */
export interface Clause {
  text: string;
  /** What stood after it: ',', '.', ';' …, or '' at the end. */
  separator: string;
}

// A full stop inside a number (1.5 m) or a name (St. Paul's) is followed by something else than a space and a capital.
const SEPARATOR = /\s*(?:[,;!?\n]+|\.(?=\s|$))\s*/;

/** Splits a prompt into clauses at commas, semicolons and sentence ends. Nothing but space is lost. */
export function splitClauses(prompt: string): Clause[] {
  const clauses: Clause[] = [];
  let rest = prompt.trim();
  while (rest) {
    const match = SEPARATOR.exec(rest);
    const text = (match ? rest.slice(0, match.index) : rest).trim();
    const separator = match ? match[0].trim().slice(0, 1) : '';
    if (text) clauses.push({ text, separator });
    rest = match ? rest.slice(match.index + match[0].length) : '';
  }
  return clauses;
}

/** Puts clauses together again: a sentence end is kept, everything else becomes its separator and one space. */
export function joinClauses(clauses: readonly Clause[]): string {
  return clauses
    .map(({ text, separator }, index) => {
      const last = index === clauses.length - 1;
      const starts = index === 0 || /[.!?]/.test(clauses[index - 1]?.separator ?? '');
      const written = starts ? text.charAt(0).toUpperCase() + text.slice(1) : text;
      return last ? written + (/[.!?]/.test(separator) ? separator : '') : `${written}${separator || ','} `;
    })
    .join('');
}

/** What two clauses have in common when they say the same: lower case, single spaces, no article in front. */
export function normalised(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}' ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:the|a|an|with) /, '');
}
