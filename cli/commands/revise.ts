import { z } from 'zod';
import { createMind } from '../../pipeline/revise/createMind.ts';
import { readEvidenceFile } from '../../pipeline/revise/evidence.ts';
import type { Command, CommandOption } from '../command.ts';
import { parseOptions, pathOption } from '../commandOptions.ts';
import { checkPrompt } from './generate.ts';

const optionsSchema = z.strictObject({
  prompt: z.string(),
  report: pathOption,
  scores: pathOption.optional(),
  mind: z.string().min(1),
  json: z.literal(true).optional(),
});

/** What revise and direct both take. */
export const MIND_OPTION: CommandOption = {
  flags: '--mind <m>',
  description: 'who revises: rules, or the name of a language model (needs OPENAI_API_KEY)',
  default: 'rules',
};

export const command: Command = {
  name: 'revise',
  summary: 'rewrite a prompt from what a test, a scoring or a lift found',
  arguments: '',
  options: [
    { flags: '--prompt <text>', description: 'the prompt that the takes were made from' },
    { flags: '--report <file>', description: 'what test, score or lift printed with --json' },
    { flags: '--scores <file>', description: 'what score printed with --json, beside the report' },
    MIND_OPTION,
  ],
  async run(_args, typed, context) {
    const options = parseOptions(optionsSchema, typed);
    const prompt = checkPrompt([options.prompt]);
    const evidence = await readEvidenceFile(options.report);
    if (options.scores !== undefined) evidence.push(...(await readEvidenceFile(options.scores)));
    const mind = await createMind(options.mind, process.env);
    const result = await mind.revise(prompt, evidence, { signal: context.signal });
    const lines = result.edits.flatMap(edit => [
      `${edit.kind}: ${edit.replaces === undefined ? '' : `"${edit.replaces}" → `}"${edit.clause}"`,
      `  because of ${edit.because.join(', ')}; expects: ${edit.expects}`,
    ]);
    for (const { clause, reason } of result.skipped) lines.push(`left out: "${clause}": ${reason}`);
    if (result.edits.length === 0) lines.push('Nothing to change.');
    lines.unshift(...result.notes);
    return { exit: 0, json: result, text: [result.revised, '', ...lines].join('\n') };
  },
};
