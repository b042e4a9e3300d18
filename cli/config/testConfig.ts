import { relative, resolve } from 'node:path';
import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import type { UpAxis } from '../../sim/detectors/badUp.ts';
import { UP_AXES } from '../../sim/mendWorld.ts';
import type { IgnoreRule } from '../../sim/report/ignoreRules.ts';
import type { FailOn } from '../../sim/report/verdict.ts';
import { parseReporters, type Reporter } from '../../sim/report/writeReports.ts';
import {
  choiceOption,
  integerOption,
  MOST_SEED,
  numberOption,
  parseOptions,
  pathOption,
} from '../commandOptions.ts';
import { loadConfigFile } from './loadConfigFile.ts';
import { FAIL_ON } from './testFileSchema.ts';

export interface TestConfig {
  agents: number;
  seconds: number;
  seed: number;
  /** The axis of the worlds' files that is up. */
  up: UpAxis;
  /** Metres for each unit of the worlds' files. */
  scale: number;
  reporters: Reporter[];
  out: string | undefined;
  failOn: FailOn;
  baseline: string | undefined;
  ignore: IgnoreRule[];
}

/** Where each value comes from: 'flag --agents', 'environment SORA_TEST_AGENTS', 'file NAME' or 'default'. */
export type TestConfigOrigins = Record<keyof TestConfig, string>;

const DEFAULTS: TestConfig = {
  agents: 16,
  seconds: 120,
  seed: 1,
  up: '+Y',
  scale: 1,
  reporters: ['json', 'junit'],
  out: undefined,
  failOn: 'error',
  baseline: undefined,
  ignore: [],
};

/** What can be given as text, as a flag or in the environment. */
const textSchema = z.strictObject({
  agents: integerOption(1, 256).optional(),
  seconds: numberOption(0.1, 36_000).optional(),
  seed: integerOption(0, MOST_SEED).optional(),
  up: choiceOption(UP_AXES as readonly [UpAxis, ...UpAxis[]]).optional(),
  scale: numberOption(1e-6, 1e6).optional(),
  reporter: z.string().optional(),
  out: pathOption.optional(),
  failOn: choiceOption(FAIL_ON).optional(),
  baseline: pathOption.optional(),
});
type TextName = keyof z.output<typeof textSchema>;
const TEXT_NAMES = Object.keys(textSchema.shape) as TextName[];
const PREFIX = 'SORA_TEST_';

/**
 * What a test is run with: flags over environment over file over defaults, each value with its origin.
 * @param typed flags as typed; `config` names the file, else it is looked for in the folder.
 * @throws USAGE naming the flag, variable or key that is wrong; what loadConfigFile throws.
 */
export async function resolveTestConfig(
  typed: Readonly<Record<string, string | boolean | undefined>>,
  { folder, environment }: { folder: string; environment: Readonly<Record<string, string | undefined>> },
): Promise<{ config: TestConfig; origins: TestConfigOrigins; file: string | undefined }> {
  const { config: named, ...flags } = typed;
  const file = await loadConfigFile(folder, typeof named === 'string' ? named : undefined);
  const fromFile = file?.config.test ?? {};
  const inFolder = (path: string) => relative(folder, resolve(file?.folder ?? folder, path)) || '.';
  const layers: [origin: (key: keyof TestConfig) => string, values: Partial<TestConfig>][] = [
    [key => `flag --${toKebab(textName(key))}`, fromText(parseOptions(textSchema, flags))],
    [key => `environment ${variableName(textName(key))}`, fromText(parseEnvironment(environment))],
    [
      () => `file ${file?.path}`,
      {
        ...fromFile,
        ...(fromFile.out !== undefined && { out: inFolder(fromFile.out) }),
        ...(fromFile.baseline !== undefined && { baseline: inFolder(fromFile.baseline) }),
      },
    ],
    [() => 'default', DEFAULTS],
  ];
  const config: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  for (const key of Object.keys(DEFAULTS) as (keyof TestConfig)[]) {
    const [origin, values] = layers.find(([, layer]) => layer[key] !== undefined) ?? layers[3];
    config[key] = values[key];
    origins[key] = origin(key);
  }
  return { config: config as unknown as TestConfig, origins: origins as TestConfigOrigins, file: file?.path };
}

function fromText({ reporter, ...values }: z.output<typeof textSchema>): Partial<TestConfig> {
  return { ...values, ...(reporter !== undefined && { reporters: parseReporters(reporter) }) };
}

function parseEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): z.output<typeof textSchema> {
  const names = new Map(TEXT_NAMES.map(name => [variableName(name), name]));
  const given: Record<string, string> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || value === undefined || value === '') continue;
    const name = names.get(variable);
    if (name === undefined)
      throw new DirectorError('USAGE', `There is no ${variable}.`, {
        suggestion: `The environment can set ${[...names.keys()].join(', ')}.`,
      });
    given[name] = value;
  }
  const parsed = textSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0]) as TextName;
  throw new DirectorError('USAGE', `${variableName(name)}=${given[name]}: ${issue?.message}.`, {
    suggestion: `Set ${variableName(name)} to ${issue?.message}.`,
  });
}

/** One flag is in the singular, as it was before it took several. */
function textName(key: keyof TestConfig): string {
  return key === 'reporters' ? 'reporter' : key;
}

function variableName(name: string): string {
  return PREFIX + toKebab(name).replaceAll('-', '_').toUpperCase();
}

function toKebab(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}
