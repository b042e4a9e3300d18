import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';

/** takes.json: what each take of a folder is and where it came from. */

export const takeSchema = z.strictObject({
  /** 'take-01'. */
  take: z.string().min(1),
  /** File name in the folder. */
  video: z.string().min(1),
  provider: z.string(),
  model: z.string(),
  prompt: z.string(),
  /** What was asked of the provider. */
  seed: z.int().min(0),
  requested: z.strictObject({
    seconds: z.number().positive(),
    width: z.int().positive(),
    height: z.int().positive(),
    framesPerSecond: z.number().positive(),
  }),
  failureModelSha256: z.string().optional(),
  /** The job on the far side, where there is one. */
  jobId: z.string().optional(),
  sha256: z.string().length(64),
  bytes: z.int().positive(),
  /** What the file holds. */
  width: z.int().positive(),
  height: z.int().positive(),
  frames: z.int().positive(),
  framesPerSecond: z.number().positive(),
  durationSeconds: z.number().min(0),
  /** Folder name of the truth, where the provider knows it. */
  truth: z.string().optional(),
  /** What the provider says the person should know, such as words that it did not understand. */
  notes: z.array(z.string()).optional(),
});

export const takesSchema = z.strictObject({
  schema: z.literal('sora-director/takes@1'),
  prompt: z.string(),
  provider: z.string(),
  model: z.string(),
  seed: z.int(),
  takes: z.array(takeSchema),
});

export type Take = z.infer<typeof takeSchema>;
export type TakesFile = z.infer<typeof takesSchema>;

/** @returns undefined where the folder has no takes.json. @throws OUTPUT_OCCUPIED where it has one that is not ours. */
export async function readTakes(folder: string): Promise<TakesFile | undefined> {
  const path = join(folder, 'takes.json');
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new DirectorError('INPUT_UNREADABLE', `${path} cannot be read: ${cause.message}`, { cause });
  });
  if (text === undefined) return undefined;
  try {
    return takesSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new DirectorError('OUTPUT_OCCUPIED', `${path} is not a takes file of this version.`, { cause });
  }
}
