import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { madeOnce } from '../../madeOnce.ts';

/**
 * Puts the embedded database into a data folder as the first start of a server leaves it: PGlite takes three seconds
 * to make one.
 */
export async function putEmptyDatabase(dataFolder: string): Promise<void> {
  const made = await madeOnce('empty-database', async folder => {
    // Only who makes it loads what makes it.
    const { openDatabase } = await import('../../../server/db/database.ts');
    const { startQueue } = await import('../../../server/jobs/queue.ts');
    const database = await openDatabase({ dataFolder: folder });
    const queue = await startQueue(database, error => {
      throw error;
    });
    await queue.stop();
    await database.close();
  });
  cpSync(join(made, 'database'), join(dataFolder, 'database'), { recursive: true });
}
