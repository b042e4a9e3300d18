import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { DirectorError } from '../../engine/errors.ts';
import { lockFolder } from '../../engine/folderLock.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { type PgliteQueries, startPgliteThread } from './pgliteThread.ts';
import * as schema from './schema.ts';

/**
 * The embedded database, for one process alone: two on one folder would silently lose rows, so a lock beside the
 * files keeps a second one out. PGlite does not fsync: what is committed survives the end of the process by any
 * signal, as the operating system holds it, but a power cut may take the last seconds or the whole database.
 */
export async function openPglite(folder: string): Promise<Database> {
  await mkdir(folder, { recursive: true }).catch((cause: Error) => {
    throw new DirectorError('OUTPUT_UNWRITABLE', `${folder} cannot be made: ${cause.message}`, { cause });
  });
  const unlock = await lockFolder(folder, { file: 'server.lock', code: 'DATA_FOLDER_BUSY' });
  try {
    const thread = await startPgliteThread(join(folder, 'pglite'));
    const database: Database = {
      kind: 'pglite',
      queries: withDrizzle(thread),
      read: work => work(withDrizzle(thread)),
      transaction: work => thread.transaction(session => work(withDrizzle(session))),
      async execute(text, values) {
        if (values && values.length > 0) return thread.query(text, values);
        const results = await thread.exec(text);
        return { rows: results.flatMap(({ rows }) => rows) };
      },
      async close() {
        await thread.close();
        await unlock();
      },
    };
    await migrate(database).catch(async (thrown: unknown) => {
      await thread.close();
      throw thrown;
    });
    return database;
  } catch (thrown) {
    await unlock();
    throw thrown;
  }
}

/** Drizzle's driver asks for a whole PGlite and uses `query` of it; its transactions are not used. */
function withDrizzle(queries: PgliteQueries): Database['queries'] {
  return drizzle({ client: queries as unknown as PGlite, schema });
}
