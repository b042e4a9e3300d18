import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../server/db/database.ts';
import { newId } from '../../../server/db/newId.ts';
import { rows } from '../../../server/db/rows.ts';
import { uploads } from '../../../server/db/schema.ts';
import {
  describeDatabases,
  describePostgres,
  makeBarePlace,
  makePlace,
  type TestPlace,
} from './testDatabases.ts';

const file = { sha256: 'a'.repeat(64), bytes: 1, mediaType: 'video/mp4' };

describeDatabases('database', kind => {
  let place: TestPlace;
  let database: Database;
  beforeAll(async () => {
    place = await makeBarePlace(kind);
    database = await openDatabase(place.options);
  });
  afterAll(async () => {
    await database.close();
    await place.remove();
  });
  const insert = (id: string, name = 'a') =>
    database.queries.insert(uploads).values({ id, name, kind: 'video', file });

  it('keeps rows with JSON and times', async () => {
    const id = newId('u');
    await insert(id, "it's");
    const [row] = await database.queries.select().from(uploads).where(sql`id = ${id}`);
    expect(row).toMatchObject({ id, name: "it's", file, video: null });
    expect(row?.createdAt).toBeInstanceOf(Date);
  });

  it('does all of a transaction or nothing', async () => {
    const [kept, lost] = [newId('u'), newId('u')];
    await database.transaction(async queries => {
      await queries.insert(uploads).values({ id: kept, name: 'a', kind: 'video', file });
    });
    await expect(
      database.transaction(async queries => {
        await queries.insert(uploads).values({ id: lost, name: 'a', kind: 'video', file });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    const found = await database.queries.select({ id: uploads.id }).from(uploads);
    expect(found).toContainEqual({ id: kept });
    expect(found).not.toContainEqual({ id: lost });
  });

  it('says which constraint a statement broke, and works on', async () => {
    const id = newId('u');
    await insert(id);
    await expect(insert(id)).rejects.toMatchObject({ cause: { code: '23505' } });
    await expect(database.execute('BEGIN; SELECT 1/0; COMMIT')).rejects.toMatchObject({ code: '22012' });
    expect((await database.execute('SELECT 1 AS one; SELECT 2 AS one')).rows).toEqual([
      { one: 1 },
      { one: 2 },
    ]);
  });

  it('keeps transactions of many callers apart', async () => {
    const id = newId('u');
    await insert(id, '0');
    await Promise.all(
      Array.from({ length: 10 }, () =>
        database.transaction(async queries => {
          const [row] = await queries.select().from(uploads).where(sql`id = ${id}`).for('update');
          await queries
            .update(uploads)
            .set({ name: String(Number(row?.name) + 1) })
            .where(sql`id = ${id}`);
        }),
      ),
    );
    const [row] = await database.queries.select().from(uploads).where(sql`id = ${id}`);
    expect(row?.name).toBe('10');
  });

  it('runs each migration once, also when several processes start together', async () => {
    const before = await rows(database.queries, sql`SELECT name FROM migrations ORDER BY name`);
    if (kind === 'postgres') {
      const others = await Promise.all([1, 2, 3].map(() => openDatabase(place.options)));
      await Promise.all(others.map(other => other.close()));
    } else {
      await database.close();
      database = await openDatabase(place.options);
    }
    expect(await rows(database.queries, sql`SELECT name FROM migrations ORDER BY name`)).toEqual(before);
    expect(before.length).toBeGreaterThan(0);
  });
});

it('lets one process have the embedded database, and takes it over from a dead one', async () => {
  const place = await makePlace('pglite');
  const script = fileURLToPath(new URL('./holdDatabase.ts', import.meta.url));
  const holder = spawn(process.execPath, [script, place.options.dataFolder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  await expect(openDatabase(place.options)).rejects.toMatchObject({
    code: 'DATA_FOLDER_BUSY',
    message: expect.stringContaining(`process ${holder.pid}`),
  });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const database = await openDatabase(place.options);
  expect(await rows(database.queries, sql`SELECT n FROM seen`)).toEqual([{ n: 7 }]);
  await database.close();
  await place.remove();
});

it('opens a database whose very first start was killed', async () => {
  const place = await makeBarePlace('pglite');
  const script = fileURLToPath(new URL('./holdDatabase.ts', import.meta.url));
  const first = spawn(process.execPath, [script, place.options.dataFolder], { stdio: 'ignore' });
  const made = () =>
    readdir(join(place.options.dataFolder, 'database', 'pglite.new')).catch((): string[] => []);
  while (!(await made()).includes('PG_VERSION')) await sleep(5);
  first.kill('SIGKILL');
  await once(first, 'exit');
  const database = await openDatabase(place.options);
  expect((await rows(database.queries, sql`SELECT name FROM migrations`)).length).toBeGreaterThan(0);
  await database.close();
  expect(await readdir(join(place.options.dataFolder, 'database'))).toEqual(['pglite']);
  await place.remove();
});

it('says that PostgreSQL is not there, without the password', async () => {
  const opening = openDatabase({
    dataFolder: '/nowhere',
    databaseUrl: 'postgres://me:secret@127.0.0.1:1/none',
  });
  await expect(opening).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  await expect(opening).rejects.not.toThrow('secret');
});

describePostgres('a lost connection', () => {
  it('is made again, and the transaction done again', async () => {
    const place = await makePlace('postgres');
    const database = await openDatabase(place.options);
    let tries = 0;
    const id = newId('u');
    await database.transaction(async queries => {
      tries++;
      await queries.insert(uploads).values({ id, name: 'a', kind: 'video', file });
      if (tries === 1) {
        const [{ pid }] = await rows<{ pid: number }>(queries, sql`SELECT pg_backend_pid() AS pid`);
        await database.execute('SELECT pg_terminate_backend($1)', [pid]);
      }
      await queries.execute(sql`SELECT 1`);
    });
    expect(tries).toBe(2);
    expect(await database.queries.select({ id: uploads.id }).from(uploads)).toEqual([{ id }]);
    await database.close();
    await place.remove();
  });
});
