import { join } from 'node:path';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { openPglite } from './openPglite.ts';
import { openPostgres } from './openPostgres.ts';
import type * as schema from './schema.ts';

/** Drizzle over either database, or over a transaction of it. */
export type Queries = PgDatabase<PgQueryResultHKT, typeof schema>;

export interface Database {
  kind: 'pglite' | 'postgres';
  /** Statements of their own, not retried. */
  queries: Queries;
  /** Reads; done again, as a transaction is, where the connection was lost. */
  read<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result>;
  /**
   * All or nothing. On PostgreSQL the work is done again where the connection was lost or a deadlock was broken, so
   * it has no effects but those in the transaction. Whether a commit that got no answer counted cannot be known:
   * what must not happen twice is conditional on a state that it changes.
   * @throws DATABASE_UNREACHABLE once the database has stayed away for RETRY_SECONDS
   */
  transaction<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result>;
  /** For pg-boss: any text, also several statements where there are no values. */
  execute(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Made where missing; the embedded database lies in its folder `database`. */
  dataFolder: string;
  /** postgres://…; the embedded database without it. */
  databaseUrl?: string | undefined;
  /** What happens to connections while nobody waits for them. */
  onError?: (error: Error) => void;
}

/**
 * Opens the embedded database, or PostgreSQL where `databaseUrl` says so, and brings its tables up to date.
 * @throws DATA_FOLDER_BUSY naming the process that holds the embedded database; DATABASE_UNREACHABLE;
 *   OUTPUT_UNWRITABLE
 */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { dataFolder, databaseUrl, onError = () => undefined } = options;
  return databaseUrl ? openPostgres(databaseUrl, onError) : openPglite(join(dataFolder, 'database'));
}
