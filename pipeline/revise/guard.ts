import { type Clause, joinClauses } from './clauses.ts';
import { clashOf } from './contradictions.ts';
import { lostParts, measureIntent } from './intent.ts';
import type { Intent } from './plan.ts';

/** What every edit is held to, whoever proposes it. */
export interface Guard {
  /** What the person wants to see. */
  intent: Intent;
  /** Longest prompt that may come out; one that is longer already may not grow. */
  mostCharacters: number;
}

/**
 * Why an edit is not made, or undefined where it may be: it must not repeat or contradict what the prompt says, not
 * grow it beyond the limit, and not take from what the person wants to see.
 * @param added the new clause, at its place in `after`.
 */
export function refusalOf(
  before: readonly Clause[],
  after: readonly Clause[],
  added: Clause | undefined,
  { intent, mostCharacters }: Guard,
): string | undefined {
  const clash =
    added &&
    clashOf(
      added.text,
      after.filter(clause => clause !== added),
    );
  if (clash) return clash;
  const [was, is] = [joinClauses(before), joinClauses(after)];
  if (is.length > mostCharacters && is.length > was.length)
    return `the prompt would be longer than ${mostCharacters} characters`;
  const lost = lostParts(measureIntent(intent, was), measureIntent(intent, is));
  if (lost.length > 0)
    return `the ${lost.join(' and ')} would be lost: "${lost.map(part => intent[part]).join('", "')}"`;
  return undefined;
}
