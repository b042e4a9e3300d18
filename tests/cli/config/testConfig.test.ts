import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveTestConfig } from '../../../cli/config/testConfig.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, text: string) => writeFile(join(folder, name), text);
const resolve = (
  typed: Record<string, string | boolean> = {},
  environment: Record<string, string | undefined> = {},
) => resolveTestConfig(typed, { folder, environment });

test('flags over environment over file over defaults, each with its origin', async () => {
  await write(
    'sora-director.config.json',
    JSON.stringify({ test: { agents: 2, seconds: 3, seed: 4, failOn: 'warning' } }),
  );
  const { config, origins } = await resolve(
    { agents: '8' },
    { SORA_TEST_AGENTS: '9', SORA_TEST_SEED: '10', SORA_TEST_REPORTER: 'sarif', PATH: '/bin' },
  );
  expect(config).toMatchObject({ agents: 8, seed: 10, seconds: 3, failOn: 'warning', reporters: ['sarif'] });
  expect(origins).toEqual({
    agents: 'flag --agents',
    seed: 'environment SORA_TEST_SEED',
    up: 'default',
    scale: 'default',
    reporters: 'environment SORA_TEST_REPORTER',
    seconds: 'file sora-director.config.json',
    failOn: 'file sora-director.config.json',
    out: 'default',
    baseline: 'default',
    ignore: 'default',
  });
});

test.each([
  ['sora-director.config.mjs', 'export default { test: { seed: 5 } };'],
  ['sora-director.config.ts', 'const seed: number = 5;\nexport default { test: { seed } };'],
])('%s is read', async (name, text) => {
  await write(name, text);
  expect(await resolve()).toMatchObject({ config: { seed: 5 }, file: name });
});

test('paths in a file are relative to it', async () => {
  await mkdir(join(folder, 'ci'));
  await write('ci/nightly.json', JSON.stringify({ test: { out: 'reports', baseline: '../last.json' } }));
  const { config } = await resolve({ config: 'ci/nightly.json' });
  expect(config).toMatchObject({ out: join('ci', 'reports'), baseline: 'last.json' });
});

describe('refused by name', () => {
  test.each([
    ['an unknown key', { test: { agnets: 3 } }, 'test.agnets'],
    ['an unknown part', { tset: {} }, 'tset'],
    ['a value out of range', { test: { agents: 1000 } }, 'test.agents takes at most 256'],
    ['a reporter', { test: { reporters: ['pdf'] } }, 'test.reporters.0'],
    ['a type', { test: { ignore: [{ type: 'flaoting' }] } }, 'test.ignore.0.type'],
    ['a key of a rule', { test: { ignore: [{ type: 'floating', node: 'x' }] } }, 'test.ignore.0.node'],
  ])('%s', async (_name, document, named) => {
    await write('sora-director.config.json', JSON.stringify(document));
    await expect(resolve()).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(named),
    });
  });

  test('a variable', async () => {
    await expect(resolve({}, { SORA_TEST_AGNETS: '3' })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('SORA_TEST_AGNETS'),
    });
    await expect(resolve({}, { SORA_TEST_AGENTS: 'many' })).rejects.toMatchObject({
      message: expect.stringContaining('SORA_TEST_AGENTS=many'),
    });
  });

  test('two configurations, one that is not there, one that is not JSON', async () => {
    await expect(resolve({ config: 'gone.json' })).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
    await write('sora-director.config.json', '{');
    await expect(resolve()).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
    await write('sora-director.config.ts', 'export default {};');
    await expect(resolve()).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('more than one'),
    });
  });
});
