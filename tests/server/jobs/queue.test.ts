import { expect, it } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { startQueue } from '../../../server/jobs/queue.ts';
import { describePostgres, makePlace } from '../db/testDatabases.ts';

describePostgres('the queue', () => {
  it('is made once by processes that start together on a new database', async () => {
    const place = await makePlace('postgres');
    const databases = await Promise.all(Array.from({ length: 4 }, () => openDatabase(place.options)));
    try {
      const started = await Promise.allSettled(
        databases.map(database => startQueue(database, () => undefined)),
      );
      expect(started.map(({ status }) => status)).toEqual(databases.map(() => 'fulfilled'));
      for (const each of started) if (each.status === 'fulfilled') await each.value.stop();
    } finally {
      for (const database of databases) await database.close();
      await place.remove();
    }
  });
});
