import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { DirectorError } from '../engine/errors.ts';
import type { StorageConfig } from './files/fileStore.ts';

/** all: everything in one process. web and worker share a PostgreSQL and a storage. */
export type ServerRole = 'all' | 'web' | 'worker';

export interface ServerConfig {
  host: string;
  /** 0 takes any that is free. */
  port: number;
  /** Absolute. Holds the embedded database, the stored files, the logs and what steps are working on. */
  dataFolder: string;
  role: ServerRole;
  /** postgres://…; undefined for the embedded database in the data folder. */
  databaseUrl: string | undefined;
  storage: StorageConfig;
  /** Steps that run at once in this process. */
  jobs: number;
  /** What a step's process may take, MB, before it is stopped with JOB_OUT_OF_MEMORY. */
  jobMemoryMegabytes: number;
  /** Origins beside the server's own that may send changes, as browsers write them: https://studio.example */
  origins: readonly string[];
  /** Where Vite has built the studio. */
  webFolder: string;
}

export interface ServerOptions {
  host: string;
  port: number;
  dataFolder: string;
  role: ServerRole;
  jobs: number;
  jobMemoryMegabytes: number;
  origins: readonly string[];
}

const WEB_FOLDER = fileURLToPath(new URL('../build/web/', import.meta.url));

const environmentSchema = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, 'begins with postgres://')
    .optional(),
  SORA_STORAGE: z.string().min(1).optional(),
});

/**
 * Joins what was typed with what the environment says: DATABASE_URL, and SORA_STORAGE, which is a folder or
 * `s3://BUCKET/PREFIX?region=R&endpoint=URL`.
 * @throws USAGE where they do not fit together.
 */
export function readConfig(
  options: ServerOptions,
  environment: Readonly<Record<string, string | undefined>>,
): ServerConfig {
  const given = environmentSchema.safeParse({
    DATABASE_URL: environment['DATABASE_URL'] || undefined,
    SORA_STORAGE: environment['SORA_STORAGE'] || undefined,
  });
  if (!given.success) {
    const issue = given.error.issues[0];
    throw new DirectorError('USAGE', `${String(issue?.path[0])} in the environment: ${issue?.message}.`, {
      suggestion: 'Set it anew, or unset it.',
    });
  }
  const { DATABASE_URL: databaseUrl, SORA_STORAGE: storage } = given.data;
  if (options.role !== 'all' && databaseUrl === undefined)
    throw new DirectorError('USAGE', `--role ${options.role} needs a database that is shared.`, {
      suggestion: 'Set DATABASE_URL to a PostgreSQL, for web and worker processes alike.',
    });
  if (options.role !== 'all' && storage === undefined)
    throw new DirectorError('USAGE', `--role ${options.role} needs a storage that is shared.`, {
      suggestion:
        'Set SORA_STORAGE to a folder that all processes see, or to s3://BUCKET/PREFIX?region=REGION.',
    });
  const dataFolder = resolve(options.dataFolder);
  return {
    ...options,
    dataFolder,
    databaseUrl,
    storage: storage ? parseStorage(storage) : { driver: 'local', folder: join(dataFolder, 'files') },
    webFolder: WEB_FOLDER,
  };
}

/** @throws USAGE */
export function parseStorage(text: string): StorageConfig {
  if (!text.includes('://')) {
    if (!isAbsolute(text))
      throw new DirectorError('USAGE', `SORA_STORAGE=${text} is not an absolute path.`, {
        suggestion: 'Processes may start in different folders: give the path from the root.',
      });
    return { driver: 'local', folder: text };
  }
  const url = URL.parse(text);
  const region = url?.searchParams.get('region');
  if (url?.protocol !== 's3:' || url.hostname === '' || !region)
    throw new DirectorError('USAGE', `SORA_STORAGE=${text} is not understood.`, {
      suggestion: 'Give a folder, or s3://BUCKET/PREFIX?region=REGION, with &endpoint=URL for other hosts.',
    });
  const endpoint = url.searchParams.get('endpoint');
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  return {
    driver: 's3',
    bucket: url.hostname,
    region,
    ...(endpoint ? { endpoint } : {}),
    ...(prefix ? { prefix } : {}),
  };
}
