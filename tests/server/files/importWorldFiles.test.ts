import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { splatsFromModel } from '../../../engine/world/splats/splatsFromModel.ts';
import { writeSpz } from '../../../engine/world/splats/writeSpz.ts';
import { writeGlb } from '../../../engine/world/writeGlb.ts';
import { createFileStore } from '../../../server/files/createFileStore.ts';
import { importWorldFiles } from '../../../server/files/importWorldFiles.ts';
import { box, worldOf } from '../../engine/solids.ts';

const room = worldOf(box('ground', [0, -0.1, 0], [6, 0.2, 6]));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-pair-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('stores of splats with their collider these two alone', async () => {
  await writeFile(join(folder, 'a_high_quality.glb'), await writeGlb(room));
  await writeFile(join(folder, 'b_collider.glb'), await writeGlb(room));
  await writeFile(join(folder, 'c.spz'), writeSpz(splatsFromModel(room, { budget: 200 }).cloud));
  const store = createFileStore({ driver: 'local', folder: join(folder, 'store') });
  const { files: stored } = await importWorldFiles(folder, store);
  expect(Object.keys(stored).sort()).toEqual(['b_collider.glb', 'c.spz']);
});
