import { globSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What runs on this machine, from /proc; what has died and waits for its parent is left out. */
export interface RunningProcess {
  pid: number;
  parent: number;
  group: number;
  command: string;
}

export function runningProcesses(): RunningProcess[] {
  return globSync('/proc/[0-9]*').flatMap(folder => {
    try {
      // proc(5): the second field is a name in parentheses that may hold anything.
      const stat = readFileSync(`${folder}/stat`, 'utf8');
      const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const command = readFileSync(`${folder}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return state === 'Z'
        ? []
        : [{ pid: Number(folder.slice(6)), parent: Number(parent), group: Number(group), command }];
    } catch {
      // It has ended since.
      return [];
    }
  });
}

/** The step's process that a process has started. */
export async function stepOf(parent: number): Promise<number> {
  for (;;) {
    const step = runningProcesses().find(
      each => each.parent === parent && each.command.includes('stepProcess.ts'),
    );
    if (step) return step.pid;
    await sleep(20);
  }
}

export function membersOf(group: number): string[] {
  return runningProcesses()
    .filter(each => each.group === group)
    .map(({ command }) => command);
}

/** Waits until nothing of a group runs, or as many milliseconds. @returns what still runs. */
export async function waitForEnd(group: number, patience: number): Promise<string[]> {
  const until = performance.now() + patience;
  while (membersOf(group).length > 0 && performance.now() < until) await sleep(50);
  return membersOf(group);
}
