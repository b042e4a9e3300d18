import { z } from 'zod';
import { DirectorError, ERRORS } from '../../engine/errors.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { runBatch } from '../../sim/batch.ts';
import { makeReport, type TestReport } from '../../sim/report/json.ts';
import { fails } from '../../sim/report/verdict.ts';
import { parseReporters, writeReports } from '../../sim/report/writeReports.ts';
import type { Command } from '../command.ts';
import {
  choiceOption,
  integerOption,
  MOST_SEED,
  numberOption,
  parseOptions,
  pathOption,
} from '../commandOptions.ts';

const optionsSchema = z.strictObject({
  agents: integerOption(1, 256),
  seconds: numberOption(0.1, 36_000),
  seed: integerOption(0, MOST_SEED),
  out: pathOption.optional(),
  reporter: z.string().optional(),
  failOn: choiceOption(['error', 'warning', 'never']),
  json: z.literal(true).optional(),
});

export const command: Command = {
  name: 'test',
  summary: 'test worlds by agents: walk them, and tell what is wrong and where',
  arguments: '<world...>',
  options: [
    { flags: '--agents <n>', description: 'bodies in the world at once, 1 to 256', default: '16' },
    {
      flags: '--seconds <s>',
      description: 'simulated time at most; ends earlier once nothing new is found',
      default: '120',
    },
    { flags: '--seed <k>', description: 'the same seed finds the same again', default: '1' },
    { flags: '--out <dir>', description: 'folder for report files' },
    {
      flags: '--reporter <names>',
      description: 'report files to write into --out: json, junit, sarif, html; json and junit by default',
    },
    {
      flags: '--fail-on <severity>',
      description: 'gravity from which the verdict is negative: error, warning, never',
      default: 'error',
    },
  ],
  async run(worlds, typed, context) {
    const options = parseOptions(optionsSchema, typed);
    const reporters = parseReporters(options.reporter ?? 'json,junit');
    if (options.reporter !== undefined && options.out === undefined)
      throw new DirectorError('USAGE', '--reporter writes files and needs --out.', {
        suggestion: 'Add --out DIR, or take the result from stdout with --json.',
      });
    const { runs, failed, illustrations } = await runBatch(worlds, {
      agents: options.agents,
      simulatedSeconds: options.seconds,
      seed: options.seed,
      illustrate: reporters.includes('html'),
      signal: context.signal,
      onProgress: context.onProgress,
    });
    if (runs.length === 0 && failed.length === 1) {
      const { code, message, suggestion } = failed[0].error;
      throw new DirectorError(code, message, { suggestion });
    }
    const report = makeReport(runs, failed);
    const written = options.out
      ? await writeReports(options.out, report, reporters, {
          failOn: options.failOn,
          version: packageJson.version,
          illustrations,
        })
      : [];
    for (const { world, error } of failed) context.note(`${error.code}: ${world}: ${error.message}`);
    const negative = runs.some(run => run.violations.some(violation => fails(violation, options.failOn)));
    const failedExit = Math.max(0, ...failed.map(({ error }) => ERRORS[error.code].exit)) as 0 | 1 | 2 | 3;
    return {
      exit: failedExit > 0 ? failedExit : negative ? 1 : 0,
      json: failed.length > 0 ? { ...report, error: failed[0].error } : report,
      text: [describe(report), ...written.map(path => `wrote ${path}`)].join('\n'),
    };
  },
};

function describe(report: TestReport): string {
  const lines: string[] = [];
  for (const run of report.runs) {
    const { reachableArea, ratio } = run.coverage;
    lines.push(
      `${run.world}: ${run.violations.length === 0 ? 'nothing wrong' : `${run.violations.length} violation(s)`}; ${run.agents} agents entered ${(100 * ratio).toFixed(0)} % of ${reachableArea.toFixed(1)} m² in ${run.simulatedSeconds.toFixed(0)} simulated s (${run.wallSeconds.toFixed(1)} s)`,
    );
    for (const violation of run.violations)
      lines.push(
        `  ${violation.severity.padEnd(7)} ${violation.type} at (${violation.position.map(value => value.toFixed(2)).join(', ')}): ${violation.message}`,
      );
  }
  for (const { world, error } of report.failed ?? []) lines.push(`${world}: ${error.code}: ${error.message}`);
  return lines.join('\n');
}
