import type { Evidence } from './evidence.ts';
import type { Experience } from './experience.ts';
import type { IntentKept } from './intent.ts';
import { type Intent, slotOf } from './plan.ts';

/**
 * Longest prompt that revisions write where nobody says another: text encoders of open video models stop at 226
 * tokens, and English prompts have about four characters to a token.
 */
export const MOST_CHARACTERS = 800;

export const EDIT_KINDS = ['pin', 'camera', 'still', 'replace', 'remove', 'order'] as const;

export interface Edit {
  /**
   * pin: added · camera: added, it states what the camera does · still: added, it states what does not move or change ·
   * replace: put in another's place · remove: taken out · order: moved forward.
   */
  kind: (typeof EDIT_KINDS)[number];
  clause: string;
  /** What was there before, for 'replace'. */
  replaces?: string;
  /** Ids of the violations and scores that caused it. */
  because: string[];
  /** What the next takes should show. */
  expects: string;
}

export interface Revision {
  prompt: string;
  revised: string;
  edits: Edit[];
  /** Edits that were called for or proposed and not made, with the reason. */
  skipped: { clause: string; because: string[]; reason: string }[];
  /** How much of what the person wants to see the revised prompt asks for. */
  intent: IntentKept;
}

export interface ReviseOptions {
  /**
   * What is known of the clauses on this video model, the takes of this very prompt among it (experience.ts). With it
   * a clause that is in the prompt and did not help is said another way, helped by another, or said earlier. Without
   * it a second revision with the same evidence changes nothing.
   */
  experience?: Experience | undefined;
  /** Longest prompt that may come out; one that is longer already gets only replacements that fit. */
  mostCharacters?: number | undefined;
  /** What the person wants to see; what the prompt itself says where absent. */
  intent?: Intent | undefined;
}

/** What rewrites prompts: rules, or a language model. */
export interface Mind {
  /** As production.json names it: 'rules', or a model's name. */
  name: string;
  revise(
    prompt: string,
    evidence: readonly Evidence[],
    options: ReviseOptions & { signal?: AbortSignal | undefined },
  ): Promise<MindRevision>;
}

export interface MindRevision extends Revision {
  /** The mind that made it: another than was asked where that one could not. */
  mind: string;
  /** What the person should know: why another mind had to do it. */
  notes: string[];
}

/** The kind of an edit that adds a clause. */
export function kindOfAddition(clause: string): 'pin' | 'camera' | 'still' {
  const slot = slotOf(clause);
  return slot === 'camera' || slot === 'still' ? slot : 'pin';
}
