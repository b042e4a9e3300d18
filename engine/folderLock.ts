import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { DirectorError } from './errors.ts';

const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  /** Start of the process in clock ticks since boot, where the system tells; a reused pid has another. */
  started: z.string().nullable(),
});
type Holder = z.infer<typeof holderSchema>;

export interface FolderLock {
  /** Name of the lock file in the folder. */
  file: string;
  /** Code of the error that another holder gives. */
  code: 'PRODUCTION_BUSY' | 'DATA_FOLDER_BUSY';
}

/** Between the lock's making and its writing lie microseconds; a lock that stays empty was left by a dead process. */
const EMPTY_TRIES = 20;
const EMPTY_PAUSE_MILLISECONDS = 25;
/** Several may find the same dead lock; each round one of them gets it. */
const MOST_ROUNDS = 5;

/** Locks that this process holds; its own pid in a lock does not say so, as pids come again. */
const heldHere = new Set<string>();

/**
 * Takes a folder for this process by a file in it. The lock of a process that has died is taken over.
 * @returns what gives it back. @throws the lock's code with the pid of the process that holds it; OUTPUT_UNWRITABLE
 */
export async function lockFolder(folder: string, lock: FolderLock): Promise<() => Promise<void>> {
  const path = join(resolve(folder), lock.file);
  const stale = `${path}.stale`;
  if (heldHere.has(path)) throw busy(folder, path, lock, await thisProcess());
  heldHere.add(path);
  try {
    const holder = `${JSON.stringify(await thisProcess())}\n`;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (await create(path, holder)) {
        await rm(stale, { force: true });
        return async () => {
          await rm(path, { force: true });
          heldHere.delete(path);
        };
      }
      const other = await readHolder(path);
      if (other === 'gone') continue;
      if (other !== 'empty' && (await lives(other))) throw busy(folder, path, lock, other);
      await rename(path, stale).catch(ignoreMissing);
      // Another who found the same dead lock may have replaced it in between: its lock goes back.
      const moved = await readHolder(stale);
      if (typeof moved === 'object' && (await lives(moved))) {
        await link(stale, path).catch((cause: NodeJS.ErrnoException) => {
          if (cause.code !== 'EEXIST') throw cause;
        });
        throw busy(folder, path, lock, moved);
      }
    }
    throw new DirectorError(lock.code, `${path} could not be taken: others take it again and again.`);
  } catch (thrown) {
    heldHere.delete(path);
    throw thrown;
  }
}

async function create(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new DirectorError('OUTPUT_UNWRITABLE', `${path} cannot be made: ${(cause as Error).message}`, {
      cause,
    });
  }
}

async function readHolder(path: string): Promise<Holder | 'gone' | 'empty'> {
  for (let attempt = 0; attempt < EMPTY_TRIES; attempt++) {
    const text = await readFile(path, 'utf8').catch(ignoreMissing);
    if (text === undefined) return 'gone';
    const holder = parseHolder(text);
    if (holder) return holder;
    await sleep(EMPTY_PAUSE_MILLISECONDS);
  }
  return 'empty';
}

function parseHolder(text: string): Holder | undefined {
  if (!text.endsWith('\n')) return undefined;
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    // Not a lock of ours: the caller treats it as one that nobody holds.
    return undefined;
  }
}

async function lives(holder: Holder): Promise<boolean> {
  // Nothing is known of another machine's processes; the person decides.
  if (holder.host !== hostname()) return true;
  if (holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (cause) {
    // EPERM is a living process of another user.
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const started = await startOf(holder.pid);
  return holder.started === null || started === null || started === holder.started;
}

async function thisProcess(): Promise<Holder> {
  return { pid: process.pid, host: hostname(), started: await startOf(process.pid) };
}

/** Field 22 of /proc/PID/stat (proc(5)); the second field is a name in parentheses that may hold anything. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function busy(folder: string, path: string, lock: FolderLock, { pid, host }: Holder): DirectorError {
  const here = host === hostname();
  return new DirectorError(
    lock.code,
    `${folder} is being worked on by process ${pid}${here ? '' : ` on ${host}`}.`,
    {
      details: { pid, host, lock: path },
      ...(!here && { suggestion: `Wait until it ends; if ${host} no longer runs, delete ${path}.` }),
    },
  );
}

function ignoreMissing(cause: NodeJS.ErrnoException): undefined {
  if (cause.code === 'ENOENT') return undefined;
  throw cause;
}
