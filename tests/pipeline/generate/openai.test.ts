import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type GenerateOptions, generate } from '../../../pipeline/generate/generate.ts';
import { createOpenaiProvider } from '../../../pipeline/generate/openaiProvider.ts';
import { createProvider } from '../../../pipeline/generate/providers.ts';
import { walk, writeSyntheticVideo } from './syntheticVideo.ts';
import { startVideosServer, type VideosServer, type VideosServerOptions } from './videosServer.ts';

let folder: string;
let video: Uint8Array;
let server: VideosServer | undefined;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-openai-'));
  const path = join(folder, 'source.mp4');
  await writeSyntheticVideo(path, { frames: 6, width: 128, height: 72, pose: walk });
  video = await readFile(path);
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(options: Partial<VideosServerOptions> = {}): Promise<VideosServer> {
  server = await startVideosServer({ video, ...options });
  return server;
}

function ask(
  to: VideosServer,
  more: Partial<GenerateOptions> = {},
  out = join(folder, `out-${count++}`),
): { out: string; made: ReturnType<typeof generate> } {
  const provider = createOpenaiProvider({
    apiKey: 'test-key',
    baseUrl: to.url,
    retryMilliseconds: 5,
    pollMilliseconds: 5,
  });
  return {
    out,
    made: generate('a hallway', {
      takes: 1,
      seconds: 4,
      width: 1280,
      height: 720,
      framesPerSecond: 24,
      provider,
      seed: 1,
      out,
      ...more,
    }),
  };
}

describe('the openai provider', () => {
  it('creates, polls and downloads', async () => {
    const to = await start({ pollsBeforeEnd: 3 });
    const { out, made } = ask(to, { takes: 2 });
    const result = await made;
    expect(result.takes.map(take => take.take)).toEqual(['take-01', 'take-02']);
    expect(readFileSync(join(out, 'take-01.mp4')).equals(video)).toBe(true);
    expect(to.creates).toHaveLength(2);
    expect(to.creates[0].fields).toMatchObject({
      prompt: 'a hallway',
      model: 'sora-2',
      seconds: '4',
      size: '1280x720',
      fps: '24',
    });
    expect(to.creates[0].authorization).toBe('Bearer test-key');
    expect(new Set(to.creates.map(create => create.idempotencyKey)).size).toBe(2);
    // The job's records go once the take is safe; the key is written nowhere.
    expect(readdirSync(out).sort()).toEqual(['take-01.mp4', 'take-02.mp4', 'takes.json']);
    expect(readFileSync(join(out, 'takes.json'), 'utf8')).not.toContain('test-key');
  });

  it('waits out 429, 500 and dropped connections everywhere', async () => {
    const busy = {
      status: 429,
      body: { error: { message: 'slow down', code: 'rate_limit_exceeded', type: 'x' } },
      headers: { 'retry-after': '0' },
    };
    const to = await start({
      createFaults: [busy, 500, 'reset'],
      pollFaults: [503, 'reset', 429],
      downloadFaults: [502, 'truncate', 'short'],
    });
    const { out, made } = ask(to);
    await made;
    expect(to.creates).toHaveLength(1);
    expect(readFileSync(join(out, 'take-01.mp4')).equals(video)).toBe(true);
  });

  it('sends the same idempotency key when it asks again', async () => {
    const to = await start({ createFaults: ['reset'] });
    await ask(to).made;
    expect(to.creates).toHaveLength(1);
    expect(to.creates[0].idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['a refused key', { createFaults: [401] }, 'PROVIDER_AUTH'],
    [
      'an empty account',
      {
        createFaults: [
          { status: 429, body: { error: { message: 'quota', code: 'insufficient_quota', type: 'x' } } },
        ],
      },
      'PROVIDER_BUSY',
    ],
    ['a refused field', { createFaults: [400] }, 'PROVIDER_REQUEST'],
    [
      'a moderated prompt at once',
      {
        createFaults: [
          { status: 400, body: { error: { message: 'no', code: 'moderation_blocked', type: 'x' } } },
        ],
      },
      'PROVIDER_MODERATED',
    ],
    [
      'a moderated job',
      { outcome: { status: 'failed', error: { code: 'moderation_blocked', message: 'no' } } },
      'PROVIDER_MODERATED',
    ],
    [
      'a failed job',
      { outcome: { status: 'failed', error: { code: 'server_error', message: 'the model fell over' } } },
      'PROVIDER_FAILED',
    ],
    ['lasting 500s', { createFaults: [500, 500, 500, 500, 500] }, 'PROVIDER_FAILED'],
    [
      'lasting resets',
      { createFaults: ['reset', 'reset', 'reset', 'reset', 'reset'] },
      'PROVIDER_UNREACHABLE',
    ],
    [
      'an expired video',
      { downloadFaults: [{ status: 404, body: { error: { message: 'expired', code: null, type: 'x' } } }] },
      'PROVIDER_EXPIRED',
    ],
    [
      'a video that is always cut off',
      { downloadFaults: ['truncate', 'short', 'truncate'] },
      'PROVIDER_DOWNLOAD',
    ],
  ] satisfies [string, Partial<VideosServerOptions>, string][])(
    'gives %s its code and leaves no video',
    async (_name, options, code) => {
      const to = await start(options);
      const { out, made } = ask(to);
      await expect(made).rejects.toMatchObject({ code });
      expect(readdirSync(out).filter(name => /mp4|part|takes/.test(name))).toEqual([]);
    },
  );

  it('downloads a finished job again after a broken download, without paying again', async () => {
    const to = await start({ downloadFaults: ['truncate', 'truncate', 'truncate'] });
    const { out, made } = ask(to);
    await expect(made).rejects.toMatchObject({ code: 'PROVIDER_DOWNLOAD' });
    await ask(to, {}, out).made;
    expect(to.creates).toHaveLength(1);
  });

  it('starts a failed job anew on the next run', async () => {
    const to = await start({ outcome: { status: 'failed', error: { code: 'server_error', message: 'x' } } });
    const { out, made } = ask(to);
    await expect(made).rejects.toMatchObject({ code: 'PROVIDER_FAILED' });
    to.options = { video };
    await ask(to, {}, out).made;
    expect(to.creates).toHaveLength(2);
    expect(to.creates[1].idempotencyKey).not.toBe(to.creates[0].idempotencyKey);
  });

  it('keeps the takes that worked when one fails', async () => {
    const to = await start({
      createFaults: [
        { status: 400, body: { error: { message: 'no', code: 'moderation_blocked', type: 'x' } } },
      ],
    });
    const result = await ask(to, { takes: 2, workers: 1 }).made;
    expect(result.takes.map(take => take.take)).toEqual(['take-02']);
    expect(result.failed).toMatchObject([{ take: 'take-01', error: { code: 'PROVIDER_MODERATED' } }]);
  });

  it('takes up the stored job after a kill between create and the end, and pays once', async () => {
    const to = await start({ pollsBeforeEnd: 1e9 });
    const out = join(folder, `out-${count++}`);
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('./generateOnce.ts', import.meta.url)), to.url, out],
      { stdio: 'ignore' },
    );
    while (to.polls.length === 0) await new Promise(resolve => setTimeout(resolve, 10));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(join(out, 'takes.json'))).toBe(false);
    to.options = { video, pollsBeforeEnd: 0 };
    const result = await ask(to, {}, out).made;
    expect(to.creates).toHaveLength(1);
    expect(result.takes[0].jobId).toBe('video_1');
  });

  it('will not write over a paid take of another prompt', async () => {
    const to = await start();
    const { out, made } = ask(to);
    await made;
    await expect(ask(to, { seed: 2 }, out).made).rejects.toMatchObject({ code: 'OUTPUT_OCCUPIED' });
    expect(to.creates).toHaveLength(1);
  });

  it('stops within a second when cancelled, and goes on with the same job', async () => {
    const to = await start({ pollsBeforeEnd: 1e9 });
    const cancel = new AbortController();
    const { out, made } = ask(to, { signal: cancel.signal });
    const refused = expect(made).rejects.toMatchObject({ code: 'CANCELLED' });
    while (to.polls.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
    cancel.abort();
    await refused;
    to.options = { video, pollsBeforeEnd: 0 };
    await ask(to, {}, out).made;
    expect(to.creates).toHaveLength(1);
  });

  it.each([
    [{ seconds: 5 }, /4, 8, 12/],
    [{ width: 640, height: 360 }, /1280x720/],
  ])('refuses what the protocol does not take: %j', async (more, words) => {
    const to = await start();
    await expect(ask(to, more).made).rejects.toMatchObject({
      code: 'PROVIDER_REQUEST',
      message: expect.stringMatching(words),
    });
    expect(to.creates).toHaveLength(0);
  });

  it('asks for the key by name', async () => {
    await expect(createProvider('openai', { environment: {} })).rejects.toMatchObject({
      code: 'PROVIDER_KEY_MISSING',
    });
  });
});
