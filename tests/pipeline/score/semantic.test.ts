import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rankCards, score, type UnrankedCard } from '../../../pipeline/score/score.ts';
import { walk, writeSyntheticVideo } from '../generate/syntheticVideo.ts';
import { startVisionServer, type VisionServer } from './visionServer.ts';

let folder: string;
let video: string;
let server: VisionServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-semantic-'));
  video = join(folder, 'walk.mp4');
  await writeSyntheticVideo(video, { frames: 12, pose: walk });
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => server.close());

const questions = JSON.stringify({ questions: ['Is it a hallway?', 'Is there a robot?', 'Is it night?'] });
const answers = JSON.stringify({
  answers: [
    { question: 1, answer: 'yes', frames: [1, 6], evidence: 'two long walls' },
    { question: 2, answer: 'no', frames: [], evidence: 'nobody is there' },
  ],
});
const ask = () =>
  score([video], {
    prompt: 'A robot in a hallway at night',
    vision: { apiKey: 'sk-test', baseUrl: server.url, model: 'a-model', retryMilliseconds: 1 },
  });

describe('semantic scores', () => {
  it('ask a model about the prompt, show it frames, and keep its evidence', async () => {
    server = await startVisionServer((_, count) => (count === 1 ? questions : answers));
    const [card] = (await ask()).takes;
    expect(card.semantic).toMatchObject({
      model: 'a-model',
      adherence: 0.5,
      confidence: expect.closeTo(2 / 3),
    });
    expect(card.semantic?.questions[0]).toEqual({
      question: 'Is it a hallway?',
      answer: 'yes',
      evidence: 'two long walls',
      atSeconds: [0, expect.closeTo(11 / 24, 2)],
    });
    expect(card.semantic?.questions[2]?.answer).toBe('cannot tell');
    const [first, second] = server.requests;
    expect(first.authorization).toBe('Bearer sk-test');
    expect(first.messages.at(-1)?.content).toBe('A robot in a hallway at night');
    const parts = second.messages.at(-1)?.content;
    const pictures = Array.isArray(parts) ? parts.filter(part => part.type === 'image_url') : [];
    expect(pictures).toHaveLength(6);
    expect(pictures.every(part => part.image_url.url.startsWith('data:image/jpeg;base64,'))).toBe(true);
    expect(JSON.stringify(card)).not.toContain('sk-test');
  });

  it('try again where the server is busy', async () => {
    server = await startVisionServer((_, count) => (count === 1 ? 503 : count === 2 ? questions : answers));
    expect((await ask()).takes[0]?.semantic?.adherence).toBe(0.5);
  });

  it.each([
    ['PROVIDER_AUTH', 401],
    ['PROVIDER_MODERATED', { refusal: 'no' }],
    ['PROVIDER_FAILED', 'It looks nice.'],
    ['PROVIDER_FAILED', '{"questions": []}'],
  ] as const)('say %s for %j', async (code, reply) => {
    server = await startVisionServer(() => reply);
    await expect(ask()).rejects.toMatchObject({ code });
  });

  it('are no part of a comparison with takes that have none, or of a card without a key', async () => {
    server = await startVisionServer(() => 500);
    const [plain] = (await score([video])).takes;
    expect(plain.semantic).toBeUndefined();
    expect(server.requests).toHaveLength(0);
    const { rank: _, ...card } = plain;
    const better: UnrankedCard = { ...card, overall: 0.8 };
    const worse: UnrankedCard = {
      ...card,
      overall: 0.7,
      semantic: { model: 'm', adherence: 1, confidence: 1, questions: [] },
    };
    expect(rankCards([better, worse]).takes.map(({ rank }) => rank)).toEqual([1, 2]);
    const missed = { ...better, semantic: { model: 'm', adherence: 0, confidence: 1, questions: [] } };
    expect(rankCards([missed, worse]).takes.map(({ rank }) => rank)).toEqual([2, 1]);
  });
});
