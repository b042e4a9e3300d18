import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import { writeJsonAtomic } from '../../engine/writeFileAtomic.ts';

const jobSchema = z.strictObject({
  /** Hash of what was asked for, so that a job of another request is not taken up. */
  fingerprint: z.string(),
  /** Idempotency key, stored before the request goes out. */
  key: z.string(),
  /** The remote id, stored before the first poll; absent while the request is under way. */
  id: z.string().optional(),
});

export type TakeJob = z.infer<typeof jobSchema>;

/** DIR/.jobs/take-01.json, there while the take is being made by a provider whose jobs outlive this process. */
function jobPath(folder: string, take: string): string {
  return join(folder, '.jobs', `${take}.json`);
}

/** The stored job, or undefined. @throws OUTPUT_OCCUPIED where it cannot be read: starting anew might pay twice. */
export async function readJob(folder: string, take: string): Promise<TakeJob | undefined> {
  const path = jobPath(folder, take);
  if (!existsSync(path)) return undefined;
  try {
    return jobSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new DirectorError('OUTPUT_OCCUPIED', `${path} names a job that may be paid, and cannot be read.`, {
      suggestion: 'Give another --out folder, or delete the file to start that take anew.',
      cause,
    });
  }
}

/** A job not yet asked for, its key on disk. The key is random: a folder deleted and made again is a new wish. */
export async function openJob(folder: string, take: string, fingerprint: string): Promise<TakeJob> {
  const job: TakeJob = { fingerprint, key: randomUUID() };
  await writeJsonAtomic(jobPath(folder, take), job);
  return job;
}

export async function storeJobId(folder: string, take: string, job: TakeJob, id: string): Promise<TakeJob> {
  const stored = { ...job, id };
  await writeJsonAtomic(jobPath(folder, take), stored);
  return stored;
}

/** Forgets a job; the folder of jobs goes with the last one. */
export async function closeJob(folder: string, take: string): Promise<void> {
  await rm(jobPath(folder, take), { force: true });
  await rmdir(join(folder, '.jobs')).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'ENOTEMPTY' && thrown.code !== 'ENOENT' && thrown.code !== 'EEXIST') throw thrown;
  });
}
