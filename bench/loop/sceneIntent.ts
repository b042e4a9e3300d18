import { parsePrompt } from '../../scenes/grammar/parsePrompt.ts';

/**
 * Share of what a prompt asks for that another no longer does, as the embedded provider reads them: its place, its
 * movers with what they do, and its things. The reviser's own measure (intent.ts) knows nothing of this one.
 */
export function lostIntent(wanted: string, prompt: string): number {
  const [before, after] = [parsePrompt(wanted), parsePrompt(prompt)];
  const kept = [
    ...(before.place ? [after.place === before.place] : []),
    ...before.movers.flatMap(({ kind, action }) => {
      const mover = after.movers.find(each => each.kind === kind);
      return [mover !== undefined, mover?.action === action];
    }),
    ...before.things.map(({ kind }) => after.things.some(each => each.kind === kind)),
  ];
  return kept.length === 0 ? 0 : kept.filter(each => !each).length / kept.length;
}
