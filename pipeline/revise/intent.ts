import { splitClauses } from './clauses.ts';
import type { Intent } from './plan.ts';
import { RULES } from './rules.ts';

/** How much of each part of the intent a prompt still asks for, 0–1; 1 where the person left it open. */
export interface IntentKept {
  subject: number;
  action: number;
  place: number;
}

/** Words that carry no picture. */
const EMPTY = new Set(
  'a an the and or of to in into on onto at by with from down up through along across inside over under between near behind beside around past towards toward within among is are was has have its their his her it'.split(
    ' ',
  ),
);
/** From such a word to the end of its clause, what is named is ruled out. */
const RULES_OUT = /\b(?:no|nobody|no one|nothing|without|none|never|not)\b(?! (?:else|other)\b)/i;
const BEING =
  /\b(?:person|people|man|men|woman|women|monk|child|children|boy|girl|kid|figure|human|worker|dancer|soldier|knight|chef|student|crowd|somebody|someone|robot|cat|dog|animal|horse|bird)s?\b/i;
const NOBODY =
  /\bnobody\b(?! else)|\bno one\b(?! else)|\b(?:empty|deserted|abandoned|uninhabited) (?:view|scene|place|frame|room)\b|\bno (?:people|persons?)\b/i;
const ALL_STILL =
  /\b(?:nothing|nobody|no one) (?!else\b)(?:ever )?moves?\b|\beverything (?!else\b)(?:is|stays|stands|remains) (?:\w+ )?(?:still|motionless|frozen)\b/i;
const MOVES =
  /\b(?:walk|run|cross|jump|danc|fly|flies|roll|mov|danc|driv|rid|swim|climb|wander|stroll|gallop|trot|spin|chas)\w*/i;

/**
 * How much of what a person wanted a prompt still asks for: for subject, action and place the share of their words
 * that it says, in any form and in any place, outside of what it rules out. Ruling out beings loses a subject that is
 * one, and bidding everything be still loses an action that moves. Words that ask for a fault ("a floating crate") are
 * not counted: a revision may cut them.
 */
export function measureIntent(intent: Intent, prompt: string): IntentKept {
  const said = new Set<string>();
  const ruledOut = new Set<string>();
  for (const { text } of splitClauses(prompt)) {
    const start = RULES_OUT.exec(text)?.index ?? text.length;
    for (const word of contentWords(text.slice(0, start))) said.add(word);
    for (const word of contentWords(text.slice(start))) ruledOut.add(word);
  }
  const share = (part: string) => {
    const words = contentWords(withoutFaults(part));
    return words.length === 0 ? 1 : words.filter(word => said.has(word)).length / words.length;
  };
  const denied = (part: string) => {
    const words = contentWords(part);
    return words.length > 0 && words.every(word => ruledOut.has(word));
  };
  const subjectGone = denied(intent.subject) || (BEING.test(intent.subject) && NOBODY.test(prompt));
  const actionGone = ALL_STILL.test(prompt) && MOVES.test(intent.action);
  return {
    subject: subjectGone ? 0 : share(intent.subject),
    action: actionGone ? 0 : share(intent.action),
    place: denied(intent.place) ? 0 : share(intent.place),
  };
}

function withoutFaults(text: string): string {
  return RULES.reduce(
    (rest, { contradictedBy }) => (contradictedBy ? rest.replace(contradictedBy, ' ') : rest),
    text,
  );
}

/** The parts of which a prompt asks for less than before. */
export function lostParts(before: IntentKept, after: IntentKept): (keyof IntentKept)[] {
  return (['subject', 'action', 'place'] as const).filter(part => after[part] < before[part]);
}

/** Lower case, in a form that singular and plural, "walks" and "walking" share. */
export function contentWords(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  return words.filter(word => !EMPTY.has(word)).map(stem);
}

function stem(word: string): string {
  const bare = word.replace(/'s$/, '');
  if (bare.length <= 3) return bare;
  return bare
    .replace(/ies$/, 'y')
    .replace(/(?<=[sxz]|ch|sh)es$/, '')
    .replace(/(?<=[^s])s$/, '')
    .replace(/(?<=\w{3})(?:ing|ed)$/, '')
    .replace(/(\w)\1$/, '$1')
    .replace(/e$/, '');
}
