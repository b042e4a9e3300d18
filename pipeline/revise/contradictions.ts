import { type Clause, normalised } from './clauses.ts';
import { contentWords } from './intent.ts';
import { parsePlan } from './plan.ts';
import { allClauses, RULES, type Rule } from './rules.ts';

/** Two ways that a picture cannot be at once, of what no rule speaks of. */
const OPPOSITES: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\b(?:day|daylight|daytime|noon|midday|sunny|sunlight)\b/i,
    /\b(?:night|nighttime|midnight|moonlight|moonlit)\b/i,
  ],
  [/\bbright(?:ly)?\b/i, /\b(?:dark|dim|dimly|gloomy)\b/i],
  [
    /\b(?:empty|deserted|nobody|abandoned)\b/i,
    /\b(?:crowd\w*|busy|people|pedestrians|passers-by|traffic)\b/i,
  ],
  [/\b(?:indoors?|interior)\b/i, /\b(?:outdoors?|exterior|open air)\b/i],
];
/** What follows is not asked for: "no blur" is no blur. */
const NEGATED = /\b(?:no|not|never|nothing|nobody|without)\b[^,;.]*/gi;
/** Share of a clause's content words that another says already, from which it says nothing new. */
const SAME_WORDS = 0.8;

/** Why a clause cannot stand beside others: it says again what one says, or the opposite; undefined where it can. */
export function clashOf(text: string, others: readonly Clause[]): string | undefined {
  for (const other of others) {
    if (normalised(other.text) === normalised(text) || saidShare(text, other.text) >= SAME_WORDS)
      return `it says again what "${other.text}" says`;
    if (opposed(text, other.text) || opposed(other.text, text)) return `it contradicts "${other.text}"`;
  }
  return undefined;
}

function saidShare(text: string, other: string): number {
  const [words, said] = [new Set(contentWords(text)), new Set(contentWords(other))];
  return words.size === 0 ? 0 : [...words].filter(word => said.has(word)).length / words.size;
}

function opposed(one: string, other: string): boolean {
  const against = other.replace(NEGATED, ' ');
  if (RULES.some(rule => speaksFor(rule, one) && rule.contradictedBy?.test(against))) return true;
  // "A dark robot" is no dark picture.
  const [picture, otherPicture] = [withoutSubject(one), withoutSubject(against)];
  return OPPOSITES.some(([a, b]) => a.test(picture.replace(NEGATED, ' ')) && b.test(otherPicture));
}

function speaksFor(rule: Rule, text: string): boolean {
  return (
    allClauses(rule).some(clause => normalised(clause) === normalised(text)) ||
    (rule.saidBy?.test(text) ?? false)
  );
}

function withoutSubject(text: string): string {
  const [clause] = parsePlan(text).clauses;
  return (clause?.phrases ?? [])
    .flatMap(({ slot, text: words }) => (slot === 'subject' ? [] : words))
    .join(' ');
}
