import { z } from 'zod';
import { readEvidenceFile } from '../../pipeline/revise/evidence.ts';
import { revise } from '../../pipeline/revise/revise.ts';
import type { Command } from '../command.ts';
import { parseOptions, pathOption } from '../commandOptions.ts';
import { checkPrompt } from './generate.ts';

const optionsSchema = z.strictObject({
  prompt: z.string(),
  report: pathOption,
  scores: pathOption.optional(),
  json: z.literal(true).optional(),
});

export const command: Command = {
  name: 'revise',
  summary: 'rewrite a prompt from what a test, a scoring or a lift found',
  arguments: '',
  options: [
    { flags: '--prompt <text>', description: 'the prompt that the takes were made from' },
    { flags: '--report <file>', description: 'what test, score or lift printed with --json' },
    { flags: '--scores <file>', description: 'what score printed with --json, beside the report' },
  ],
  async run(_args, typed) {
    const options = parseOptions(optionsSchema, typed);
    const prompt = checkPrompt([options.prompt]);
    const evidence = await readEvidenceFile(options.report);
    if (options.scores !== undefined) evidence.push(...(await readEvidenceFile(options.scores)));
    const result = revise(prompt, evidence);
    const lines = result.edits.flatMap(edit => [
      `${edit.kind}: ${edit.replaces === undefined ? '' : `"${edit.replaces}" → `}"${edit.clause}"`,
      `  because of ${edit.because.join(', ')}; expects: ${edit.expects}`,
    ]);
    for (const { clause, reason } of result.skipped) lines.push(`left out: "${clause}": ${reason}`);
    if (result.edits.length === 0) lines.push('Nothing to change.');
    return { exit: 0, json: result, text: [result.revised, '', ...lines].join('\n') };
  },
};
