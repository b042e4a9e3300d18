import { access, readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import { testFileSchema } from './testFileSchema.ts';

const NAMES = ['sora-director.config.json', 'sora-director.config.mjs', 'sora-director.config.ts'];

const configSchema = z.strictObject({
  /** For editors; not read. */
  $schema: z.string().optional(),
  test: testFileSchema.optional(),
});

export interface ConfigFile {
  /** As shown to people. */
  path: string;
  /** Paths in the file are relative to it. */
  folder: string;
  config: z.output<typeof configSchema>;
}

/**
 * Reads the configuration: the file named, else the one that lies in the folder.
 * @returns undefined where there is none.
 * @throws USAGE for more than one, for an unknown key and for a value that is wrong, each by name; INPUT_NOT_FOUND;
 * INPUT_UNREADABLE where it is not JSON or does not run.
 */
export async function loadConfigFile(folder: string, named?: string): Promise<ConfigFile | undefined> {
  const path = named ?? (await findIn(folder));
  if (path === undefined) return undefined;
  const absolute = resolve(folder, path);
  const parsed = configSchema.safeParse(await readDocument(path, absolute));
  if (!parsed.success) throw refusal(path, parsed.error.issues[0]);
  return { path, folder: dirname(absolute), config: parsed.data };
}

async function findIn(folder: string): Promise<string | undefined> {
  const found: string[] = [];
  for (const name of NAMES)
    if (
      await access(resolve(folder, name)).then(
        () => true,
        () => false,
      )
    )
      found.push(name);
  if (found.length > 1)
    throw new DirectorError('USAGE', `There is more than one configuration: ${found.join(', ')}.`, {
      suggestion: 'Keep one of them, or name one with --config.',
    });
  return found[0];
}

async function readDocument(path: string, absolute: string): Promise<unknown> {
  try {
    if (extname(absolute) === '.json') return JSON.parse(await readFile(absolute, 'utf8'));
    await access(absolute);
    return ((await import(pathToFileURL(absolute).href)) as { default?: unknown }).default;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new DirectorError('INPUT_NOT_FOUND', `${path} is not there.`, { cause });
    throw new DirectorError('INPUT_UNREADABLE', `${path}: ${(cause as Error).message}`, {
      suggestion: 'Write it as docs/config.md describes: JSON, or a module with a default export.',
      cause,
    });
  }
}

function refusal(path: string, issue: z.core.$ZodIssue | undefined): DirectorError {
  const place = issue?.path.map(String).join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    const names = issue.keys.map(key => (place === '' ? key : `${place}.${key}`)).join(', ');
    return new DirectorError('USAGE', `${path}: there is no ${names}.`, {
      suggestion: 'docs/config.md lists what can be set; `--print-config` shows what is.',
    });
  }
  return new DirectorError(
    'USAGE',
    `${path}: ${place === '' ? 'it' : place} takes ${issue?.message ?? 'something else'}.`,
    { suggestion: 'docs/config.md lists what each takes.' },
  );
}
