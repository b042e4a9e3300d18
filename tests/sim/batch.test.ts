import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadWorld } from '../../engine/world/loadWorld.ts';
import { writeGlb } from '../../engine/world/writeGlb.ts';
import { runBatch } from '../../sim/batch.ts';
import { runTest } from '../../sim/run.ts';
import { box, furnishedRoom, model, node } from './handMadeWorlds.ts';

let folder: string;
let sound: string;
let floating: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batch-'));
  sound = join(folder, 'sound.glb');
  floating = join(folder, 'floating.glb');
  await writeFile(sound, await writeGlb(model(...furnishedRoom())));
  await writeFile(
    floating,
    await writeGlb(model(...furnishedRoom(), node('box', [box([0, 0.2, 0], [0.5, 0.7, 0.5])]))),
  );
});
afterAll(() => rm(folder, { recursive: true }));

const OPTIONS = { agents: 4, simulatedSeconds: 5, seed: 3 };

test('worlds are tested in the order given, those that cannot be read are listed by code', async () => {
  const gone = join(folder, 'gone.glb');
  const { runs, failed } = await runBatch([sound, gone, floating], OPTIONS);
  expect(runs.map(run => run.world)).toEqual([sound, floating]);
  expect(runs.map(run => run.violations.map(violation => violation.type))).toEqual([[], ['floating']]);
  expect(failed).toMatchObject([{ world: gone, error: { code: 'INPUT_NOT_FOUND' } }]);
});

test('a thread and this process, one worker and two, give the same state hash', async () => {
  const here = await runTest(await loadWorld(floating, { decodeImages: false }), OPTIONS);
  const one = await runBatch([floating, sound], { ...OPTIONS, workers: 1 });
  const two = await runBatch([floating, sound], { ...OPTIONS, workers: 2 });
  expect(one.runs.map(run => run.stateHash)).toEqual(two.runs.map(run => run.stateHash));
  expect(one.runs[0].stateHash).toBe(here.stateHash);
});

test('a cancelled batch ends with CANCELLED', async () => {
  const cancel = new AbortController();
  const running = runBatch([sound], {
    ...OPTIONS,
    simulatedSeconds: 3600,
    signal: cancel.signal,
    onProgress: () => cancel.abort(),
  });
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('options out of range are refused before any world is tested', async () => {
  await expect(runBatch([sound], { ...OPTIONS, agents: 0 })).rejects.toMatchObject({ code: 'USAGE' });
});
