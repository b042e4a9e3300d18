import { createRandom } from '../../engine/random.ts';
import type { Evidence } from '../../pipeline/revise/evidence.ts';
import { revise, rulesMind } from '../../pipeline/revise/revise.ts';
import type { Mind, ReviseOptions, Revision } from '../../pipeline/revise/revision.ts';
import { allClauses, RULES } from '../../pipeline/revise/rules.ts';

/** A way to go on from what was found. */
export interface Arm {
  mind: Mind;
  /** Whether it carries what it learned about a video model from production to production. */
  memory: boolean;
}

const CLAUSES = RULES.flatMap(rule => allClauses(rule));
const ALL_KEPT = { subject: 1, action: 1, place: 1 };

/** More takes of the same prompt: what revision has to beat at equal generated seconds. */
const bestOfN: Mind = {
  name: 'the same prompt',
  async revise(prompt) {
    return { prompt, revised: prompt, edits: [], skipped: [], intent: ALL_KEPT, mind: this.name, notes: [] };
  },
};

const randomEdits: Mind = {
  name: 'random edits',
  async revise(prompt, evidence, options) {
    return { ...reviseAtRandom(prompt, evidence, options), mind: this.name, notes: [] };
  },
};

/** As many clauses as the rules would have said, drawn from all that they know, whatever was found. */
export function reviseAtRandom(
  prompt: string,
  evidence: readonly Evidence[],
  options: ReviseOptions,
): Revision {
  const made = revise(prompt, evidence, options);
  const random = createRandom(`random edits/${prompt}/${evidence.map(({ id }) => id).join()}`);
  const open = CLAUSES.filter(clause => !prompt.includes(clause));
  const clauses = made.edits.flatMap(() => open.splice(random.integer(Math.max(1, open.length)), 1));
  const edits = clauses.map(clause => ({ kind: 'pin' as const, clause, because: [], expects: 'nothing' }));
  return { ...made, revised: [prompt, ...clauses].join(', '), edits };
}

export const ARMS: Record<string, Arm> = {
  'best-of-n': { mind: bestOfN, memory: false },
  random: { mind: randomEdits, memory: false },
  rules: { mind: rulesMind, memory: false },
  'rules-memory': { mind: { ...rulesMind, name: 'rules with memory' }, memory: true },
};
