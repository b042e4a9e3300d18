import { eq } from 'drizzle-orm';
import { type JobRow, jobs } from '../db/schema.ts';
import { RESUMED_PRIORITY } from '../jobs/queue.ts';
import { conflict, type StudioContext, unknownId } from './context.ts';
import * as production from './productionChanges.ts';
import { announceStopped, stopJob } from './stopJob.ts';

type Act = 'pause' | 'resume' | 'cancel' | 'retry';

const FROM: Record<Act, readonly JobRow['state'][]> = {
  pause: ['queued', 'running'],
  resume: ['paused'],
  cancel: ['queued', 'running', 'paused'],
  retry: ['failed', 'cancelled'],
};

/** A production's step goes with its production; a run that a person asked for goes alone. */
export async function changeJob(context: StudioContext, id: string, act: Act): Promise<void> {
  const { database, queue } = context;
  const [row] = await database.read(queries => queries.select().from(jobs).where(eq(jobs.id, id)));
  if (!row) throw unknownId(id);
  refuseFrom(row, act);
  if (row.productionId) {
    await changeProduction(context, row.productionId, act);
    return;
  }
  const job = await database.transaction(async queries => {
    const [locked] = await queries.select().from(jobs).where(eq(jobs.id, id)).for('update');
    if (!locked) throw unknownId(id);
    refuseFrom(locked, act);
    if (act === 'pause' || act === 'cancel')
      await stopJob(queries, context, locked, act === 'pause' ? 'paused' : 'cancelled');
    else await queue.enqueue(queries, id, act === 'resume' && locked.attempt > 0 ? RESUMED_PRIORITY : 0);
    return locked;
  });
  if (act === 'pause' || act === 'cancel') announceStopped(context, job, act);
  else context.bus.publish('job', { jobId: id, productionId: job.productionId, runId: job.runId });
}

function changeProduction(context: StudioContext, id: string, act: Act): Promise<void> {
  switch (act) {
    case 'pause':
      return production.pauseProduction(context, id);
    case 'resume':
      return production.resumeProduction(context, id);
    case 'cancel':
      return production.cancelProduction(context, id);
    case 'retry':
      return production.retryProduction(context, id);
  }
}

function refuseFrom({ id, state }: JobRow, act: Act): void {
  if (!FROM[act].includes(state))
    throw conflict(`${id} is ${state}.`, state, `One can ${act} a job that is ${FROM[act].join(' or ')}.`);
}
