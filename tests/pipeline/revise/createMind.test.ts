import { afterEach, describe, expect, it } from 'vitest';
import { createMind } from '../../../pipeline/revise/createMind.ts';
import { rulesMind } from '../../../pipeline/revise/revise.ts';
import { startVisionServer, type VisionServer } from '../score/visionServer.ts';

const EVIDENCE = [{ id: 'a', kind: 'flicker', severity: 'error' as const, confidence: 1, message: '' }];

describe('createMind', () => {
  let server: VisionServer | undefined;
  afterEach(() => server?.close());

  it('needs nothing for the rules, and a key for a model', async () => {
    expect(await createMind('rules', {})).toBe(rulesMind);
    await expect(createMind('a-model', {})).rejects.toMatchObject({ code: 'PROVIDER_KEY_MISSING' });
  });

  it('asks the server that the key is of', async () => {
    server = await startVisionServer(() => '{"edits": []}');
    const asked = async (environment: NodeJS.ProcessEnv) => {
      await (await createMind('a-model', environment)).revise('A hallway', EVIDENCE, {});
      return server?.requests.at(-1)?.authorization;
    };
    const videos = { OPENAI_API_KEY: 'videos', OPENAI_BASE_URL: server.url };
    expect(await asked(videos)).toBe('Bearer videos');
    const own = { SORA_MIND_API_KEY: 'own', SORA_MIND_BASE_URL: server.url };
    expect(await asked({ ...own, OPENAI_API_KEY: 'videos', OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' })).toBe(
      'Bearer own',
    );
  });
});
