import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Where a step's process makes its files: DATA/scratch/JOB-ATTEMPT. An attempt takes over what the earlier one on
 * this machine left by renaming it, so that takes already made and a paid job's id are kept, while a late process of
 * the earlier attempt finds its folder gone.
 */
export async function openScratch(root: string, job: { id: string; attempt: number }): Promise<string> {
  const mine = join(root, `${job.id}-${job.attempt}`);
  await mkdir(root, { recursive: true });
  const attempts = (await scratchFolders(root)).filter(({ id }) => id === job.id);
  attempts.sort((a, b) => b.attempt - a.attempt);
  for (const [index, { name, attempt }] of attempts.entries()) {
    if (attempt === job.attempt) continue;
    if (index > 0) await rm(join(root, name), { recursive: true, force: true });
    else await rename(join(root, name), mine);
  }
  await mkdir(mine, { recursive: true });
  return mine;
}

/** Removes what all attempts of a job left on this machine. */
export async function removeScratch(root: string, jobId: string): Promise<void> {
  for (const { id, name } of await scratchFolders(root))
    if (id === jobId) await rm(join(root, name), { recursive: true, force: true });
}

/** Ids of the jobs that have a folder here. */
export async function scratchJobs(root: string): Promise<string[]> {
  return [...new Set((await scratchFolders(root)).map(({ id }) => id))];
}

async function scratchFolders(root: string): Promise<{ name: string; id: string; attempt: number }[]> {
  const names = await readdir(root).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cause;
  });
  return names.flatMap(name => {
    const [, id, attempt] = /^(j_[0-9a-z]{16})-(\d+)$/.exec(name) ?? [];
    return id && attempt ? [{ name, id, attempt: Number(attempt) }] : [];
  });
}
