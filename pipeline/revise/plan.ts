import { type Clause, splitClauses } from './clauses.ts';

/** What a part of a prompt speaks of. `still`: what does not move or change, and that nothing comes or goes. */
export const SLOTS = ['subject', 'place', 'thing', 'camera', 'light', 'style', 'time', 'still'] as const;
export type Slot = (typeof SLOTS)[number];

/** Some words of a clause that speak of one thing. */
export interface Phrase {
  slot: Slot;
  text: string;
}

export interface PlannedClause extends Clause {
  /** What the clause speaks of before all else. */
  slot: Slot;
  phrases: Phrase[];
}

/** What a person wants to see, and no revision may lose; '' where the prompt leaves it open. */
export interface Intent {
  subject: string;
  action: string;
  place: string;
}

export interface Plan {
  clauses: PlannedClause[];
  intent: Intent;
}

// Words of film English, by what they speak of. The first that fits decides, so the narrower stand first.
const SPEAKS_OF: readonly (readonly [Slot, RegExp])[] = [
  [
    'still',
    /\b(?:nothing|no one|nobody|no (?:object|thing)s?)\b.*\b(?:moves?|appears?|vanish\w*|disappears?|changes?)\b|\b(?:everything|every object|all (?:things|objects)|the whole scene|objects|background)\b.*\b(?:still|same|keeps?|stays?|remains?|unchanged|motionless|rigid)\b|\bkeeps? (?:its|their|rigid) shapes?\b/i,
  ],
  [
    'camera',
    /\b(?:camera|shots?|footage|dolly|dollies|tracking|handheld|hand-held|steadicam|gimbal|tripod|lens|wide[- ]angle|close-?up|drone view|aerial|pov|point of view|first[- ]person|walk-?through|eye level|horizon|zooms?|pans?|recording|unbroken take|parallax|view|\d+ ?mm)\b/i,
  ],
  [
    'time',
    /\b(?:dusk|dawn|night|nighttime|midnight|noon|midday|morning|afternoon|evening|sunset|sunrise|twilight|golden hour|blue hour|winter|summer|autumn|spring|daytime|century|medieval|\d{3,4}s)\b/i,
  ],
  [
    'light',
    /\b(?:light|lights|lighting|lit|brightness|daylight|sunlight|moonlight|candlelight|sunny|overcast|neon|shadows?|glow|gloom|bright|dark|fog|foggy|mist|misty|rain|rainy|snowfall|exposure)\b/i,
  ],
  [
    'style',
    /\b(?:cinematic|photo-?realistic|realistic|style|anime|cartoon|noir|watercolou?r|documentary|film grain|grainy|4k|8k|hd|vintage|surreal|dreamlike|focus|blur|blurry|crisp|detail|slow motion|time-?lapse|render(?:ed|ing)?|black and white|vibrant|pastel)\b/i,
  ],
];

const PREPOSITIONS =
  /^(?:in|inside|into|on|onto|at|through|throughout|down|along|across|under|underneath|between|over|above|near|behind|beside|around|past|towards?|up|from|by|with|within|among|against|beyond|outside|off)$/i;
/** Prepositions that tell where, when what follows them speaks of nothing else. */
const TELLS_WHERE =
  /^(?:in|inside|into|on|onto|at|through|throughout|down|along|across|under|underneath|between|over|near|behind|beside|around|past|towards?|up|within|among|beyond|outside)\b/i;
/** How, not where. */
const NO_PLACE =
  /\b(?:speed|pace|angle|distance|motion|silence|circles?|a row|front|the air|mid-?air|all sides|every side|start|end|each other|it)\b/i;
/** "The floor is solid", "all things rest": nobody does anything. */
const OF_THE_SCENE =
  /^(?:every|all|no|nothing|everything|objects?|things|items|furniture)\b|^(?:the|its|their) \w+(?: and \w+)? (?:is|are|was|has|have)\b(?! \w+ing\b)/i;
const VERBS =
  /^(?:walk|run|sit|stand|wait|look|gaze|stare|move|jump|dance|sleep|rest|lie|read|write|play|climb|cross|enter|leave|pass|roll|fly|float|drive|ride|swim|sail|drift|fall|rise|turn|spin|follow|chase|carry|hold|push|pull|lift|throw|catch|eat|drink|cook|work|build|paint|sing|talk|speak|smile|laugh|cry|wander|stroll|explore|search|sweep|clean|open|close|hide|crawl|kneel|pray|march|race|glide|hover|perch|graze|hunt|sniff|stretch|lean|watch|guard|approach|descend|ascend|burn|flow|grow|bloom|shine|cycle|skate|hop|trot|gallop|pace|stalk|stop|go|come|make|take|use|wear|feed|dig|fish|bark)(?:s|es|ed|ing)?$|^(?:sits|sitting|running|lies|lying|swimming|stopping|moving|dancing|riding|driving|writing|hiding|carries|carrying|flies|is|are|was|has|have)$/i;

/**
 * Reads a prompt as a plan: what each of its clauses and phrases speaks of, and what the person wants to see. The
 * words are a film set's and everyday English, of no one provider; what they do not know is a thing.
 */
export function parsePlan(prompt: string): Plan {
  const clauses = splitClauses(prompt).map(planClause);
  return { clauses, intent: intentOf(clauses) };
}

/** What a clause speaks of before all else. */
export function slotOf(text: string): Slot {
  return planClause({ text, separator: '' }).slot;
}

function planClause(clause: Clause): PlannedClause {
  const still = speaksOf(clause.text) === 'still';
  // "Nothing moves in the hall": its places and things are those of what was said before.
  if (still) return { ...clause, slot: 'still', phrases: [{ slot: 'still', text: clause.text }] };
  const phrases = splitPhrases(clause.text).map(
    (text, index): Phrase => ({ text, slot: index === 0 ? headSlot(text) : tailSlot(text) }),
  );
  return { ...clause, slot: phrases[0]?.slot ?? 'thing', phrases };
}

/** Cuts before each preposition that has something to its left and right; "shot of a forest" is cut at 'of'. */
function splitPhrases(text: string): string[] {
  const words = text.split(/\s+/).filter(Boolean);
  const phrases: string[][] = [];
  for (const [index, word] of words.entries()) {
    const last = phrases.at(-1);
    const showing = /^of$/i.test(word) && last !== undefined && speaksOf(last.join(' ')) === 'camera';
    const tells =
      PREPOSITIONS.test(word) && index < words.length - 1 && !PREPOSITIONS.test(last?.at(-1) ?? '');
    if (!last || ((tells || showing) && index > 0)) phrases.push([word]);
    else last.push(word);
  }
  return phrases.map(phrase => phrase.join(' '));
}

function speaksOf(text: string): Slot | undefined {
  return SPEAKS_OF.find(([, words]) => words.test(text))?.[0];
}

/** Before the first preposition somebody does something, unless it speaks of the picture itself. */
function headSlot(text: string): Slot {
  if (TELLS_WHERE.test(text)) return tailSlot(text);
  const said = speaksOf(text);
  // "A dark robot walks" is about the robot; "dark light falls" about the light.
  if (said && (said === 'camera' || said === 'still' || verbOf(text) < 0)) return said;
  return verbOf(text) > 0 && !OF_THE_SCENE.test(text) ? 'subject' : 'thing';
}

function tailSlot(text: string): Slot {
  if (/^of\b/i.test(text)) return 'thing';
  const said = speaksOf(text);
  if (said) return said;
  return TELLS_WHERE.test(text) && !NO_PLACE.test(text) ? 'place' : 'thing';
}

/** Index of the verb's word, −1 where there is none; in "a floating crate" there is none. */
function verbOf(text: string): number {
  const words = text.split(/\s+/);
  const first = /^(?:a|an|the|one|two|three|some|many)$/i.test(words[0] ?? '') ? 2 : 1;
  return words.findIndex((word, index) => index >= first && VERBS.test(word));
}

function intentOf(clauses: readonly PlannedClause[]): Intent {
  const acting = clauses.find(({ slot }) => slot === 'subject');
  // "A library at dusk", "aerial shot of a forest": what is shown is the subject.
  const head = acting?.phrases[0]?.text ?? clauses.map(shownIn).find(Boolean) ?? '';
  const words = head.split(/\s+/).filter(Boolean);
  const verb = acting ? verbOf(head) : -1;
  const places = (of: (clause: PlannedClause) => boolean) =>
    clauses.filter(of).flatMap(({ phrases }) => phrases.filter(({ slot }) => slot === 'place'));
  const told = places(({ slot }) => slot !== 'camera');
  const seen = told.length > 0 ? told : places(({ slot }) => slot === 'camera');
  return {
    subject: (verb < 0 ? words : words.slice(0, verb)).join(' '),
    action: verb < 0 ? '' : words.slice(verb).join(' '),
    place: seen.map(({ text }) => text).join(' '),
  };
}

function shownIn({ slot, phrases }: PlannedClause): string {
  if (slot === 'thing') return phrases[0]?.text ?? '';
  return phrases.find(({ text }) => /^of\b/i.test(text))?.text.replace(/^of\s+/i, '') ?? '';
}
