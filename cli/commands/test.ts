import { DirectorError, ERRORS } from '../../engine/errors.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { runBatch } from '../../sim/batch.ts';
import { compareWithBaseline } from '../../sim/report/baseline.ts';
import { applyIgnoreRules, describeRule } from '../../sim/report/ignoreRules.ts';
import { makeReport } from '../../sim/report/json.ts';
import { readReport } from '../../sim/report/readReport.ts';
import { toText } from '../../sim/report/text.ts';
import { fails } from '../../sim/report/verdict.ts';
import { writeReports } from '../../sim/report/writeReports.ts';
import type { Command, CommandResult } from '../command.ts';
import { resolveTestConfig, type TestConfig, type TestConfigOrigins } from '../config/testConfig.ts';

export const command: Command = {
  name: 'test',
  summary: 'test worlds by agents: walk them, and tell what is wrong and where',
  arguments: '[world...]',
  options: [
    { flags: '--agents <n>', description: 'bodies in the world at once, 1 to 256; default 16' },
    {
      flags: '--seconds <s>',
      description: 'simulated time at most; ends earlier once nothing new is found; default 120',
    },
    { flags: '--seed <k>', description: 'the same seed finds the same again; default 1' },
    {
      flags: '--up <axis>',
      description:
        'the axis of the files that is up, for worlds on their side: +Y, +Z, -Z, +X, -X, -Y; default +Y',
    },
    {
      flags: '--scale <factor>',
      description: 'metres for each unit of the files: 0.01 for centimetres; default 1',
    },
    { flags: '--out <dir>', description: 'folder for report files' },
    {
      flags: '--reporter <names>',
      description: 'report files to write into --out: json, junit, sarif, html; json and junit by default',
    },
    {
      flags: '--fail-on <severity>',
      description: 'gravity from which the verdict is negative: error, warning, never; default error',
    },
    {
      flags: '--baseline <report>',
      description: 'report.json of an earlier run: only what is new makes the verdict negative',
    },
    {
      flags: '--config <file>',
      description: 'configuration; by default sora-director.config.json, .mjs or .ts of this folder',
    },
    { flags: '--print-config', description: 'print what would be used, and where each value comes from' },
  ],
  async run(worlds, typed, context) {
    const { json: _json, printConfig, ...flags } = typed;
    const { config, origins, file } = await resolveTestConfig(flags, {
      folder: process.cwd(),
      environment: process.env,
    });
    if (printConfig === true) return describeConfig(config, origins, file);
    if (worlds.length === 0)
      throw new DirectorError('USAGE', 'There is no world to test.', {
        suggestion: 'Name one or more world folders, .glb or .gltf files.',
      });
    if (origins.reporters !== 'default' && config.out === undefined)
      throw new DirectorError('USAGE', `--reporter writes files and needs --out (${origins.reporters}).`, {
        suggestion: 'Add --out DIR, or take the result from stdout with --json.',
      });
    // Read before the work, so that a wrong path costs nothing.
    const baseline = config.baseline === undefined ? undefined : await readReport(config.baseline);
    const { runs, failed, illustrations } = await runBatch(worlds, {
      agents: config.agents,
      simulatedSeconds: config.seconds,
      seed: config.seed,
      mend: { up: config.up, scale: config.scale },
      illustrate: config.out !== undefined && config.reporters.includes('html'),
      signal: context.signal,
      onProgress: context.onProgress,
    });
    if (runs.length === 0 && failed.length === 1) {
      const { code, message, suggestion } = failed[0].error;
      throw new DirectorError(code, message, { suggestion });
    }
    for (const { world, error } of failed) context.note(`${error.code}: ${world}: ${error.message}`);
    let report = makeReport(runs, failed);
    if (baseline) {
      const compared = compareWithBaseline(report, baseline);
      report = compared.report;
      for (const world of compared.unknownWorlds)
        context.note(`${config.baseline} does not have ${world}: everything in it is new.`);
    }
    const ignored = applyIgnoreRules(report, config.ignore);
    report = ignored.report;
    for (const rule of ignored.unused) context.note(`Nothing to pass over: ${describeRule(rule)}.`);
    const written =
      config.out === undefined
        ? []
        : await writeReports(config.out, report, config.reporters, {
            failOn: config.failOn,
            version: packageJson.version,
            illustrations,
          });
    const negative = report.runs.some(run =>
      run.violations.some(violation => fails(violation, config.failOn)),
    );
    const failedExit = Math.max(0, ...failed.map(({ error }) => ERRORS[error.code].exit)) as 0 | 1 | 2 | 3;
    return {
      exit: failedExit > 0 ? failedExit : negative ? 1 : 0,
      json: failed.length > 0 ? { ...report, error: failed[0].error } : report,
      text: [toText(report), ...written.map(path => `wrote ${path}`)].join('\n'),
    };
  },
};

function describeConfig(
  config: TestConfig,
  origins: TestConfigOrigins,
  file: string | undefined,
): CommandResult {
  const settings = (Object.keys(config) as (keyof TestConfig)[]).map(key => ({
    key,
    value: config[key] ?? null,
    origin: origins[key],
  }));
  return {
    exit: 0,
    json: {
      file: file ?? null,
      test: Object.fromEntries(settings.map(({ key, value, origin }) => [key, { value, origin }])),
    },
    text: settings
      .map(({ key, value, origin }) => `${key.padEnd(10)} ${JSON.stringify(value)}  (${origin})`)
      .join('\n'),
  };
}
