import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { toDirectorError } from '../../engine/errors.ts';
import { throwIfCancelled } from '../../engine/progress.ts';
import { askModel, type LanguageModel } from '../language/askModel.ts';
import { type Clause, joinClauses, splitClauses } from './clauses.ts';
import { appendClause, cutPhrase, moveClause, replaceClause } from './editClauses.ts';
import type { Evidence } from './evidence.ts';
import { type Experience, talliesOf } from './experience.ts';
import { type Guard, refusalOf } from './guard.ts';
import { measureIntent } from './intent.ts';
import { parsePlan } from './plan.ts';
import { rulesMind } from './revise.ts';
import {
  type Edit,
  kindOfAddition,
  type Mind,
  MOST_CHARACTERS,
  type ReviseOptions,
  type Revision,
} from './revision.ts';
import { callsFor, RULES } from './rules.ts';

const MOST_EDITS = 8;

/** Every key is there: strict schemas of the protocol know no optional ones. */
const proposalSchema = z.object({
  kind: z.enum(['pin', 'replace', 'remove', 'order']),
  /** The words of the prompt that are replaced, removed or moved; '' for pin. */
  target: z.string(),
  /** The new words; '' for remove and order. */
  clause: z.string(),
  because: z.array(z.string()),
  expects: z.string(),
});
const proposalsSchema = z.object({ edits: z.array(proposalSchema).max(MOST_EDITS) });
type Proposal = z.infer<typeof proposalSchema>;

const TASK = `You revise prompts for a text-to-video model. Takes of the prompt were scored, the best one was reconstructed into a 3D world and tested; "evidence" lists what was found. Propose at most ${MOST_EDITS} edits of the prompt that should make it go away in the next takes.
Kinds: "pin" adds the clause; "replace" puts the clause in the place of the target; "remove" takes the target out; "order" moves the target forward, to be heeded more. A target is copied from the prompt, word for word.
Rules: keep the subject, the action and the place of "intent" exactly. Do not say what is said already, nor anything that contradicts it. Say what is to be seen, in plain film language, in clauses of at most 12 words, without a full stop. Name in "because" the ids of the evidence that the edit answers, and in "expects" what the next takes should show. Prefer few edits that answer the gravest evidence. "learned" tells of clauses used before on this video model how many takes had them and how many showed the fault all the same.`;

/**
 * A language model as a mind: it proposes edits from the same evidence, and each is held to the same guard as those of
 * the rules. Where it cannot be reached, answers in another form, or none of its edits may be made, the rules revise
 * and the revision says so.
 */
export function createModelMind(model: LanguageModel): Mind {
  return {
    name: model.model,
    async revise(prompt, evidence, options) {
      if (evidence.length === 0) return rulesMind.revise(prompt, evidence, options);
      let proposals: Proposal[];
      try {
        proposals = await propose(model, prompt, evidence, options);
      } catch (thrown) {
        throwIfCancelled(options.signal);
        const { code, message } = toDirectorError(thrown);
        return fallBack(`${model.model} could not revise the prompt, so the rules did: ${message} (${code})`);
      }
      const revision = applyProposals(prompt, evidence, proposals, options);
      if (revision.edits.length > 0) return { ...revision, mind: model.model, notes: [] };
      const reasons = revision.skipped.map(({ clause, reason }) => `"${clause}": ${reason}`).join('; ');
      return fallBack(
        `${model.model} proposed no edit that may be made, so the rules revised the prompt. ${reasons}`.trim(),
      );

      async function fallBack(note: string) {
        return { ...(await rulesMind.revise(prompt, evidence, options)), notes: [note] };
      }
    },
  };
}

async function propose(
  model: LanguageModel,
  prompt: string,
  evidence: readonly Evidence[],
  options: ReviseOptions & { signal?: AbortSignal | undefined },
): Promise<Proposal[]> {
  const { clauses, intent } = parsePlan(prompt);
  const asked = {
    prompt,
    plan: clauses.flatMap(({ phrases }) => phrases.map(({ slot, text }) => ({ [slot]: text }))),
    intent: options.intent ?? intent,
    mostCharacters: options.mostCharacters ?? MOST_CHARACTERS,
    evidence: evidence.map(({ id, kind, severity, message }) => ({ id, kind, severity, message })),
    learned: learnedOf(evidence, options.experience ?? {}),
  };
  const { edits } = await askModel(
    'the edits',
    { ...model, signal: options.signal },
    zodResponseFormat(proposalsSchema, 'edits'),
    proposalsSchema,
    [
      { role: 'system', content: TASK },
      { role: 'user', content: JSON.stringify(asked) },
    ],
  );
  return edits;
}

/** What is known of clauses that were meant to prevent what was found. */
function learnedOf(evidence: readonly Evidence[], experience: Experience) {
  return RULES.filter(rule => evidence.some(({ kind }) => callsFor(rule, kind))).flatMap(rule =>
    Object.entries(talliesOf(experience, rule)).map(([clause, { takes, shown }]) => ({
      clause: clause || '(none of these)',
      takes,
      shown,
    })),
  );
}

/** Makes the edits that may be made, in their order; the others are listed with the reason. */
function applyProposals(
  prompt: string,
  evidence: readonly Evidence[],
  proposals: readonly Proposal[],
  options: ReviseOptions,
): Revision {
  const guard: Guard = {
    intent: options.intent ?? parsePlan(prompt).intent,
    mostCharacters: options.mostCharacters ?? MOST_CHARACTERS,
  };
  const known = new Set(evidence.map(({ id }) => id));
  const edits: Edit[] = [];
  const skipped: Revision['skipped'] = [];
  let clauses = splitClauses(prompt);
  for (const proposal of proposals) {
    const because = [...new Set(proposal.because)];
    const expects = proposal.expects.trim();
    const made = apply(clauses, proposal);
    const reason =
      because.length === 0 || because.some(id => !known.has(id))
        ? 'it names evidence that there is not'
        : typeof made === 'string'
          ? made
          : refusalOf(clauses, made.clauses, made.added, guard);
    if (reason !== undefined || typeof made === 'string') {
      skipped.push({ clause: proposal.clause || proposal.target, because, reason: reason ?? '' });
      continue;
    }
    clauses = made.clauses;
    const clause = made.added?.text ?? proposal.target.trim();
    if (proposal.kind === 'replace')
      edits.push({ kind: 'replace', clause, replaces: proposal.target.trim(), because, expects });
    else
      edits.push({
        kind: proposal.kind === 'pin' ? kindOfAddition(clause) : proposal.kind,
        clause,
        because,
        expects,
      });
  }
  const revised = edits.length > 0 ? joinClauses(clauses) : prompt;
  return { prompt, revised, edits, skipped, intent: measureIntent(guard.intent, revised) };
}

/** Models write clauses as sentences; in the middle of one there is no capital. */
function withoutCapital(text: string): string {
  return text.replace(/^\p{Lu}(?=\p{Ll}|\s)/u, letter => letter.toLowerCase());
}

/** @returns the clauses after the edit and the one that is new, or why there is no such edit. */
function apply(
  clauses: readonly Clause[],
  { kind, target, clause }: Proposal,
): { clauses: Clause[]; added: Clause | undefined } | string {
  const [text, ...more] = splitClauses(clause);
  if (kind === 'pin' || kind === 'replace') {
    if (!text || more.length > 0) return 'it is not one clause';
    if (kind === 'pin') return appendClause(clauses, withoutCapital(text.text), () => false);
  }
  const words = target.trim();
  const at = clauses.findIndex(each => each.text.toLowerCase().includes(words.toLowerCase()));
  const standing = clauses[at];
  if (words === '' || !standing) return `the prompt does not say "${words}"`;
  switch (kind) {
    case 'replace': {
      const start = standing.text.toLowerCase().indexOf(words.toLowerCase());
      const rest = standing.text.slice(start + words.length);
      return replaceClause(clauses, at, `${standing.text.slice(0, start)}${text?.text}${rest}`);
    }
    case 'remove': {
      const cut = cutPhrase(clauses, new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i'));
      return cut ? { clauses: cut.clauses, added: undefined } : 'nothing would be left of the prompt';
    }
    default: {
      // In front of all that is not who, what and where.
      const front = parsePlan(joinClauses(clauses)).clauses.findIndex(
        ({ slot }) => slot !== 'subject' && slot !== 'place' && slot !== 'thing',
      );
      if (standing.text.toLowerCase() !== words.toLowerCase()) return `"${words}" is not a whole clause`;
      if (front < 0 || at <= front) return 'it stands in front already';
      return { clauses: moveClause(clauses, at, front), added: undefined };
    }
  }
}
