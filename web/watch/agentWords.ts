import type { AgentState } from '../../sim/browser/trace.ts';

/** What an agent does, as it is said beside its number. */
export const AGENT_WORDS: Readonly<Record<AgentState, string>> = {
  walking: 'walks',
  airborne: 'in the air',
  inspecting: 'inspects',
  escaping: 'frees itself',
};
