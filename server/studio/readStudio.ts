import { and, count, desc, eq, inArray, lt, type SQL } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import type {
  JobView,
  Page,
  ProductionSummary,
  ProductionView,
  RunView,
  UploadView,
  WorldView,
} from '../api/types.ts';
import type { Queries } from '../db/database.ts';
import { jobs, productions, type RunRow, runs, uploads, type WorldRow, worlds } from '../db/schema.ts';
import { type Estimates, loadEstimates } from '../jobs/estimate.ts';
import { type LoadedProduction, loadProduction, loadProductions } from '../jobs/productionDocument.ts';
import { unknownId } from './context.ts';
import { productionSummary, productionView, type ShownProduction } from './productionViews.ts';
import type { PageRequest } from './studio.ts';
import { jobView, runView, uploadView, worldView } from './views.ts';

/** The studio's reading half: no method changes anything. */

const LIVE = ['queued', 'paused', 'running'] as const;

export async function readProduction(queries: Queries, id: string): Promise<ProductionView> {
  const loaded = await loadProduction(queries, id, 'read');
  if (!loaded) throw unknownId(id);
  const [shown] = await withMade(queries, [loaded]);
  const [job] = await queries
    .select()
    .from(jobs)
    .where(and(eq(jobs.productionId, id), inArray(jobs.state, [...LIVE])));
  return productionView(
    shown ?? { ...loaded, worlds: [], runs: [] },
    job ? jobView(job, await loadEstimates(queries)) : null,
  );
}

export async function readProductions(queries: Queries, page: PageRequest): Promise<Page<ProductionSummary>> {
  const rows = await queries
    .select()
    .from(productions)
    .where(before(productions.id, page))
    .orderBy(desc(productions.id))
    .limit(page.limit + 1);
  const shown = await withMade(queries, await loadProductions(queries, rows));
  return pageOf(shown.map(productionSummary), page);
}

async function withMade(queries: Queries, loaded: LoadedProduction[]): Promise<ShownProduction[]> {
  const ids = loaded.map(({ row }) => row.id);
  if (ids.length === 0) return [];
  const made = await queries
    .select()
    .from(worlds)
    .where(inArray(worlds.productionId, ids))
    .orderBy(worlds.id);
  const tested = await queries
    .select({ id: runs.id, iteration: runs.iteration, productionId: runs.productionId })
    .from(runs)
    .where(and(inArray(runs.productionId, ids), eq(runs.ofStep, true)));
  return loaded.map(each => ({
    ...each,
    worlds: made.filter(({ productionId }) => productionId === each.row.id),
    runs: tested.filter(({ productionId }) => productionId === each.row.id),
  }));
}

export async function readJob(queries: Queries, id: string): Promise<JobView> {
  const [row] = await queries.select().from(jobs).where(eq(jobs.id, id));
  if (!row) throw unknownId(id);
  return jobView(row, await loadEstimates(queries));
}

export async function readJobs(
  queries: Queries,
  page: PageRequest & { state?: JobView['state'] },
): Promise<Page<JobView>> {
  const rows = await queries
    .select()
    .from(jobs)
    .where(and(before(jobs.id, page), page.state && eq(jobs.state, page.state)))
    .orderBy(desc(jobs.id))
    .limit(page.limit + 1);
  const estimates = await loadEstimates(queries);
  return pageOf(
    rows.map(row => jobView(row, estimates)),
    page,
  );
}

export async function countJobs(queries: Queries): Promise<Record<JobView['state'], number>> {
  const rows = await queries.select({ state: jobs.state, count: count() }).from(jobs).groupBy(jobs.state);
  const counts = { queued: 0, paused: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const row of rows) counts[row.state] = row.count;
  return counts;
}

export async function readWorld(queries: Queries, id: string): Promise<WorldView> {
  const rows = await queries.select().from(worlds).where(eq(worlds.id, id));
  const [view] = await worldViews(queries, rows);
  if (!view) throw unknownId(id);
  return view;
}

export async function readWorlds(queries: Queries, page: PageRequest): Promise<Page<WorldView>> {
  const rows = await queries
    .select()
    .from(worlds)
    .where(before(worlds.id, page))
    .orderBy(desc(worlds.id))
    .limit(page.limit + 1);
  return pageOf(await worldViews(queries, rows), page);
}

async function worldViews(queries: Queries, rows: WorldRow[]): Promise<WorldView[]> {
  if (rows.length === 0) return [];
  const of = await queries
    .select({ id: runs.id, worldId: runs.worldId })
    .from(runs)
    .where(
      inArray(
        runs.worldId,
        rows.map(({ id }) => id),
      ),
    )
    .orderBy(runs.id);
  return rows.map(row =>
    worldView(
      row,
      of.filter(({ worldId }) => worldId === row.id).map(({ id }) => id),
    ),
  );
}

export async function readRun(queries: Queries, id: string): Promise<RunView> {
  const rows = await queries.select().from(runs).where(eq(runs.id, id));
  const [view] = await runViews(queries, rows);
  if (!view) throw unknownId(id);
  return view;
}

export async function readRuns(
  queries: Queries,
  page: PageRequest & { worldId?: string },
): Promise<Page<RunView>> {
  const rows = await queries
    .select()
    .from(runs)
    .where(and(before(runs.id, page), page.worldId ? eq(runs.worldId, page.worldId) : undefined))
    .orderBy(desc(runs.id))
    .limit(page.limit + 1);
  return pageOf(await runViews(queries, rows), page);
}

async function runViews(queries: Queries, rows: RunRow[]): Promise<RunView[]> {
  if (rows.length === 0) return [];
  const of = await queries
    .select()
    .from(jobs)
    .where(
      inArray(
        jobs.runId,
        rows.map(({ id }) => id),
      ),
    );
  const estimates: Estimates = await loadEstimates(queries);
  return rows.map(row =>
    runView(
      row,
      of.find(({ runId }) => runId === row.id),
      estimates,
    ),
  );
}

export async function readUpload(queries: Queries, id: string): Promise<UploadView> {
  const [row] = await queries.select().from(uploads).where(eq(uploads.id, id));
  if (!row) throw unknownId(id);
  return uploadView(row);
}

function before(column: AnyPgColumn, { after }: PageRequest): SQL | undefined {
  return after === undefined ? undefined : lt(column, after);
}

/** One more than the page holds was asked for: it tells whether there is a next page. */
function pageOf<Item extends { id: string }>(items: Item[], { limit }: PageRequest): Page<Item> {
  const shown = items.slice(0, limit);
  return { items: shown, next: items.length > limit ? (shown.at(-1)?.id ?? null) : null };
}
