import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { z } from 'zod';
import { type Bench, type BenchFigure, parseArguments } from './bench.ts';
import { type KillRunResult, killRun } from './kills/killRun.ts';

const argumentsSchema = z.tuple([
  z.coerce.number().int().min(1).default(20),
  z.coerce.number().int().default(1),
]);

/** Server and workers killed at random moments while productions run: what must hold afterwards. */
export const bench: Bench = {
  summary:
    'SIGKILL server and workers while productions run; on PGlite, and on PostgreSQL with TEST_DATABASE_URL; arguments: kills, seed',
  async run(args, note) {
    const [kills, seed] = parseArguments(argumentsSchema, args, '[kills] [seed]');
    const figures = figuresOf('PGlite', await killRun({ kills, seed, note }));
    const server = process.env['TEST_DATABASE_URL'];
    if (server === undefined) note('TEST_DATABASE_URL is not set: PostgreSQL is left out');
    else
      figures.push(
        ...figuresOf(
          'PostgreSQL',
          await withDatabase(server, databaseUrl => killRun({ databaseUrl, kills, seed, note })),
        ),
      );
    return figures;
  },
};

function figuresOf(database: string, result: KillRunResult): BenchFigure[] {
  const {
    seconds,
    kills,
    killsWhileStarting,
    productions,
    finished,
    steps,
    repeated,
    filesCompared,
    ...strays
  } = result;
  const counts = { kills, killsWhileStarting, productions, steps, repeated, filesCompared };
  return [
    ...Object.entries(counts).map(([name, value]) => ({ name: `${database}: ${name}`, value, unit: '' })),
    {
      name: `${database}: finished`,
      value: finished,
      unit: 'productions',
      target: `${productions}`,
      met: finished === productions,
    },
    ...Object.entries(strays).map(([name, value]) => ({
      name: `${database}: ${name}`,
      value,
      unit: '',
      target: '0',
      met: value === 0,
    })),
    { name: `${database}: whole run`, value: seconds, unit: 's' },
  ];
}

/** A database of its own on a server, dropped afterwards. */
async function withDatabase<Result>(server: string, work: (url: string) => Promise<Result>): Promise<Result> {
  const name = `sora_kills_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    return await work(url.href);
  } finally {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.end();
  }
}
