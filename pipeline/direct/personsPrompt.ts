import { iterationOf, type Production } from './production.ts';

/** The prompt that a person wrote, of which an iteration's is a revision. */
export function personsPrompt(production: Production, number: number): string {
  let { prompt } = iterationOf(production, number);
  for (let earlier = number - 1; earlier > 0; earlier--) {
    const iteration = iterationOf(production, earlier);
    if (prompt !== iteration.revised?.prompt) break;
    prompt = iteration.prompt;
  }
  return prompt;
}
