import { eq } from 'drizzle-orm';
import type { NewRun } from '../api/types.ts';
import { newId } from '../db/newId.ts';
import { jobs, runs, worlds } from '../db/schema.ts';
import { type StudioContext, unknownId } from './context.ts';

/** What `test` does where it is not told. */
const DEFAULTS = { agents: 16, seconds: 120, seed: 1, pace: 'fast' } as const;

/** A test of a world that a person asked for, and its job, or neither. @throws UNKNOWN_ID */
export async function createRun({ database, queue, bus }: StudioContext, wish: NewRun): Promise<string> {
  const { worldId } = wish;
  const runId = newId('r');
  const jobId = newId('j');
  await database.transaction(async queries => {
    const [world] = await queries.select().from(worlds).where(eq(worlds.id, worldId)).for('key share');
    if (!world) throw unknownId(worldId);
    const agents = wish.agents ?? DEFAULTS.agents;
    const seconds = wish.seconds ?? DEFAULTS.seconds;
    await queries.insert(runs).values({
      id: runId,
      worldId,
      productionId: world.productionId,
      iteration: world.iteration,
      ofStep: false,
      seed: wish.seed ?? DEFAULTS.seed,
      agents,
      seconds,
      pace: wish.pace ?? DEFAULTS.pace,
      files: {},
    });
    await queries
      .insert(jobs)
      .values({ id: jobId, kind: 'test', runId, state: 'queued', work: agents * seconds });
    await queue.enqueue(queries, jobId, 0);
  });
  bus.publish('job', { jobId, productionId: null, runId });
  return runId;
}
