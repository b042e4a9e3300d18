import { z } from 'zod';
import { talliesOf } from '../../pipeline/revise/experience.ts';
import { type Memory, readMemory, recall } from '../../pipeline/revise/memory.ts';
import { RULES } from '../../pipeline/revise/rules.ts';
import type { Command } from '../command.ts';
import { parseOptions, pathOption } from '../commandOptions.ts';

const optionsSchema = z.strictObject({ memory: pathOption, json: z.literal(true).optional() });

interface ClauseRow {
  provider: string;
  model: string;
  rule: string;
  /** '' stands for prompts with none of the rule's clauses. */
  clause: string;
  takes: number;
  shown: number;
}

export const command: Command = {
  name: 'memory',
  summary: 'what was learned about which clause prevents what, on which video model',
  arguments: '',
  options: [
    {
      flags: '--memory <file>',
      description: 'the file that direct --memory wrote',
      default: 'sora-memory.json',
    },
  ],
  async run(_args, typed) {
    const { memory: path } = parseOptions(optionsSchema, typed);
    const memory = await readMemory(path);
    const rows = rowsOf(memory);
    const productions = Object.keys(memory.productions).length;
    return {
      exit: 0,
      json: { memory: path, productions, clauses: rows },
      text: describe(path, productions, rows),
    };
  },
};

function rowsOf(memory: Memory): ClauseRow[] {
  const models = new Map(
    Object.values(memory.productions).map(({ provider, model }) => [
      `${provider} ${model}`,
      { provider, model },
    ]),
  );
  return [...models.values()].flatMap(({ provider, model }) => {
    const experience = recall(memory, provider, model);
    return RULES.flatMap(rule =>
      Object.entries(talliesOf(experience, rule))
        .sort(([, a], [, b]) => a.shown / a.takes - b.shown / b.takes)
        .map(([clause, { takes, shown }]) => ({ provider, model, rule: rule.name, clause, takes, shown })),
    );
  });
}

function describe(path: string, productions: number, rows: readonly ClauseRow[]): string {
  if (rows.length === 0)
    return `${path} holds nothing yet. Run sora-director direct PROMPT --memory ${path}.`;
  const lines = [`${productions} production${productions === 1 ? '' : 's'} taught:`];
  let heading = '';
  for (const { provider, model, rule, clause, takes, shown } of rows) {
    const next = `${rule} on ${provider} (${model})`;
    if (next !== heading) lines.push('', next);
    heading = next;
    const share = `${shown} of ${takes} takes failed`;
    lines.push(`  ${share.padEnd(24)} ${clause === '' ? 'with none of these in the prompt' : `"${clause}"`}`);
  }
  return lines.join('\n');
}
