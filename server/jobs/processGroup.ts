import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { platform, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MILLISECONDS = 10;

/**
 * Kills a process that was started detached, with all that it has started; it leads their group. Where systems have
 * no groups, the process alone.
 */
export function killGroup(leader: number): void {
  try {
    process.kill(platform() === 'win32' ? leader : -leader, 'SIGKILL');
  } catch (cause) {
    // Nothing is left of it.
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
}

/**
 * Waits until nothing of a group runs that was killed: the kernel ends a process some time after the signal. The dead
 * that nobody has asked about (zombies, proc(5)) do not count, as where the first process of a container asks about
 * nobody they stay for good.
 */
export async function groupEnded(leader: number): Promise<void> {
  while (groupHasDeadOrAlive(leader) && someRun(leader)) await sleep(POLL_MILLISECONDS);
}

function groupHasDeadOrAlive(leader: number): boolean {
  try {
    process.kill(platform() === 'win32' ? leader : -leader, 0);
    return true;
  } catch {
    return false;
  }
}

function someRun(leader: number): boolean {
  // Elsewhere the signal's word has to do, and there the dead do not stay.
  if (platform() !== 'linux') return true;
  return readdirSync('/proc').some(name => {
    if (!/^\d+$/.test(name)) return false;
    try {
      // The second field is a name in parentheses that may hold anything.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(group) === leader && state !== 'Z' && state !== 'X';
    } catch {
      // It has ended since.
      return false;
    }
  });
}

/**
 * Resident memory of a process and all that it has started, bytes. Read from /proc at once: about 10 µs a file, a
 * thread of the process each, while asynchronous reads would take ten times that of the event loop.
 * @returns undefined where the system does not tell, or the process has ended.
 */
export function memoryOf(pid: number): number | undefined {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    const children = readdirSync(`/proc/${pid}/task`).flatMap(thread => childrenOf(pid, thread));
    return children.reduce((sum, child) => sum + (memoryOf(child) ?? 0), Number(kibibytes ?? 0) * 1024);
  } catch {
    // It has ended since, or this is not Linux.
    return undefined;
  }
}

/** Of a thread, as a child belongs to the thread that started it. */
function childrenOf(pid: number, thread: string): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    // The thread has ended since.
    return [];
  }
}

/**
 * A third of a server's claim to a core (sched(7): a factor of 1.25 a step). At 10, a ninth, steps starve on a machine
 * that does other work as well.
 */
const NICENESS = 5;

/**
 * Lets others come before this process, so that a server beside it stays quick. On Linux niceness belongs to a thread:
 * all that there are are set, and those to come inherit it.
 */
export function lowerPriority(): void {
  if (platform() !== 'linux') {
    setPriority(NICENESS);
    return;
  }
  for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), NICENESS);
  try {
    // A process started detached is a session of its own, and the scheduler weighs sessions before threads (sched(7)).
    writeFileSync('/proc/self/autogroup', String(NICENESS));
  } catch {
    // A kernel without autogroups: the threads' niceness is all there is.
  }
}
