import OpenAI from 'openai';
import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import { retryRequest } from '../generate/openaiRetry.ts';

/** A language model behind /v1/chat/completions, the form that all servers of the protocol speak. */
export interface LanguageModel {
  /** Only ever from the environment; never stored, never printed. */
  apiKey: string;
  /** Absent is api.openai.com. */
  baseUrl?: string | undefined;
  model: string;
  /** First wait before a request is repeated; doubled each time. A test makes it short. */
  retryMilliseconds?: number | undefined;
  signal?: AbortSignal | undefined;
}

const REQUEST_TIMEOUT_MILLISECONDS = 120_000;

/**
 * Asks a model for a document of a form, and holds the answer to it: servers differ in how strictly they keep to the
 * schema that they are sent.
 * @param what is asked for, as messages name it.
 * @throws what retryRequest throws; PROVIDER_MODERATED for a refusal; PROVIDER_FAILED for an answer of another form
 */
export async function askModel<Schema extends z.ZodType>(
  what: string,
  { apiKey, baseUrl, model, retryMilliseconds = 1000, signal }: LanguageModel,
  format: OpenAI.ResponseFormatJSONSchema,
  schema: Schema,
  messages: OpenAI.ChatCompletionMessageParam[],
): Promise<z.infer<Schema>> {
  // Repeating is ours (openaiRetry.ts): the SDK's own waits do not end when the work is cancelled.
  const client = new OpenAI({
    apiKey,
    baseURL: baseUrl ?? 'https://api.openai.com/v1',
    maxRetries: 0,
    timeout: REQUEST_TIMEOUT_MILLISECONDS,
  });
  const completion = await retryRequest(
    what,
    () =>
      client.chat.completions.create(
        { model, messages, response_format: format, temperature: 0, seed: 1 },
        { signal },
      ),
    { signal, retryMilliseconds, notFound: 'PROVIDER_REQUEST' },
  );
  const message = completion.choices?.[0]?.message;
  if (message?.refusal)
    throw new DirectorError('PROVIDER_MODERATED', `${model} refused ${what}: ${message.refusal}`);
  let document: unknown;
  try {
    document = JSON.parse(message?.content ?? '');
  } catch (cause) {
    throw new DirectorError('PROVIDER_FAILED', `${model} gave ${what} in another form than JSON.`, { cause });
  }
  const parsed = schema.safeParse(document);
  if (!parsed.success)
    throw new DirectorError(
      'PROVIDER_FAILED',
      `${model} gave ${what} in another form than asked for: ${z.prettifyError(parsed.error)}`,
    );
  return parsed.data;
}
