import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { putEmptyDatabase } from '../server/db/emptyDatabase.ts';
import { readWatch } from '../server/http/readWatch.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

export interface StudioServer {
  readonly url: string;
  /** As the power goes: the process and nothing else is told. */
  kill(): Promise<void>;
  /** Starts again on the same port and data. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** `sora-director serve` as a process of its own, on a free port and a data folder of its own. */
export async function startStudioServer(): Promise<StudioServer> {
  const data = await mkdtemp(join(tmpdir(), 'sora-e2e-'));
  await putEmptyDatabase(data);
  let child: ChildProcess | undefined;
  let url = '';

  async function start(port: string): Promise<void> {
    const { DATABASE_URL: _, SORA_STORAGE: __, ...env } = process.env;
    child = spawn(process.execPath, [main, 'serve', '--port', port, '--data', data, '--jobs', '1'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    [, url] = await readWatch(child).says(/Sora Director is at (http:\/\/127\.0\.0\.1:\d+)/);
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  await start('0');
  return {
    get url() {
      return url;
    },
    kill: () => end('SIGKILL'),
    restart: () => start(new URL(url).port),
    async remove() {
      await end('SIGTERM');
      await rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
