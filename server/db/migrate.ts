import { readdir, readFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { rows } from './rows.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Any number that no one else locks: 'sora' in ASCII. */
const ADVISORY_LOCK = 0x736f7261;

/**
 * Runs the migrations that this database has not had, in the order of their names, in one transaction under an
 * advisory lock: several processes that start together do it once.
 */
export async function migrate(database: Pick<Database, 'transaction'>): Promise<void> {
  const names = (await readdir(FOLDER)).filter(name => name.endsWith('.sql')).sort();
  const scripts = await Promise.all(names.map(name => readFile(new URL(name, FOLDER), 'utf8')));
  await database.transaction(async queries => {
    await queries.execute(sql`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`);
    await queries.execute(
      sql`CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, run_at timestamptz NOT NULL DEFAULT now())`,
    );
    for (const [index, name] of names.entries()) {
      const inserted = await rows(
        queries,
        sql`INSERT INTO migrations (name) VALUES (${name}) ON CONFLICT DO NOTHING RETURNING name`,
      );
      if (inserted.length === 0) continue;
      for (const statement of statements(scripts[index] ?? '')) await queries.execute(sql.raw(statement));
    }
  });
}

/** The embedded driver takes one statement at a time; the migrations hold no semicolon but between them. */
function statements(script: string): string[] {
  return script
    .replaceAll(/^\s*--.*$/gm, '')
    .split(';')
    .map(statement => statement.trim())
    .filter(Boolean);
}
