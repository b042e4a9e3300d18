import { join } from 'node:path';
import { generate } from '../generate/generate.ts';
import { iterationName, type StepOutput } from './production.ts';
import { iterationSeed, type StepContext, type StepInput } from './stepInput.ts';

/** Makes the iteration's takes. A take that the provider could not make is listed; the others are taken. */
export async function generateStep(input: StepInput, context: StepContext): Promise<StepOutput> {
  const { production, iteration } = input;
  const { takes, seconds, width, height, framesPerSecond } = production.options;
  const { out, failureModel, onTake, signal, onProgress } = context;
  const made = await generate(iteration.prompt, {
    provider: await context.provider(),
    takes,
    seconds,
    width,
    height,
    framesPerSecond,
    failureModel,
    seed: iterationSeed(input, 'takes'),
    out: join(out, iterationName(iteration.iteration), 'takes'),
    onTake: onTake && (({ video }) => onTake(video)),
    signal,
    onProgress,
  });
  return {
    generated: {
      takes: made.takes.map(({ take, video, sha256 }) => ({ take, video: relativeTo(out, video), sha256 })),
      failed: made.failed.map(({ take, error }) => ({ take, code: error.code, message: error.message })),
    },
  };
}

function relativeTo(out: string, path: string): string {
  return path.startsWith(`${join(out)}/`) ? path.slice(join(out).length + 1) : path;
}
