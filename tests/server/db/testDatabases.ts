import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe } from 'vitest';
import type { DatabaseOptions } from '../../../server/db/database.ts';
import { putEmptyDatabase } from './emptyDatabase.ts';

/** A place for a database, and its removal. */
export interface TestPlace {
  options: DatabaseOptions & { dataFolder: string };
  remove(): Promise<void>;
}

const SERVER = process.env['TEST_DATABASE_URL'];

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: SERVER });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

/** With a database that nobody has used. */
export async function makePlace(kind: 'pglite' | 'postgres'): Promise<TestPlace> {
  const place = await makeBarePlace(kind);
  if (place.options.databaseUrl === undefined) await putEmptyDatabase(place.options.dataFolder);
  return place;
}

/** Where the first to open the database makes it. */
export async function makeBarePlace(kind: 'pglite' | 'postgres'): Promise<TestPlace> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'sora-test-'));
  const removeFolder = () => rm(dataFolder, { recursive: true, force: true });
  if (kind === 'pglite' || SERVER === undefined) return { options: { dataFolder }, remove: removeFolder };
  const name = `sora_test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  return {
    options: { dataFolder, databaseUrl: url.href },
    async remove() {
      await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await removeFolder();
    },
  };
}

/** The same tests on PGlite and on PostgreSQL; the latter says that it is skipped where there is none. */
export function describeDatabases(name: string, body: (kind: 'pglite' | 'postgres') => void): void {
  describe(`${name} on PGlite`, () => body('pglite'));
  describePostgres(name, () => body('postgres'));
}

export function describePostgres(name: string, body: () => void): void {
  describe.skipIf(SERVER === undefined)(
    `${name} on PostgreSQL${SERVER === undefined ? ' (TEST_DATABASE_URL is not set)' : ''}`,
    body,
  );
}
