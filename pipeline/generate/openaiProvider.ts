import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import OpenAI from 'openai';
import { DirectorError } from '../../engine/errors.ts';
import { type LongOptions, throwIfCancelled } from '../../engine/progress.ts';
import { probeVideo } from '../video/probeVideo.ts';
import { retryRequest } from './openaiRetry.ts';
import type { GenerationRequest, JobStatus, Provider } from './provider.ts';

export interface OpenaiProviderOptions {
  /** Only ever from the environment; never stored, never printed. */
  apiKey: string;
  /** Any server that speaks the /v1/videos protocol; absent is api.openai.com. */
  baseUrl?: string;
  /** 'sora-2' where absent. */
  model?: string;
  /** First wait before a request is repeated; doubled each time. A test makes it short. */
  retryMilliseconds?: number;
  pollMilliseconds?: number;
}

const OFFICIAL_URL = 'https://api.openai.com/v1';
const SECONDS = [4, 8, 12] as const;
/** Sizes of the protocol's own models; servers of other models take any even size up to 4096. */
const SORA_SIZES: Record<string, readonly string[]> = {
  'sora-2': ['1280x720', '720x1280'],
  'sora-2-pro': ['1280x720', '720x1280', '1792x1024', '1024x1792'],
};
const REQUEST_TIMEOUT_MILLISECONDS = 120_000;
const DOWNLOAD_TIMEOUT_MILLISECONDS = 600_000;
const DOWNLOAD_ATTEMPTS = 3;

/** The `/v1/videos` protocol (create, retrieve, content, delete) through the openai SDK. docs/providers.md describes it. */
export function createOpenaiProvider(options: OpenaiProviderOptions): Provider {
  const model = options.model ?? 'sora-2';
  const baseUrl = options.baseUrl ?? OFFICIAL_URL;
  const retryMilliseconds = options.retryMilliseconds ?? 1000;
  // Repeating is ours (openaiRetry.ts): the SDK's own waits do not end when the work is cancelled.
  const client = new OpenAI({
    apiKey: options.apiKey,
    baseURL: baseUrl,
    maxRetries: 0,
    timeout: REQUEST_TIMEOUT_MILLISECONDS,
  });
  const retry = <T>(what: string, signal: AbortSignal | undefined, request: () => Promise<T>) =>
    retryRequest(what, request, { signal, retryMilliseconds, notFound: 'PROVIDER_EXPIRED' });

  async function downloadOnce(id: string, temporary: string, long: LongOptions | undefined): Promise<void> {
    const response = await retry(`the video of job ${id}`, long?.signal, () =>
      client.videos.downloadContent(id, undefined, {
        signal: long?.signal,
        timeout: DOWNLOAD_TIMEOUT_MILLISECONDS,
      }),
    );
    const expected = Number(response.headers.get('content-length') ?? Number.NaN);
    const encoded = response.headers.has('content-encoding');
    let received = 0;
    if (!response.body) throw new DirectorError('PROVIDER_DOWNLOAD', `The answer for job ${id} has no body.`);
    const body = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream<Uint8Array>);
    body.on('data', (chunk: Uint8Array) => {
      received += chunk.length;
      if (expected > 0)
        long?.onProgress?.({
          stage: 'download',
          fraction: Math.min(1, received / expected),
          message: 'downloading',
        });
    });
    await pipeline(body, createWriteStream(temporary), { signal: long?.signal });
    if (!encoded && expected >= 0 && received !== expected)
      throw new DirectorError('PROVIDER_DOWNLOAD', `${received} of ${expected} bytes of job ${id} arrived.`);
    // A body cut off at a chunk's end has the right framing; only the container tells.
    await probeVideo(temporary);
  }

  return {
    name: 'openai',
    model,
    durable: true,
    deterministic: false,
    pollMilliseconds: options.pollMilliseconds ?? 5000,

    async validate(request) {
      validateRequest(request, model);
    },

    async start(request, key, long) {
      const { prompt, seconds, width, height } = request;
      // Seed and rate are extensions of other servers; OpenAI's own refuses fields that it does not know.
      const extras = baseUrl.startsWith('https://api.openai.com')
        ? {}
        : { seed: request.seed, fps: request.framesPerSecond };
      const body = { prompt, model, seconds: String(seconds), size: `${width}x${height}`, ...extras };
      const create = () =>
        client.videos.create(body as OpenAI.VideoCreateParams, {
          signal: long?.signal,
          // A repeat after an answer that was lost on the way must not be a second, paid job.
          headers: { 'Idempotency-Key': key },
        });
      const video = await retryRequest('the new video', create, {
        signal: long?.signal,
        retryMilliseconds,
        notFound: 'PROVIDER_REQUEST',
      });
      if (!video.id) throw new DirectorError('PROVIDER_FAILED', 'The provider answered without a job id.');
      return { id: video.id };
    },

    async status(id, long) {
      const video = await retry(`the state of job ${id}`, long?.signal, () =>
        client.videos.retrieve(id, { signal: long?.signal }),
      );
      return readStatus(video, id);
    },

    async download(id, file, long) {
      const temporary = `${file}.${process.pid}.part`;
      try {
        for (let attempt = 1; ; attempt++) {
          try {
            await downloadOnce(id, temporary, long);
            break;
          } catch (cause) {
            throwIfCancelled(long?.signal);
            if (isFinal(cause)) throw cause;
            if (attempt < DOWNLOAD_ATTEMPTS) continue;
            const detail = cause instanceof Error ? cause.message : String(cause);
            throw new DirectorError(
              'PROVIDER_DOWNLOAD',
              `Job ${id} is finished, but its video did not arrive whole in ${attempt} attempts: ${detail}`,
              { cause },
            );
          }
        }
        await rename(temporary, file);
      } finally {
        await rm(temporary, { force: true });
      }
    },

    async cancel(id) {
      await client.videos.delete(id).catch((thrown: unknown) => {
        if (!(thrown instanceof OpenAI.NotFoundError)) throw thrown;
      });
    },
  };
}

/** Errors that another download cannot heal: gone, refused, or our own disk. */
function isFinal(thrown: unknown): boolean {
  if (thrown instanceof DirectorError)
    return [
      'PROVIDER_AUTH',
      'PROVIDER_EXPIRED',
      'PROVIDER_BUSY',
      'PROVIDER_UNREACHABLE',
      'PROVIDER_REQUEST',
    ].includes(thrown.code);
  const code = (thrown as NodeJS.ErrnoException).code ?? '';
  return ['ENOSPC', 'EACCES', 'EROFS', 'ENOENT', 'EDQUOT'].includes(code);
}

function validateRequest(request: GenerationRequest, model: string): void {
  const { seconds, width, height } = request;
  if (!SECONDS.some(allowed => allowed === seconds))
    throw new DirectorError(
      'PROVIDER_REQUEST',
      `The openai provider makes videos of ${SECONDS.join(', ')} seconds, not ${seconds}.`,
      { suggestion: 'Give --seconds 4, 8 or 12.' },
    );
  const sizes = SORA_SIZES[model.replace(/-\d{4}-\d{2}-\d{2}$/, '')];
  if (sizes && !sizes.includes(`${width}x${height}`))
    throw new DirectorError(
      'PROVIDER_REQUEST',
      `${model} makes videos of ${sizes.join(', ')}, not ${width}x${height}.`,
      { suggestion: `Give --size ${sizes.join(' or --size ')}.` },
    );
  if (width % 2 || height % 2 || Math.min(width, height) < 64 || Math.max(width, height) > 4096)
    throw new DirectorError('PROVIDER_REQUEST', `${width}x${height} is not a video size.`, {
      suggestion: 'Give even sides between 64 and 4096.',
    });
}

function readStatus(video: OpenAI.Video, id: string): JobStatus {
  const fraction = Math.min(1, Math.max(0, (video.progress ?? 0) / 100));
  switch (video.status as string) {
    case 'queued':
      return { state: 'queued', fraction, message: 'waiting in the queue' };
    case 'in_progress':
      return { state: 'running', fraction, message: 'being made' };
    case 'completed':
      return { state: 'completed', fraction: 1 };
    default: {
      const code = video.error?.code ?? String(video.status);
      const message = `Job ${id} failed: ${video.error?.message ?? 'no reason given'} (${code})`;
      const moderated = /moderation|content_policy|safety|sentinel/i.test(code);
      return {
        state: 'failed',
        error: { code: moderated ? 'PROVIDER_MODERATED' : 'PROVIDER_FAILED', message },
      };
    }
  }
}
