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
/** Share of the content words of both that two clauses have in common from which they say the same. */
const SAME_WORDS = 0.75;

/** Why a clause cannot stand beside others: it says again what one says, or the opposite; undefined where it can. */
export function clashOf(text: string, others: readonly Clause[]): string | undefined {
  for (const other of others) {
    if (normalised(other.text) === normalised(text) || overlap(other.text, text) >= SAME_WORDS)
      return `it says again what "${other.text}" says`;
    if (opposed(text, other.text) || opposed(other.text, text)) return `it contradicts "${other.text}"`;
  }
  return undefined;
}

function overlap(a: string, b: string): number {
  const [first, second] = [new Set(contentWords(a)), new Set(contentWords(b))];
  const shared = [...first].filter(word => second.has(word)).length;
  return shared === 0 ? 0 : shared / (first.size + second.size - shared);
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
