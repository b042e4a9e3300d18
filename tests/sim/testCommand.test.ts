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
