import { eq } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { productions } from '../db/schema.ts';
import type { Bus } from '../live/bus.ts';

/** Tells those who watch that a production has changed, once the change is committed. */
export async function announceProduction(database: Database, bus: Bus, id: string): Promise<void> {
  const [row] = await database.read(queries =>
    queries.select({ version: productions.version }).from(productions).where(eq(productions.id, id)),
  );
  if (row) bus.publish('production', { id, version: row.version });
  bus.publish('productions', {});
}
