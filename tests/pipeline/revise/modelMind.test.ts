import { afterEach, describe, expect, it } from 'vitest';
import type { Evidence } from '../../../pipeline/revise/evidence.ts';
import { createModelMind } from '../../../pipeline/revise/modelMind.ts';
import { revise } from '../../../pipeline/revise/revise.ts';
import { startVisionServer, type VisionServer } from '../score/visionServer.ts';

let server: VisionServer;
afterEach(() => server.close());

const PROMPT = 'A robot walks down a hallway with flickering lights';
const EVIDENCE: Evidence[] = [
  { id: 'take-01:flicker', kind: 'flicker', severity: 'warning', confidence: 0.9, message: 'it flickers' },
  { id: 'hole-1', kind: 'fall-through', severity: 'error', confidence: 0.9, message: 'a hole' },
];
const edit = (kind: string, target: string, clause: string, because = ['hole-1']) => ({
  kind,
  target,
  clause,
  because,
  expects: 'less of it',
});
const says = (...edits: ReturnType<typeof edit>[]) => JSON.stringify({ edits });
const ask = (options: object = {}) =>
  createModelMind({
    apiKey: 'sk-test',
    baseUrl: server.url,
    model: 'a-model',
    retryMilliseconds: 1,
  }).revise(PROMPT, EVIDENCE, options);

describe('a model as a mind', () => {
  it('proposes several edits from the evidence, in the form of the schema', async () => {
    server = await startVisionServer(() =>
      says(
        edit('pin', '', 'The ground has no gaps'),
        edit('replace', 'flickering lights', 'calm white lamps', ['take-01:flicker']),
        edit('pin', '', 'the camera glides ahead'),
      ),
    );
    const revision = await ask({ experience: { 'solid-floor': { '': { takes: 3, shown: 2 } } } });
    expect(revision).toMatchObject({
      revised:
        'A robot walks down a hallway with calm white lamps, the ground has no gaps, the camera glides ahead',
      mind: 'a-model',
      notes: [],
      skipped: [],
      intent: { subject: 1, action: 1, place: 1 },
      edits: [
        { kind: 'pin', because: ['hole-1'], expects: 'less of it' },
        { kind: 'replace', replaces: 'flickering lights', because: ['take-01:flicker'] },
        { kind: 'camera' },
      ],
    });
    const [{ messages, authorization, response_format }] = server.requests;
    expect(authorization).toBe('Bearer sk-test');
    expect(response_format.json_schema.name).toBe('edits');
    const told: unknown = JSON.parse(String(messages.at(-1)?.content));
    expect(told).toMatchObject({
      prompt: PROMPT,
      intent: { subject: 'A robot', action: 'walks', place: 'down a hallway' },
      evidence: [{ id: 'take-01:flicker' }, { id: 'hole-1' }],
      learned: [{ takes: 3, shown: 2 }],
    });
  });

  it.each([
    ['evidence that there is not', edit('pin', '', 'a solid floor', ['made-up'])],
    ['says again', edit('pin', '', 'a robot walks down a hallway')],
    ['contradicts', edit('pin', '', 'steady even light')],
    ['subject would be lost', edit('replace', 'A robot', 'A horse')],
    ['subject would be lost', edit('pin', '', 'nobody is in the empty scene')],
    ['place would be lost', edit('remove', 'down a hallway', '')],
    ['longer than 120 characters', edit('pin', '', `a floor of ${'very '.repeat(20)}wide boards`)],
    ['not one clause', edit('pin', '', 'a floor, a wall')],
    ['does not say', edit('remove', 'a window', '')],
  ])('is held to the guard: %s', async (reason, wrong) => {
    server = await startVisionServer(() => says(wrong, edit('pin', '', 'the ground has no gaps')));
    const { edits, skipped, mind } = await ask({ mostCharacters: 120 });
    expect(mind).toBe('a-model');
    expect(edits).toMatchObject([{ clause: 'the ground has no gaps' }]);
    expect(skipped).toMatchObject([{ reason: expect.stringContaining(reason) }]);
  });

  it.each([
    ['PROVIDER_AUTH', 401],
    ['PROVIDER_FAILED', 500],
    ['PROVIDER_MODERATED', { refusal: 'I would rather not' }],
    ['PROVIDER_FAILED', 'Here are your edits:'],
    ['PROVIDER_FAILED', '{"edits": [{"kind": "sing"}]}'],
    ['no edit that may be made', says(edit('pin', '', 'a horse', ['made-up']))],
    ['no edit that may be made', says()],
  ] as const)('falls back to the rules and says so: %s, %j', async (words, reply) => {
    server = await startVisionServer(() => reply);
    const { notes, mind, ...revision } = await ask();
    expect(mind).toBe('rules');
    expect(notes).toEqual([expect.stringContaining(words)]);
    expect(revision).toEqual(revise(PROMPT, EVIDENCE));
    expect(JSON.stringify(notes)).not.toContain('sk-test');
  });

  it('tries again where the server is busy, and asks nothing where nothing was found', async () => {
    server = await startVisionServer((_, count) =>
      count === 1 ? 503 : says(edit('pin', '', 'the ground has no gaps')),
    );
    expect((await ask()).mind).toBe('a-model');
    expect(server.requests).toHaveLength(2);
    const mind = createModelMind({ apiKey: 'k', baseUrl: server.url, model: 'm' });
    expect((await mind.revise(PROMPT, [], {})).revised).toBe(PROMPT);
    expect(server.requests).toHaveLength(2);
  });

  it('stops when it is cancelled', async () => {
    const cancel = new AbortController();
    server = await startVisionServer(() => {
      cancel.abort();
      return 503;
    });
    await expect(ask({ signal: cancel.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
