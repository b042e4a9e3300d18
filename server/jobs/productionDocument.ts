import { and, asc, eq } from 'drizzle-orm';
import { applyStep } from '../../pipeline/direct/applyStep.ts';
import { newProduction, type Production, stepOutputSchema } from '../../pipeline/direct/production.ts';
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
  const [row] = await (lock === 'lock' ? select.for('update') : select);
  if (!row) return undefined;
  const iterationRows = await queries
    .select()
    .from(iterations)
    .where(eq(iterations.productionId, id))
    .orderBy(asc(iterations.iteration));
  const stepRows = await queries
    .select()
    .from(steps)
    .where(and(eq(steps.productionId, id)));
  stepRows.sort(
    (a, b) => a.iteration - b.iteration || STEP_ORDER.indexOf(a.step) - STEP_ORDER.indexOf(b.step),
  );
  const files: StoredFiles = {};
  for (const step of stepRows) Object.assign(files, step.files);
  return {
    row,
    iterations: iterationRows,
    steps: stepRows,
    document: buildDocument(row, iterationRows, stepRows),
    files,
  };
}

function buildDocument(row: ProductionRow, iterationRows: IterationRow[], stepRows: StepRow[]): Production {
  const { options, model } = row;
  let document: Production = {
    ...newProduction(row.prompt, { ...options, model, failureModelSha256: null }),
    iterations: iterationRows.map(({ iteration, prompt }) => ({ iteration, prompt })),
  };
  for (const { iteration, step, output } of stepRows)
    document = applyStep(document, { iteration, step }, stepOutputSchema.parse(output));
  return { ...document, stopped: row.stopped, stoppedBecause: row.stoppedBecause };
}
