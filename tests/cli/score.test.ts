import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { COMMANDS } from '../../cli/commandTable.ts';
import { runCommandLine } from '../../cli/runCommandLine.ts';
import { encodeVideo } from '../../pipeline/video/encodeVideo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-cli-score-'));
  async function* frames() {
    for (let index = 0; index < 12; index++)
      yield new Uint8Array(64 * 48 * 4).map((_, i) => (i % 4 === 3 ? 255 : ((i * 7 + index * 40) % 97) + 80));
  }
  await encodeVideo(join(folder, 'take.mp4'), { width: 64, height: 48, framesPerSecond: 12 }, frames());
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

async function score(...options: string[]) {
  vi.stubEnv('OPENAI_API_KEY', '');
  let out = '';
  const streams = { stdout: { write: (text: string) => (out += text) }, stderr: { write: () => undefined } };
  const argv = ['score', join(folder, 'take.mp4'), ...options];
  const status = await runCommandLine(argv, COMMANDS, streams, new AbortController().signal);
  return { status, out };
}

describe('score without a key', () => {
  test('takes a prompt for what may move, and says that nobody was asked about the rest', async () => {
    const { status, out } = await score('--prompt', 'An empty yard');
    expect(status).toBe(0);
    expect(out).toMatch(/was not judged: that needs OPENAI_API_KEY\.\n$/);
    expect((await score()).out).not.toContain('OPENAI_API_KEY');
  });

  test('refuses a vision model', async () => {
    const { status, out } = await score('--prompt', 'An empty yard', '--vision-model', 'any', '--json');
    expect(status).toBe(2);
    expect(JSON.parse(out).error.code).toBe('PROVIDER_KEY_MISSING');
  });
});
