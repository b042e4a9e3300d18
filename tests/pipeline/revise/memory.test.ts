import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMemory, recall, remember } from '../../../pipeline/revise/memory.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-memory-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const taught = (takes: number, shown: number) => ({
  'steady-light': { 'steady even light': { takes, shown } },
});

describe('memory', () => {
  it('adds up productions of the same model, each once', async () => {
    const path = join(folder, 'memory.json');
    expect(recall(await readMemory(path), 'openai', 'sora-2')).toEqual({});
    const entry = { provider: 'openai', model: 'sora-2' };
    await remember(path, 'one', { ...entry, experience: taught(3, 1) });
    await remember(path, 'two', { ...entry, experience: taught(4, 0) });
    await remember(path, 'other', { provider: 'openai', model: 'wan', experience: taught(9, 9) });
    await remember(path, 'one', { ...entry, experience: taught(6, 2) });
    expect(recall(await readMemory(path), 'openai', 'sora-2')).toEqual(taught(10, 2));
  });

  it('refuses a file that is something else, and leaves it as it is', async () => {
    const path = join(folder, 'other.json');
    await writeFile(path, '{"schema": "something"}');
    await expect(readMemory(path)).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
    await expect(remember(path, 'one', { provider: 'p', model: 'm', experience: {} })).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
    });
  });
});
