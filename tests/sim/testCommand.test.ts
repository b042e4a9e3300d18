import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from '../../cli/commands/test.ts';
import { writeGlb } from '../../engine/world/writeGlb.ts';
import { box, furnishedRoom, model, node } from './handMadeWorlds.ts';

let folder: string;
let floating: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-command-'));
  floating = join(folder, 'floating.glb');
  const nodes = [...furnishedRoom(), node('box', [box([0, 0.2, 0], [0.5, 0.7, 0.5])])];
  await writeFile(floating, await writeGlb(model(...nodes)));
});
afterAll(() => rm(folder, { recursive: true }));

const notes: string[] = [];
const context = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
  note: (line: string) => void notes.push(line),
};
const run = (worlds: string[], options: Record<string, string> = {}) =>
  command.run(worlds, { agents: '2', seconds: '2', seed: '1', failOn: 'error', ...options }, context);

test('a violation at or above --fail-on makes the verdict negative, and the reports are written', async () => {
  const out = join(folder, 'out');
  const result = await run([floating], { out });
  expect(result.exit).toBe(1);
  expect(result.json).toMatchObject({ runs: [{ world: floating, violations: [{ type: 'floating' }] }] });
  expect(JSON.parse(await readFile(join(out, 'report.json'), 'utf8'))).toEqual(result.json);
  expect(await readFile(join(out, 'report.junit.xml'), 'utf8')).toContain('<failure');
  expect((await run([floating], { failOn: 'never' })).exit).toBe(0);
});

test('of several worlds the readable ones are tested, the others listed, and the exit status is 2', async () => {
  const gone = join(folder, 'gone.glb');
  const result = await run([gone, floating]);
  expect(result.exit).toBe(2);
  expect(result.json).toMatchObject({
    runs: [{ world: floating }],
    failed: [{ world: gone, error: { code: 'INPUT_NOT_FOUND' } }],
  });
  expect(notes.join('\n')).toContain('INPUT_NOT_FOUND');
});

test('one world that cannot be read is that error', async () => {
  await expect(run([join(folder, 'gone.glb')])).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
});

test('with --baseline only what is new fails, and what is known and gone is told', async () => {
  const out = join(folder, 'baseline');
  await run([floating], { out });
  const baseline = join(out, 'report.json');
  const again = await run([floating], { baseline });
  expect(again.exit).toBe(0);
  expect(again.json).toMatchObject({ runs: [{ violations: [{ baseline: 'known' }], gone: [] }] });
  expect(again.text).toContain('0 new, 1 known, 0 gone');
  await expect(run([floating], { baseline: floating })).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
});

test('a rule of the configuration passes over what it names, and says so', async () => {
  const config = join(folder, 'ci.json');
  const ignore = [{ type: 'floating', object: 'b*', reason: 'It is a balloon.' }, { type: 'leak' }];
  await writeFile(config, JSON.stringify({ test: { ignore } }));
  const result = await run([floating], { config });
  expect(result.exit).toBe(0);
  expect(result.text).toContain('It is a balloon.');
  expect(notes.join('\n')).toContain('Nothing to pass over: ignore leak');
});

test('--print-config tells what would be used and where it comes from', async () => {
  const result = await command.run([], { agents: '3', printConfig: true }, context);
  expect(result).toMatchObject({
    exit: 0,
    json: {
      file: null,
      test: { agents: { value: 3, origin: 'flag --agents' }, seed: { origin: 'default' } },
    },
  });
  await expect(command.run([], {}, context)).rejects.toMatchObject({ code: 'USAGE' });
});

test.each([
  [{ agents: '0' }, '--agents'],
  [{ seconds: '-1' }, '--seconds'],
  [{ failOn: 'sometimes' }, '--fail-on'],
  [{ reporter: 'pdf', out: 'x' }, 'pdf'],
  [{ reporter: 'junit' }, '--reporter'],
])('%o is refused as usage', async (options, named) => {
  await expect(run([floating], options as Record<string, string>)).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(named),
  });
});
