import { resolve } from 'node:path';
import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import { generate } from '../../pipeline/generate/generate.ts';
import { createProvider, PROVIDER_DEFAULTS, PROVIDER_NAMES } from '../../pipeline/generate/providers.ts';
import type { Command, CommandOption } from '../command.ts';
import {
  choiceOption,
  integerOption,
  MOST_SEED,
  numberOption,
  parseOptions,
  pathOption,
  sizeOption,
} from '../commandOptions.ts';

/** What generate and direct both take. */
export const GENERATION_OPTIONS: CommandOption[] = [
  { flags: '--takes <n>', description: 'takes of the prompt, 1 to 99 (3; 1 for file and openai)' },
  { flags: '--seconds <s>', description: 'length of each take, 0.5 to 60 (4)' },
  { flags: '--size <WxH>', description: 'pixels (640x360; 1280x720 for openai)' },
  { flags: '--fps <f>', description: 'frames a second, 2 to 60 (24)' },
  {
    flags: '--provider <p>',
    description: `who makes the videos: ${PROVIDER_NAMES.join(', ')}`,
    default: 'procedural',
  },
  { flags: '--video <file>', description: 'the video, for --provider file' },
  { flags: '--model <name>', description: 'the model, for --provider openai (sora-2)' },
  { flags: '--seed <k>', description: 'whole number; the same seed gives the same takes', default: '1' },
  {
    flags: '--failure-model <file>',
    description: "odds of the procedural provider's faults, in place of its own",
  },
];

export const generationSchema = z.strictObject({
  takes: integerOption(1, 99).optional(),
  seconds: numberOption(0.5, 60).optional(),
  size: sizeOption(64, 4096).optional(),
  fps: numberOption(2, 60).optional(),
  provider: choiceOption(PROVIDER_NAMES),
  video: pathOption.optional(),
  model: z.string().min(1).optional(),
  seed: integerOption(0, MOST_SEED),
  failureModel: pathOption.optional(),
  out: pathOption,
  json: z.literal(true).optional(),
});

/** The longest prompt that is taken; far beyond what any model reads. */
const MOST_PROMPT_CHARACTERS = 4000;

/** @throws USAGE for a prompt that says nothing, or a whole book. */
export function checkPrompt(words: readonly string[]): string {
  const prompt = (words[0] ?? '').trim();
  if (!prompt)
    throw new DirectorError('USAGE', 'The prompt is empty.', {
      suggestion: 'Say what the video shows, such as "A robot walks down a hallway".',
    });
  if (prompt.length > MOST_PROMPT_CHARACTERS)
    throw new DirectorError('USAGE', `The prompt has ${prompt.length} characters.`, {
      suggestion: `Give at most ${MOST_PROMPT_CHARACTERS}.`,
    });
  return prompt;
}

/** The provider with everything that the person left to it. */
export async function resolveGeneration(options: z.output<typeof generationSchema>) {
  const defaults = PROVIDER_DEFAULTS[options.provider];
  if (options.failureModel !== undefined && options.provider !== 'procedural')
    throw new DirectorError(
      'USAGE',
      `--failure-model belongs to --provider procedural, not to ${options.provider}.`,
    );
  const takes = options.takes ?? defaults.takes;
  if (options.provider === 'file' && takes > 1)
    throw new DirectorError('USAGE', `--provider file has one video and cannot give ${takes} takes.`, {
      suggestion: 'Leave --takes out.',
    });
  const provider = await createProvider(options.provider, { video: options.video, model: options.model });
  return {
    provider,
    takes,
    seconds: options.seconds ?? defaults.seconds,
    width: options.size?.width ?? defaults.width,
    height: options.size?.height ?? defaults.height,
    framesPerSecond: options.fps ?? defaults.framesPerSecond,
    seed: options.seed,
    failureModel: options.failureModel === undefined ? undefined : resolve(options.failureModel),
  };
}

export const command: Command = {
  name: 'generate',
  summary: 'make takes (videos) of a prompt',
  arguments: '<prompt>',
  options: [
    ...GENERATION_OPTIONS,
    { flags: '--out <dir>', description: 'folder for the takes and takes.json', default: 'takes' },
  ],
  async run(args, typed, context) {
    const prompt = checkPrompt(args);
    const settings = await resolveGeneration(parseOptions(generationSchema, typed));
    const out = String(typed['out']);
    const result = await generate(prompt, {
      ...settings,
      out,
      signal: context.signal,
      onProgress: context.onProgress,
    });
    const lines = result.takes.map(
      take =>
        `${take.video}  ${take.width}x${take.height}, ${take.frames} frames, ${take.durationSeconds.toFixed(1)} s, seed ${take.seed}${take.truth ? `, truth in ${take.truth}` : ''}`,
    );
    if (result.kept > 0) lines.unshift(`${result.kept} of ${result.takes.length} were there already.`);
    for (const { take, error } of result.failed)
      lines.push(`${take} failed, ${error.code}: ${error.message}`);
    // Every take of a prompt has the same words; each note is said once.
    lines.push(...new Set(result.takes.flatMap(take => take.notes ?? [])));
    const videos = result.takes.map(take => take.video).join(' ');
    lines.push(`Next: npx sora-director score ${videos}`);
    return { exit: result.failed.length > 0 ? 1 : 0, json: result, text: lines.join('\n') };
  },
};
