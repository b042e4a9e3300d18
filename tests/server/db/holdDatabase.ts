import { sql } from 'drizzle-orm';
import { openDatabase } from '../../../server/db/database.ts';

/** A process that writes into the embedded database of the folder it is given and keeps it open. */
const [dataFolder = ''] = process.argv.slice(2);
const database = await openDatabase({ dataFolder });
await database.queries.execute(sql`CREATE TABLE seen (n int)`);
await database.queries.execute(sql`INSERT INTO seen VALUES (7)`);
process.stdout.write('open\n');
