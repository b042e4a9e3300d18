import { generate } from '../../../pipeline/generate/generate.ts';
import { createOpenaiProvider } from '../../../pipeline/generate/openaiProvider.ts';

/** Run as a process of its own by generate.test.ts, which kills it: node generateOnce.ts URL OUT. */
const [, , baseUrl = '', out = ''] = process.argv;
const provider = createOpenaiProvider({
  apiKey: 'test-key',
  baseUrl,
  retryMilliseconds: 5,
  pollMilliseconds: 20,
});
await generate('a hallway', {
  takes: 1,
  seconds: 4,
  width: 1280,
  height: 720,
  framesPerSecond: 24,
  provider,
  seed: 1,
  out,
});
