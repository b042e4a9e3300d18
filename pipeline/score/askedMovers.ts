import { parsePlan } from '../revise/plan.ts';

/** Those who keep their place: a sitting cat may turn its head, which is too small to be found. */
const KEEPS_PLACE =
  /^(?:sit|stand|wait|rest|lie|lying|sleep|perch|kneel|lean|pray|read|look|gaze|stare|watch|guard|hide|hiding|stop|listen|is|are|was|has|have)(?:s|es|ed|ing|ting|ping)?$/i;
/** Many of a kind, each of which moves by itself. */
const MANY =
  /\b(?:crowd(?:ed|s)?|people|pedestrians|passers-by|traffic|children|kids|dancers|birds|flocks?|herds?|shoals?|fish|bustling|busy)\b/i;
const RULED_OUT = /\b(?:no|nobody|without|empty of|free of|nothing|never)\b/i;
const NUMBERS: Readonly<Record<string, number>> = { two: 2, three: 3, four: 4, five: 5 };

/** Who does this may be out of the picture again at once. */
const FAST =
  /^(?:run|race|rush|dash|chase|gallop|fly|flies|drive|ride|cycle|skate|sail|glide|cross|pass|jump|hop|fall|roll)(?:s|es|ed|ing|ning|ping|d)?$|^(?:driving|riding|cycling|skating|gliding|racing|chasing|across|past)$/i;

export interface AskedMovers {
  /** How many things may move about by themselves, 0 to Infinity. */
  count: number;
  /** Whether one of them may pass by, in and out of the picture. */
  fast: boolean;
}

/**
 * What a prompt asks for that moves about by itself: its subjects that do not keep their place. Read from the plan, which
 * knows everyday film English; what it does not know is taken to keep its place.
 */
export function askedMovers(prompt: string): AskedMovers {
  const asked: AskedMovers = { count: 0, fast: false };
  for (const { slot, text, phrases } of parsePlan(prompt).clauses) {
    if (slot === 'still' || slot === 'camera' || RULED_OUT.test(text)) continue;
    if (MANY.test(text)) return { count: Number.POSITIVE_INFINITY, fast: true };
    if (slot !== 'subject') continue;
    const words = (phrases[0]?.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    if (words.some(word => KEEPS_PLACE.test(word))) continue;
    asked.count += countOf(words[0] ?? '');
    asked.fast ||= text.split(/\s+/).some(word => FAST.test(word));
  }
  return asked;
}

/** "A dog" is one, "two dogs" are two; "dogs" are as many as there are. */
function countOf(first: string): number {
  return (
    NUMBERS[first] ?? (/^(?:a|an|the|one|another|his|her|its)$/.test(first) ? 1 : Number.POSITIVE_INFINITY)
  );
}
