import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command } from '../../../cli/commands/test.ts';
import { COMMANDS } from '../../../cli/commandTable.ts';
import { resolveTestConfig } from '../../../cli/config/testConfig.ts';

const read = (name: string) => readFile(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
const blocks = (guide: string, language: string) =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(match => match[1]);

test('the configurations that the guides show are read as they stand', async () => {
  const guides = (await Promise.all(['config.md', 'testing.md'].map(read))).join('\n');
  const files = [
    ...blocks(guides, 'json').map(text => ['sora-director.config.json', text]),
    ...blocks(guides, 'ts').map(text => ['sora-director.config.ts', text]),
  ];
  expect(files).toHaveLength(3);
  for (const [name, text] of files) {
    const folder = await mkdtemp(join(tmpdir(), 'guide-'));
    try {
      await writeFile(join(folder, name), text);
      const { origins } = await resolveTestConfig({}, { folder, environment: {} });
      expect(Object.values(origins)).toContain(`file ${name}`);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
});

test('the table of settings is what there is', async () => {
  const rows = [
    ...(await read('config.md')).matchAll(/^\| (?:`(--[a-z-]+)`)? ?\| ?(?:`(SORA_\w+)`)? ?\| `(\w+)` \|/gm),
  ];
  const { config } = await resolveTestConfig({}, { folder: tmpdir(), environment: {} });
  expect(rows.map(row => row[3]).sort()).toEqual(Object.keys(config).sort());
  for (const [, flag, variable, key] of rows) {
    if (!flag) continue;
    expect(command.options.some(option => option.flags.startsWith(`${flag} `))).toBe(true);
    const value = { reporters: 'sarif', failOn: 'never', up: '+Z' }[key] ?? '3';
    const { origins } = await resolveTestConfig({}, { folder: tmpdir(), environment: { [variable]: value } });
    expect(origins[key as keyof typeof origins]).toBe(`environment ${variable}`);
  }
});

test('each command and flag in the testing guide is there', async () => {
  const lines = [...(await read('testing.md')).matchAll(/npx sora-director (\w+)(.*)/g)];
  expect(lines.length).toBeGreaterThan(4);
  for (const [, name, rest] of lines) {
    const { options } = await COMMANDS[name]();
    for (const [flag] of rest.matchAll(/--[a-z-]+/g))
      expect(
        options.some(option => option.flags.startsWith(flag)),
        `${name} ${flag}`,
      ).toBe(true);
  }
});
