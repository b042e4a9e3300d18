import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putEmptyDatabase } from '../server/db/emptyDatabase.ts';
import { readWatch } from '../server/http/readWatch.ts';
import { smallWorld } from '../server/http/testServer.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const running = new Set<ChildProcess>();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-serve-'));
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function start(...argv: string[]) {
  const { DATABASE_URL: _, SORA_STORAGE: __, ...env } = process.env;
  const child = spawn(process.execPath, [main, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const { says, output, stdout } = readWatch(child);
  const exit = once(child, 'exit').then(([status]) => {
    running.delete(child);
    return status as number | null;
  });
  return { child, says, output, stdout, exit };
}

describe('serve', () => {
  it('prints one address to open, and ends well on SIGTERM', async () => {
    const { child, says, exit, output } = start('serve', '--port', '0', '--data', join(folder, 'a'));
    const [, url] = await says(/Sora Director is at (http:\/\/127\.0\.0\.1:\d+)/);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(output()).toContain('Ended; nothing was lost.');
  });

  it('takes Ctrl-C that comes twice at once, as from npm, for one, and prints one document with --json', async () => {
    const { child, says, exit, stdout } = start(
      'serve',
      '--port',
      '0',
      '--data',
      join(folder, 'a'),
      '--json',
    );
    await says(/Sora Director is at/);
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await exit).toBe(0);
    expect(JSON.parse(stdout())).toMatchObject({ url: expect.stringMatching(/^http/) });
  });

  it('works on and ends well where nobody reads what it prints', async () => {
    const data = join(folder, 'd');
    await putEmptyDatabase(data);
    const { child, says, exit } = start('serve', '--port', '0', '--data', data);
    const [, url] = await says(/Sora Director is at (http:\/\/127\.0\.0\.1:\d+)/);
    child.stderr.destroy();
    const name = (await readdir(join(data, 'logs')))[0];
    expect((await fetch(`${url}/health`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(await readFile(join(data, 'logs', name), 'utf8')).not.toContain('EPIPE');
  });

  it('says plainly that a port or a data folder is taken', async () => {
    await putEmptyDatabase(join(folder, 'b'));
    const first = start('serve', '--port', '0', '--data', join(folder, 'b'));
    const [, port] = await first.says(/Sora Director is at http:\/\/127\.0\.0\.1:(\d+)/);
    const samePort = start('serve', '--port', port, '--data', join(folder, 'c'));
    expect(await samePort.exit).toBe(2);
    expect(samePort.output()).toContain(`PORT_TAKEN: Another program uses port ${port}`);
    const sameFolder = start('serve', '--port', '0', '--data', join(folder, 'b'));
    expect(await sameFolder.exit).toBe(2);
    expect(sameFolder.output()).toContain('DATA_FOLDER_BUSY');
    first.child.kill('SIGTERM');
    expect(await first.exit).toBe(0);
  });

  it('says what is wrong with its options', async () => {
    for (const [argv, words] of [
      [['--port', '70000'], '--port 70000'],
      [['--role', 'worker'], 'DATABASE_URL'],
      [['--origin', 'studio.example'], '--origin'],
    ] as const) {
      const { exit, output } = start('serve', ...argv);
      expect(await exit).toBe(2);
      expect(output()).toContain('USAGE');
      expect(output()).toContain(words);
    }
    expect(existsSync('sora-data')).toBe(false);
  });
});

describe('view', () => {
  it('opens a GLB at an address of its own', async () => {
    const path = join(folder, 'place.glb');
    await writeFile(path, await smallWorld());
    const { child, says, exit } = start('view', path);
    const [, url, id] = await says(/place\.glb is at (http:\S+\/worlds\/(w_\w+))/);
    expect(url).toContain('/worlds/');
    const world = await fetch(`${new URL(url).origin}/api/worlds/${id}`);
    expect(await world.json()).toMatchObject({
      name: 'place.glb',
      files: { 'place.glb': { bytes: expect.any(Number) } },
    });
    child.kill('SIGINT');
    expect(await exit).toBe(0);
  });

  it('says what it cannot read', async () => {
    const { exit, output } = start('view', join(folder, 'nowhere.glb'));
    expect(await exit).toBe(2);
    expect(output()).toContain('INPUT_NOT_FOUND');
  });
});
