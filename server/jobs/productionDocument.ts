import { asc, eq, inArray } from 'drizzle-orm';
import { applyStep } from '../../pipeline/direct/applyStep.ts';
import type { Limits } from '../../pipeline/direct/limits.ts';
import { newProduction, type Production, stepOutputSchema } from '../../pipeline/direct/production.ts';
import { MOST_CHARACTERS } from '../../pipeline/revise/revision.ts';
import type { Queries } from '../db/database.ts';
import {
  type IterationRow,
  iterations,
  type ProductionRow,
  productions,
  type StepKind,
  type StepRow,
  type StoredFiles,
  steps,
} from '../db/schema.ts';

/** A production as its rows tell it. */
export interface LoadedProduction {
  row: ProductionRow;
  iterations: IterationRow[];
  steps: StepRow[];
  /** What `direct` would have in production.json now. */
  document: Production;
  /** Everything that the finished steps made, by path in the production's folder. */
  files: StoredFiles;
}

export const STEP_ORDER: readonly StepKind[] = ['generate', 'score', 'lift', 'test', 'revise'];

/** Autopilot asks a person after so many iterations that brought nothing. */
const PATIENCE = 3;

/** When a production stops to ask a person. */
export function limitsOf({ autopilot }: Pick<ProductionRow, 'autopilot'>): Limits {
  return { iterations: autopilot, patience: PATIENCE };
}

/**
 * @param lock holds the production's row until the transaction ends: who changes a production begins with this.
 * @returns undefined where there is none.
 */
export async function loadProduction(
  queries: Queries,
  id: string,
  lock: 'lock' | 'read',
): Promise<LoadedProduction | undefined> {
  const select = queries.select().from(productions).where(eq(productions.id, id));
  const rows = await (lock === 'lock' ? select.for('update') : select);
  const [loaded] = await loadProductions(queries, rows);
  return loaded;
}

/** In the order of the rows. */
export async function loadProductions(queries: Queries, rows: ProductionRow[]): Promise<LoadedProduction[]> {
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const begun = await queries
    .select()
    .from(iterations)
    .where(inArray(iterations.productionId, ids))
    .orderBy(asc(iterations.iteration));
  const done = await queries.select().from(steps).where(inArray(steps.productionId, ids));
  done.sort((a, b) => a.iteration - b.iteration || STEP_ORDER.indexOf(a.step) - STEP_ORDER.indexOf(b.step));
  return rows.map(row => {
    const ofRow = ({ productionId }: { productionId: string }) => productionId === row.id;
    const own = { row, iterations: begun.filter(ofRow), steps: done.filter(ofRow) };
    const files: StoredFiles = {};
    for (const step of own.steps) Object.assign(files, step.files);
    return { ...own, document: buildDocument(own.row, own.iterations, own.steps), files };
  });
}

function buildDocument(row: ProductionRow, iterationRows: IterationRow[], stepRows: StepRow[]): Production {
  const { options, model } = row;
  let document: Production = {
    ...newProduction(row.prompt, {
      ...options,
      model,
      failureModelSha256: null,
      mind: 'rules',
      mostPromptCharacters: MOST_CHARACTERS,
    }),
    iterations: iterationRows.map(({ iteration, prompt }) => ({ iteration, prompt })),
  };
  for (const { iteration, step, output } of stepRows)
    document = applyStep(document, { iteration, step }, stepOutputSchema.parse(output));
  return { ...document, stopped: row.stopped, stoppedBecause: row.stoppedBecause };
}
