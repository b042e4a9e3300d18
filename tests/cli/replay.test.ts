import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from '../../cli/commands/replay.ts';
import { writeGlb } from '../../engine/world/writeGlb.ts';
import { runBatch } from '../../sim/batch.ts';
import { makeReport, toJson } from '../../sim/report/json.ts';
import type { TestRun } from '../../sim/types.ts';
import { box, furnishedRoom, model, node } from '../sim/handMadeWorlds.ts';

let folder: string;
let world: string;
let report: string;
let tested: TestRun;
const context = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
  note: () => undefined,
};
const replay = (options: Record<string, string>, file = report) => command.run([file], options, context);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-'));
  world = join(folder, 'room.glb');
  report = join(folder, 'report.json');
  const nodes = [...furnishedRoom(), node('box', [box([0, 0.2, 0], [0.5, 0.7, 0.5])])];
  await writeFile(world, await writeGlb(model(...nodes)));
  const { runs } = await runBatch([world], { agents: 2, simulatedSeconds: 3 });
  tested = runs[0];
  await writeFile(report, toJson(makeReport(runs, [])));
});
afterAll(() => rm(folder, { recursive: true }));

test('a finding of a report is reproduced, and where the world lies elsewhere, there', async () => {
  const [{ id }] = tested.violations;
  const result = await replay({ violation: id });
  expect(result).toMatchObject({ exit: 0, json: { reproduced: true, shortest: true } });
  expect(result.text).toContain('recorded floating');
  const moved = join(folder, 'moved.glb');
  await rename(world, moved);
  try {
    await expect(replay({ violation: id })).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
    expect((await replay({ violation: id, world: moved })).exit).toBe(0);
  } finally {
    await rename(moved, world);
  }
});

test('what does not come again is exit 1, with what differs', async () => {
  const sound = join(folder, 'sound.glb');
  await writeFile(sound, await writeGlb(model(...furnishedRoom())));
  const result = await replay({ violation: tested.violations[0].id, world: sound });
  expect(result.exit).toBe(1);
  expect(result.text).toContain('No floating was found.');
  expect(result.text).toContain('its files have changed');
});

test('an id that is not there, one that two worlds have, and a file that is no report are refused by code', async () => {
  await expect(replay({ violation: 'floating-0' })).rejects.toMatchObject({
    code: 'UNKNOWN_ID',
    suggestion: expect.stringContaining(tested.violations[0].id),
  });
  const twice = join(folder, 'twice.json');
  await writeFile(twice, toJson(makeReport([tested, { ...tested, world: 'other.glb' }], [])));
  const { id } = tested.violations[0];
  await expect(replay({ violation: id }, twice)).rejects.toMatchObject({ code: 'USAGE' });
  expect((await replay({ violation: id, world }, twice)).exit).toBe(0);
  await expect(replay({ violation: id }, world)).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
  await expect(replay({}, report)).rejects.toMatchObject({ code: 'USAGE' });
});
