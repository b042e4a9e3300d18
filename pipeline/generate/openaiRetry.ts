import OpenAI from 'openai';
import { DirectorError } from '../../engine/errors.ts';
import { throwIfCancelled } from '../../engine/progress.ts';
import { delay } from './delay.ts';

const ATTEMPTS = 5;
/** A server's Retry-After beyond this is not waited for: the person is told instead. */
const LONGEST_WAIT_MILLISECONDS = 60_000;

/**
 * Makes a request, repeated with doubling waits on 429, 5xx, 408, 409 and network failures (Retry-After is kept
 * to), and gives every lasting failure its code.
 * @param options.notFound the code of 404 and 410: an expired job, or a wrong address when nothing was asked for yet.
 * @throws PROVIDER_AUTH, PROVIDER_MODERATED, PROVIDER_REQUEST, PROVIDER_EXPIRED, PROVIDER_BUSY, PROVIDER_FAILED,
 *   PROVIDER_UNREACHABLE, CANCELLED
 */
export async function retryRequest<T>(
  what: string,
  request: () => Promise<T>,
  options: {
    signal: AbortSignal | undefined;
    retryMilliseconds: number;
    notFound: 'PROVIDER_EXPIRED' | 'PROVIDER_REQUEST';
  },
): Promise<T> {
  const { signal } = options;
  for (let attempt = 1; ; attempt++) {
    throwIfCancelled(signal);
    try {
      return await request();
    } catch (thrown) {
      throwIfCancelled(signal);
      if (attempt === ATTEMPTS || !isPassing(thrown))
        throw codedError(what, thrown, attempt, options.notFound);
      const wait = readRetryAfterMilliseconds(thrown) ?? options.retryMilliseconds * 2 ** (attempt - 1);
      if (wait > LONGEST_WAIT_MILLISECONDS) throw codedError(what, thrown, attempt, options.notFound);
      await delay(wait, signal);
    }
  }
}

function isPassing(thrown: unknown): boolean {
  if (thrown instanceof OpenAI.APIConnectionError) return true;
  if (!(thrown instanceof OpenAI.APIError)) return false;
  // An empty account answers 429 too, and stays empty.
  if (thrown.code === 'insufficient_quota') return false;
  const status = Number(thrown.status);
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

function readRetryAfterMilliseconds(thrown: unknown): number | undefined {
  if (!(thrown instanceof OpenAI.APIError)) return undefined;
  const header = (thrown.headers as Headers | undefined)?.get('retry-after');
  if (!header) return undefined;
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function codedError(
  what: string,
  thrown: unknown,
  attempts: number,
  notFound: DirectorError['code'],
): DirectorError {
  if (thrown instanceof DirectorError) return thrown;
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  const after = attempts > 1 ? ` after ${attempts} attempts` : '';
  const failure = (code: DirectorError['code'], verb: string) =>
    new DirectorError(code, `The provider ${verb} ${what}${after}: ${words}`, { cause: thrown });
  if (thrown instanceof OpenAI.APIConnectionError)
    return failure('PROVIDER_UNREACHABLE', 'could not be reached for');
  if (!(thrown instanceof OpenAI.APIError)) return failure('PROVIDER_FAILED', 'gave no usable answer for');
  const status = Number(thrown.status);
  if (status === 401 || status === 403) return failure('PROVIDER_AUTH', 'refused the key for');
  if (/moderation|content_policy|safety/i.test(String(thrown.code)))
    return failure('PROVIDER_MODERATED', 'will not make');
  if (status === 404 || status === 410) return failure(notFound, 'knows nothing of');
  if (status === 429) return failure('PROVIDER_BUSY', 'is too busy for');
  if (status >= 500) return failure('PROVIDER_FAILED', 'failed on');
  return failure('PROVIDER_REQUEST', 'does not accept');
}
