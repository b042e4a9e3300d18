import { DirectorError } from '../../engine/errors.ts';
import { rulesMind } from './revise.ts';
import type { Mind } from './revision.ts';

/**
 * Makes a mind by name: 'rules', or any model of a server that speaks /v1/chat/completions.
 * @param environment SORA_MIND_API_KEY and SORA_MIND_BASE_URL, where the model is elsewhere than the provider of the
 *   videos; else OPENAI_API_KEY and OPENAI_BASE_URL.
 * @throws PROVIDER_KEY_MISSING
 */
export async function createMind(name: string, environment: NodeJS.ProcessEnv): Promise<Mind> {
  if (name === 'rules') return rulesMind;
  const own = environment['SORA_MIND_API_KEY'];
  const apiKey = own || environment['OPENAI_API_KEY'];
  if (!apiKey)
    throw new DirectorError(
      'PROVIDER_KEY_MISSING',
      `--mind ${name} is a language model, which needs a key.`,
      {
        suggestion:
          'Set OPENAI_API_KEY (and OPENAI_BASE_URL for another server), or SORA_MIND_API_KEY and SORA_MIND_BASE_URL; or leave --mind out.',
      },
    );
  const { createModelMind } = await import('./modelMind.ts');
  // A key goes to the server that it is of.
  const baseUrl = environment[own ? 'SORA_MIND_BASE_URL' : 'OPENAI_BASE_URL'] || undefined;
  return createModelMind({ apiKey, baseUrl, model: name });
}
