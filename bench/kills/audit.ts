import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'drizzle-orm';
import { finishProduction } from '../../pipeline/direct/finishProduction.ts';
import type { Production } from '../../pipeline/direct/production.ts';
import { productionSteps } from '../../pipeline/direct/productionSteps.ts';
import { direct } from '../../pipeline/direct.ts';
import { createProvider } from '../../pipeline/generate/providers.ts';
import { sha256File } from '../../pipeline/generate/sha256File.ts';
import { type DatabaseOptions, openDatabase, type Queries } from '../../server/db/database.ts';
import { rows } from '../../server/db/rows.ts';
import { productions } from '../../server/db/schema.ts';
import { limitsOf, loadProduction } from '../../server/jobs/productionDocument.ts';
import type { Wish } from './wishes.ts';

/** What was found in an installation that has been killed many times; from `lost` on all should be 0. */
export interface Audit {
  productions: number;
  finished: number;
  steps: number;
  /** Attempts beyond the first: steps that were cut and done again. */
  repeated: number;
  filesCompared: number;
  /** Productions that were acknowledged and are not there. */
  lost: number;
  /** Productions that differ from what `direct` makes in one go, which nobody kills: their documents or their files. */
  different: number;
  /** Jobs that are not completed, or completed without their step, or more than one of a step. */
  strayJobs: number;
  /** Worlds and runs that no step made, or more than one of a step. */
  strayRows: number;
  strayMessages: number;
  strayScratch: number;
}

/** What is made of the clock differs between any two runs. */
const HOLDS_A_CLOCK = /\/report\.json$|\/run\/|\/world\.json$|\.truth\//;

/** Compares all that is stored with what the same productions are when nobody kills anything. */
export async function audit(
  options: DatabaseOptions,
  asked: ReadonlySet<string>,
  wishes: readonly Wish[],
  note: (line: string) => void,
): Promise<Audit> {
  const references = new Map<Wish, Reference>();
  const folder = await mkdtemp(join(tmpdir(), 'sora-reference-'));
  const database = await openDatabase(options);
  try {
    const { queries } = database;
    const found: Audit = {
      productions: 0,
      finished: 0,
      repeated: await number(
        queries,
        sql`SELECT coalesce(sum(attempt - 1), 0) FROM jobs WHERE state = 'completed'`,
      ),
      steps: await number(queries, sql`SELECT count(*) FROM steps`),
      filesCompared: 0,
      lost: 0,
      different: 0,
      ...(await countStrays(queries)),
      strayScratch: await countScratch(options.dataFolder),
    };
    const ids = new Set((await queries.select({ id: productions.id }).from(productions)).map(({ id }) => id));
    found.productions = ids.size;
    found.lost = [...asked].filter(id => !ids.has(id)).length;
    for (const id of ids) {
      const loaded = await loadProduction(queries, id, 'read');
      const wish = wishes.find(({ seed }) => seed === loaded?.row.options.seed);
      if (!loaded || !wish) throw new Error(`${id} is a production that nobody asked for.`);
      if (loaded.row.state === 'waiting' || loaded.row.state === 'done') found.finished++;
      else note(`${id} is ${loaded.row.state}: ${JSON.stringify(loaded.row.error)}`);
      let reference = references.get(wish);
      if (!reference) {
        note(`the same production in one go, seed ${wish.seed}`);
        reference = await makeReference(wish, join(folder, String(wish.seed)));
        references.set(wish, reference);
      }
      const differences = await compare(
        reference,
        finishProduction(loaded.document, limitsOf(loaded.row)),
        loaded.files,
      );
      found.filesCompared += differences.compared;
      if (differences.names.length > 0) {
        found.different++;
        note(`${id} differs: ${differences.names.join(', ')}`);
      }
    }
    return found;
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Reference {
  folder: string;
  production: Production;
}

async function makeReference(wish: Wish, out: string): Promise<Reference> {
  const { prompt, autopilot, ...options } = wish;
  const provider = await createProvider('procedural');
  const production = await direct(
    prompt,
    { ...options, iterations: autopilot, out, provider },
    productionSteps,
  );
  return { folder: out, production };
}

async function compare(
  { folder, production }: Reference,
  stored: Production,
  files: Record<string, { sha256: string }>,
): Promise<{ compared: number; names: string[] }> {
  const names = isDeepStrictEqual(sorted(production), sorted(stored)) ? [] : ['production.json'];
  const paths = Object.keys(files).filter(path => !HOLDS_A_CLOCK.test(path));
  for (const path of paths)
    if (files[path]?.sha256 !== (await sha256File(join(folder, path)).catch(() => undefined)))
      names.push(path);
  return { compared: paths.length, names };
}

/** PostgreSQL keeps the keys of an object in an order of its own. */
function sorted(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document));
}

async function countStrays(
  queries: Queries,
): Promise<Pick<Audit, 'strayJobs' | 'strayRows' | 'strayMessages'>> {
  return {
    strayJobs:
      (await number(
        queries,
        sql`SELECT count(*) FROM jobs LEFT JOIN steps ON steps.job_id = jobs.id AND steps.attempt = jobs.attempt
            WHERE jobs.state <> 'completed' OR steps.job_id IS NULL`,
      )) +
      (await number(
        queries,
        sql`SELECT count(*) FROM (SELECT 1 FROM jobs GROUP BY production_id, iteration, kind HAVING count(*) > 1) AS t`,
      )),
    strayRows:
      (await number(
        queries,
        sql`SELECT abs((SELECT count(*) FROM worlds) - (SELECT count(*) FROM steps
            WHERE step = 'lift' AND output->'lifted' <> 'null'))`,
      )) +
      (await number(
        queries,
        sql`SELECT abs((SELECT count(*) FROM runs WHERE result IS NOT NULL) - (SELECT count(*) FROM steps WHERE step = 'test'))
              + (SELECT count(*) FROM runs WHERE result IS NULL)`,
      )),
    strayMessages: await number(
      queries,
      sql`SELECT count(*) FROM pgboss.job WHERE name = 'steps' AND state IN ('created', 'retry', 'active')`,
    ),
  };
}

async function number(queries: Queries, statement: ReturnType<typeof sql>): Promise<number> {
  const [row] = await rows(queries, statement);
  return Number(Object.values(row ?? {})[0]);
}

/** In the data folder, or in those of the processes below it. */
async function countScratch(dataFolder: string): Promise<number> {
  const entries = await readdir(dataFolder, { recursive: true });
  return entries.filter(entry => /(?:^|\/)scratch\/j_[^/]+$/.test(entry)).length;
}
