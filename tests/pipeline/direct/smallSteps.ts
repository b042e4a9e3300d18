import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { DirectorError } from '../../../engine/errors.ts';
import { createRandom } from '../../../engine/random.ts';
import type { DirectSteps } from '../../../pipeline/direct/steps.ts';
import type { DirectOptions } from '../../../pipeline/direct.ts';
import { delay } from '../../../pipeline/generate/delay.ts';
import type { GenerationRequest, Provider } from '../../../pipeline/generate/provider.ts';
import type { Violation } from '../../../sim/types.ts';
import { walk, writeSyntheticVideo } from '../generate/syntheticVideo.ts';

/** By size, length and faults: productions ask for the same few again and again. */
const films = new Map<string, Promise<Buffer>>();

async function putFilm(
  file: string,
  { width, height, framesPerSecond, seconds }: GenerationRequest,
  stands: boolean,
  flickers: boolean,
): Promise<void> {
  const key = JSON.stringify([width, height, framesPerSecond, seconds, stands, flickers]);
  const known = films.get(key);
  const part = `${file}.part`;
  if (known) {
    await writeFile(part, await known);
    return rename(part, file);
  }
  const made = writeSyntheticVideo(file, {
    width,
    height,
    framesPerSecond,
    frames: Math.round(seconds * framesPerSecond),
    pose: stands ? () => walk(0) : walk,
    light: frame => (flickers && frame % 2 ? 0.75 : 1),
  }).then(() => readFile(file));
  films.set(key, made);
  await made;
}

/**
 * A provider of small real videos of a ray-cast hallway, with two faults that the prompt can rule out: a third of
 * the takes come from a camera that stands still, and half of them flicker.
 */
export function createSmallProvider(made: GenerationRequest[] = []): Provider {
  const requests = new Map<string, GenerationRequest>();
  return {
    name: 'small',
    model: 'small@1',
    durable: false,
    deterministic: true,
    pollMilliseconds: 1,
    async validate() {},
    async start(request, key) {
      requests.set(key, request);
      return { id: key };
    },
    async status() {
      return { state: 'completed' };
    },
    async download(id, file, options) {
      const request = requests.get(id);
      if (!request) throw new DirectorError('PROVIDER_EXPIRED', id);
      made.push(request);
      const random = createRandom(request.seed);
      const stands = random.chance(request.prompt.includes('walks slowly forward') ? 0 : 0.34);
      const flickers = random.chance(request.prompt.includes('steady even light') ? 0 : 0.5);
      await putFilm(file, request, stands, flickers);
      options?.onProgress?.({ stage: 'small', fraction: 1, message: 'made' });
    },
    async cancel(id) {
      requests.delete(id);
    },
  };
}

/** Steps that take a moment, write what the real ones write, and find fault with worlds until the prompt is explicit. */
export function createSmallSteps(
  log: string[] = [],
  pauseMilliseconds = 0,
  refuse: (take: string) => boolean = () => false,
): DirectSteps {
  return {
    async lift(_video, { out, take, prompt, signal, onProgress }) {
      log.push(`lift ${take}`);
      onProgress?.({ stage: 'lift', fraction: 0.5, message: 'lifting' });
      await delay(pauseMilliseconds, signal);
      if (refuse(take)) throw new DirectorError('LIFT_INCONSISTENT', `${take} does not hold together.`);
      const temporary = `${out}.part`;
      await rm(temporary, { recursive: true, force: true });
      await mkdir(temporary, { recursive: true });
      await writeFile(`${temporary}/world.json`, JSON.stringify({ take, prompt }));
      await rename(temporary, out);
      return { world: out, registered: 20, frames: 24, reprojectionErrorPixels: 0.5 };
    },
    async test(world, { seed, agents, simulatedSeconds, signal, onProgress }) {
      log.push('test');
      onProgress?.({ stage: 'test', fraction: 0.5, message: 'walking' });
      await delay(pauseMilliseconds, signal);
      const { prompt } = JSON.parse(await readFile(`${world}/world.json`, 'utf8')) as { prompt: string };
      const id = `fall-through:${seed}`;
      const hole: Violation = {
        id,
        type: 'fall-through',
        severity: 'error',
        confidence: 0.9,
        position: [0, 0, 0],
        message: 'a hole',
        evidence: {},
        replay: { seed, agents, simulatedSeconds },
      };
      return {
        world,
        seed,
        agents,
        simulatedSeconds,
        wallSeconds: 0,
        agentSteps: 1,
        stateHash: `hash-${seed}`,
        coverage: { reachableArea: 12, enteredArea: 10.8, ratio: 0.9 },
        violations: prompt.includes('floor is solid') ? [] : [hole],
      };
    },
  };
}

export function smallOptions(out: string, more: Partial<DirectOptions> = {}): DirectOptions {
  return {
    iterations: 3,
    takes: 2,
    seconds: 0.75,
    width: 192,
    height: 108,
    framesPerSecond: 24,
    seed: 5,
    out,
    provider: createSmallProvider(),
    quality: 'draft',
    agents: 2,
    testSeconds: 5,
    ...more,
  };
}
