import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { toDirectorError } from '../../engine/errors.ts';
import { stepOutputSchema } from '../../pipeline/direct/production.ts';
import { scoresSchema } from '../../pipeline/score/scorecard.ts';
import * as api from '../api/schemas.ts';
import type { RunView, TakeView } from '../api/types.ts';
import type { StoredFiles } from '../db/schema.ts';
import type { StepJob, StepOutcome } from './stepJob.ts';

/** What a finished job leaves, as it is stored. */
export interface Finished {
  output: unknown;
  files: StoredFiles;
  /** Of a score: the dimensions of each take by name. */
  details: ScoreDetails | null;
  /** Of a test that took the world. */
  result: RunView['result'];
}

export type ScoreDetails = Record<string, NonNullable<TakeView['dimensions']>>;

const runResult = z.object(api.runView.shape.result.unwrap().shape);

/**
 * Takes out of a step's files, while they lie on this machine, what people are shown of them: a page then needs the
 * database alone.
 */
export async function finishedStep({ work, scratch }: StepJob, outcome: StepOutcome): Promise<Finished> {
  const { output, files } = outcome;
  if (work.kind === 'world-test') return { output, files, details: null, result: runResult.parse(output) };
  const { scored, tested } = stepOutputSchema.parse(output);
  const read = async (path: string): Promise<unknown> =>
    JSON.parse(await readFile(join(scratch, path), 'utf8'));
  const details: ScoreDetails | null = scored ? {} : null;
  if (scored && details) {
    const generated = work.production.iterations[work.iteration - 1]?.generated?.takes ?? [];
    for (const { video, dimensions } of scoresSchema.parse(await read(scored.scores)).takes)
      details[generated.find(take => take.video === video)?.take ?? video] = dimensions;
  }
  let result: Finished['result'] = null;
  if (tested && tested.code === undefined) {
    const report = z.object({ runs: z.tuple([runResult]) }).safeParse(await read(tested.report));
    if (!report.success) throw toDirectorError(report.error);
    result = report.data.runs[0];
  }
  return { output, files, details, result };
}
