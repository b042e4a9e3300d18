import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import { writeJsonAtomic } from '../../engine/writeFileAtomic.ts';
import { addExperience, type Experience, experienceSchema } from './experience.ts';

const entrySchema = z.strictObject({ provider: z.string(), model: z.string(), experience: experienceSchema });

/** What productions have taught about clauses, each under its own key, so that none is ever counted twice. */
const memorySchema = z.strictObject({
  schema: z.literal('sora-director/memory@1'),
  productions: z.record(z.string(), entrySchema),
});
export type Memory = z.infer<typeof memorySchema>;
export type MemoryEntry = z.infer<typeof entrySchema>;

/** @returns an empty memory where there is no file. @throws INPUT_UNREADABLE where it is not a memory. */
export async function readMemory(path: string): Promise<Memory> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new DirectorError('INPUT_UNREADABLE', `${path} cannot be read: ${cause.message}`, { cause });
  });
  if (text === undefined) return { schema: 'sora-director/memory@1', productions: {} };
  try {
    return memorySchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new DirectorError('INPUT_UNREADABLE', `${path} is not a memory of this version.`, {
      cause,
      suggestion: 'Give the file that direct --memory wrote, or the name of a new one.',
    });
  }
}

/** All that is known of a video model. */
export function recall({ productions }: Memory, provider: string, model: string): Experience {
  return Object.values(productions)
    .filter(entry => entry.provider === provider && entry.model === model)
    .reduce<Experience>((sum, { experience }) => addExperience(sum, experience), {});
}

/** Writes what a production has taught into the memory, in place of what the same one has taught before. */
export async function remember(path: string, production: string, entry: MemoryEntry): Promise<void> {
  const memory = await readMemory(path);
  await writeJsonAtomic(path, { ...memory, productions: { ...memory.productions, [production]: entry } });
}
