import { readdir, readFile } from 'node:fs/promises';

/** Resident memory of a process and all that it started, in MiB (Linux: /proc). */
export async function residentMebibytes(root: number): Promise<number> {
  const parents = new Map<number, number>();
  const resident = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!pid) continue;
    // A process may end between the listing and the reading; it then no longer holds memory.
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    parents.set(pid, Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0));
    resident.set(pid, Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
  }
  const descends = (pid: number): boolean => pid === root || (pid > 1 && descends(parents.get(pid) ?? 0));
  let sum = 0;
  for (const [pid, mebibytes] of resident) if (descends(pid)) sum += mebibytes;
  return sum;
}
