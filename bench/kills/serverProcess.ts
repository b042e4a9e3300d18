import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
/** In the environment of every process of one bench, and so of all that they start. */
const MARK = 'SORA_BENCH_MARK';

export interface ServerProcess {
  child: ChildProcess;
  /** Resolves with the address once it listens, or with '' for a worker; rejects where it ends before. */
  ready: Promise<string>;
  exited: Promise<unknown>;
}

/** Starts `sora-director serve` as a person does. */
export function startServerProcess(
  words: readonly string[],
  environment: Record<string, string>,
  mark: string,
): ServerProcess {
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--jobs', '1', ...words], {
    env: { ...process.env, DATABASE_URL: '', SORA_STORAGE: '', ...environment, [MARK]: mark },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  const ready = new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [line, url] = /Sora Director (?:is at (\S+)|works on)/.exec(said) ?? [];
      if (line) resolve(url ?? '');
    });
    void exited.then(() => reject(new Error(`The server ended before it listened: ${said}`)));
  });
  // Who kills it before it listens does not wait for this.
  ready.catch(() => undefined);
  return { child, ready, exited };
}

/** Pids of all processes of a bench that still run; empty where the system has no /proc. */
export function processesOf(mark: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => {
      if (!pid || pid === process.pid) return false;
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
        return environment.split('\0').includes(`${MARK}=${mark}`);
      } catch {
        // It has ended since, or belongs to somebody else.
        return false;
      }
    });
}
