import { resolve } from 'node:path';
import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import { describeProduction } from '../../pipeline/direct/describeProduction.ts';
import { productionSteps } from '../../pipeline/direct/productionSteps.ts';
import { LIFT_QUALITIES } from '../../pipeline/direct/steps.ts';
import { direct } from '../../pipeline/direct.ts';
import { dollarsPerSecond } from '../../pipeline/generate/prices.ts';
import { createMind } from '../../pipeline/revise/createMind.ts';
import { MOST_CHARACTERS } from '../../pipeline/revise/revision.ts';
import type { Command } from '../command.ts';
import { choiceOption, integerOption, numberOption, parseOptions, pathOption } from '../commandOptions.ts';
import { checkPrompt, GENERATION_OPTIONS, generationSchema, resolveGeneration } from './generate.ts';
import { MIND_OPTION } from './revise.ts';

const optionsSchema = generationSchema.extend({
  iterations: integerOption(1, 20),
  target: numberOption(0, 1000).optional(),
  patience: integerOption(1, 20),
  maxCost: numberOption(0, 100_000).optional(),
  price: numberOption(0, 1000).optional(),
  maxSeconds: numberOption(1, 1_000_000).optional(),
  promptLimit: integerOption(50, 4000),
  mind: z.string().min(1),
  quality: choiceOption(LIFT_QUALITIES),
  agents: integerOption(1, 256),
  testSeconds: numberOption(1, 3600),
  memory: pathOption.optional(),
  failOn: choiceOption(['error', 'warning', 'never']),
});

export const command: Command = {
  name: 'direct',
  summary: 'the whole loop: generate, score, lift, test, revise, and again',
  arguments: '<prompt>',
  options: [
    { flags: '--iterations <k>', description: 'trips around the loop, 1 to 20', default: '2' },
    {
      flags: '--target <v>',
      description: 'end where a prompt has no more weighted violations: errors count 1, warnings 0.6 (0)',
    },
    {
      flags: '--patience <n>',
      description: 'end after n revisions in a row that brought nothing, 1 to 20',
      default: '2',
    },
    { flags: '--max-cost <dollars>', description: 'end before the takes cost more' },
    { flags: '--price <dollars>', description: "what a second of video costs (OpenAI's own models: known)" },
    { flags: '--max-seconds <s>', description: 'end when the work has taken so long, in all runs together' },
    ...GENERATION_OPTIONS,
    MIND_OPTION,
    {
      flags: '--prompt-limit <n>',
      description: 'characters that a revised prompt may have, 50 to 4000',
      default: String(MOST_CHARACTERS),
    },
    { flags: '--quality <q>', description: `of the lift: ${LIFT_QUALITIES.join(', ')}`, default: 'standard' },
    { flags: '--agents <n>', description: 'agents in each test, 1 to 256', default: '16' },
    { flags: '--test-seconds <s>', description: 'simulated seconds of each test, 1 to 3600', default: '120' },
    {
      flags: '--memory <file>',
      description: 'begin with what earlier productions learned about clauses, and add what this one learns',
    },
    {
      flags: '--fail-on <severity>',
      description: 'exit 1 where the best world has violations: error, warning, never',
      default: 'never',
    },
    {
      flags: '--out <dir>',
      description: 'folder of the production; the same command goes on with it',
      default: 'production',
    },
  ],
  async run(args, typed, context) {
    const prompt = checkPrompt(args);
    const options = parseOptions(optionsSchema, typed);
    if (options.provider === 'file' && options.iterations > 1)
      throw new DirectorError('USAGE', 'A video that is there already cannot follow a revised prompt.', {
        suggestion: 'Give --iterations 1 with --provider file.',
      });
    const { iterations, target, patience, maxCost, maxSeconds, quality, agents, testSeconds } = options;
    const generation = await resolveGeneration(options);
    const { provider } = generation;
    const out = resolve(options.out);
    const production = await direct(
      prompt,
      {
        ...generation,
        iterations,
        target,
        patience,
        maxCost,
        maxSeconds,
        dollarsPerSecond:
          options.price ??
          dollarsPerSecond(provider.name, provider.model, generation, process.env['OPENAI_BASE_URL']),
        mostPromptCharacters: options.promptLimit,
        mind: await createMind(options.mind, process.env),
        quality,
        agents,
        testSeconds,
        memory: options.memory,
        out,
        signal: context.signal,
        onProgress: context.onProgress,
      },
      productionSteps,
    );
    const { best } = production;
    const failing =
      best !== null &&
      options.failOn !== 'never' &&
      (best.violations.error > 0 || (options.failOn === 'warning' && best.violations.warning > 0));
    return {
      exit: best === null || failing ? 1 : 0,
      json: { out, ...production },
      text: describeProduction(options.out, production),
    };
  },
};
