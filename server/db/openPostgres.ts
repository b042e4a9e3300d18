import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { DirectorError } from '../../engine/errors.ts';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { retryConnection } from './retryConnection.ts';
import * as schema from './schema.ts';

/** Web requests, the workers' heartbeats and pg-boss share these. */
const CONNECTIONS = 10;
const CONNECT_MILLISECONDS = 5000;

export async function openPostgres(url: string, onError: (error: Error) => void): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
    application_name: 'sora-director',
  });
  // The pool listens to those that wait; one that is lost while it works would end the process.
  pool.on('connect', client => client.on('error', onError));
  pool.on('error', onError);
  const queries = drizzle({ client: pool, schema });
  const database: Database = {
    kind: 'postgres',
    queries,
    read: work => retryConnection(() => work(queries)),
    transaction: work => retryConnection(() => inTransaction(pool, work)),
    async execute(text, values) {
      const result: pg.QueryResult | pg.QueryResult[] = await pool.query(text, values);
      return { rows: Array.isArray(result) ? result.flatMap(({ rows }) => rows) : result.rows };
    },
    close: () => pool.end(),
  };
  try {
    await pool.query('SELECT 1');
    await migrate(database);
    return database;
  } catch (cause) {
    await pool.end();
    throw new DirectorError('DATABASE_UNREACHABLE', `${withoutPassword(url)}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

async function inTransaction<Result>(
  pool: pg.Pool,
  work: (queries: Database['queries']) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let failed: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(drizzle({ client, schema }));
    await client.query('COMMIT');
    return result;
  } catch (thrown) {
    await client.query('ROLLBACK').catch((error: Error) => {
      failed = error;
    });
    throw thrown;
  } finally {
    // A connection whose rollback failed is not given to the next.
    client.release(failed);
  }
}

function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^:/@]*):[^@]*@/, '$1:***@');
}
