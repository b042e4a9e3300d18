import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lockProduction } from '../../../pipeline/direct/productionLock.ts';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-lock-'));
  path = join(folder, 'production.lock');
});
beforeEach(() => rm(path, { force: true }));
afterAll(() => rm(folder, { recursive: true, force: true }));

const leave = (holder: unknown) => writeFile(path, `${JSON.stringify(holder)}\n`);
const isFreed = async () => (await readFile(path, 'utf8')).includes(`"pid":${process.pid},`);

/** A process that lives until it is killed. */
function startProcess() {
  return spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
}

describe('lockProduction', () => {
  it('lets one in at a time, names who is in, and leaves nothing behind', async () => {
    const unlock = await lockProduction(folder);
    await expect(lockProduction(folder)).rejects.toMatchObject({
      code: 'PRODUCTION_BUSY',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await unlock();
    expect(existsSync(path)).toBe(false);
    await (await lockProduction(folder))();
  });

  it('refuses where another process lives, and takes over when it has died', async () => {
    const other = startProcess();
    await once(other, 'spawn');
    const holder = { pid: other.pid, host: hostname(), started: null };
    await leave(holder);
    await expect(lockProduction(folder)).rejects.toMatchObject({
      code: 'PRODUCTION_BUSY',
      details: { pid: other.pid },
    });
    other.kill('SIGKILL');
    await once(other, 'exit');
    const unlock = await lockProduction(folder);
    expect(await isFreed()).toBe(true);
    await unlock();
  });

  it.skipIf(process.platform !== 'linux')('knows a pid that came again by its start', async () => {
    const other = startProcess();
    await once(other, 'spawn');
    await leave({ pid: other.pid, host: hostname(), started: '1' });
    const unlock = await lockProduction(folder);
    expect(await isFreed()).toBe(true);
    await unlock();
    other.kill('SIGKILL');
    await once(other, 'exit');
  });

  it('takes over its own pid from an earlier life, and a lock that was never written', async () => {
    await leave({ pid: process.pid, host: hostname(), started: null });
    await (await lockProduction(folder))();
    await writeFile(path, '');
    await (await lockProduction(folder))();
  });

  it('does not judge the processes of another machine', async () => {
    await leave({ pid: 1, host: 'another-machine', started: null });
    await expect(lockProduction(folder)).rejects.toMatchObject({
      code: 'PRODUCTION_BUSY',
      suggestion: expect.stringContaining(`delete ${path}`),
    });
  });
});
