import { DirectorError } from '../../engine/errors.ts';
import { createFileProvider } from './fileProvider.ts';
import type { Provider } from './provider.ts';

/** What a take is where the person does not say. */
export interface ProviderDefaults {
  seconds: number;
  width: number;
  height: number;
  framesPerSecond: number;
  takes: number;
}

export const PROVIDER_NAMES = ['procedural', 'file', 'openai'] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

export const PROVIDER_DEFAULTS: Record<ProviderName, ProviderDefaults> = {
  procedural: { seconds: 4, width: 640, height: 360, framesPerSecond: 24, takes: 3 },
  file: { seconds: 4, width: 640, height: 360, framesPerSecond: 24, takes: 1 },
  openai: { seconds: 4, width: 1280, height: 720, framesPerSecond: 24, takes: 1 },
};

export interface ProviderOptions {
  /** The file provider's video. */
  video?: string | undefined;
  /** The openai provider's model. */
  model?: string | undefined;
  environment?: NodeJS.ProcessEnv;
}

/**
 * Makes a provider by name.
 * @throws USAGE where an option is missing, or given to a provider that does not look at it; PROVIDER_KEY_MISSING
 */
export async function createProvider(name: ProviderName, options: ProviderOptions = {}): Promise<Provider> {
  const environment = options.environment ?? process.env;
  if (options.video !== undefined && name !== 'file')
    throw new DirectorError('USAGE', `--video belongs to --provider file, not to ${name}.`);
  if (options.model !== undefined && name !== 'openai')
    throw new DirectorError('USAGE', `--model belongs to --provider openai, not to ${name}.`);
  switch (name) {
    case 'procedural': {
      const { createProceduralProvider } = await import('./procedural/proceduralProvider.ts');
      return createProceduralProvider();
    }
    case 'file':
      if (!options.video)
        throw new DirectorError('USAGE', '--provider file needs the video.', {
          suggestion: 'Add --video FILE.',
        });
      return createFileProvider(options.video);
    case 'openai': {
      const apiKey = environment['OPENAI_API_KEY'];
      if (!apiKey)
        throw new DirectorError('PROVIDER_KEY_MISSING', 'The openai provider needs OPENAI_API_KEY.');
      const { createOpenaiProvider } = await import('./openaiProvider.ts');
      const baseUrl = environment['OPENAI_BASE_URL'];
      return createOpenaiProvider({
        apiKey,
        ...(baseUrl && { baseUrl }),
        ...(options.model && { model: options.model }),
      });
    }
  }
}
