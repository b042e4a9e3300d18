import type { SQL } from 'drizzle-orm';
import type { Queries } from './database.ts';

/** Rows of a statement that is plain SQL; the drivers agree on this part of their results. */
export async function rows<Row = Record<string, unknown>>(queries: Queries, statement: SQL): Promise<Row[]> {
  const result = (await queries.execute(statement)) as { rows: Row[] };
  return result.rows;
}
