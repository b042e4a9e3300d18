import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openScratch, removeScratch, scratchJobs } from '../../../server/jobs/scratch.ts';

const id = 'j_0000000000000001';
const other = 'j_0000000000000002';

it('hands what the last attempt left to the next one, and its place to nobody', async () => {
  const root = join(await mkdtemp(join(tmpdir(), 'sora-scratch-')), 'scratch');
  const first = await openScratch(root, { id, attempt: 1 });
  await writeFile(join(first, 'take'), 'one');
  await openScratch(root, { id: other, attempt: 9 });
  const third = await openScratch(root, { id, attempt: 3 });
  expect(await readFile(join(third, 'take'), 'utf8')).toBe('one');
  await expect(writeFile(join(first, 'late'), 'late')).rejects.toMatchObject({ code: 'ENOENT' });
  expect((await scratchJobs(root)).sort()).toEqual([id, other]);
  await removeScratch(root, id);
  expect(await readdir(root)).toEqual([`${other}-9`]);
  await rm(root, { recursive: true });
});
