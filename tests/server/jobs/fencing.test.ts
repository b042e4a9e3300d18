import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DirectorError } from '../../../engine/errors.ts';
import { rows } from '../../../server/db/rows.ts';
import { claimJob } from '../../../server/jobs/claimJob.ts';
import { finishJob } from '../../../server/jobs/finishJob.ts';
import { failJob, giveBack } from '../../../server/jobs/releaseJob.ts';
import { takeOver } from '../../../server/jobs/takeOver.ts';
import { describeDatabases } from '../db/testDatabases.ts';
import { claimNext, drain, type Installation, newInstallation, outcomeOf, QUICK } from './installation.ts';

describeDatabases('a job', kind => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await newInstallation(kind);
  });
  afterAll(async () => {
    await installation.stop();
    await installation.place.remove();
  });
  const finish = (claim: Awaited<ReturnType<typeof claimNext>>) =>
    finishJob(installation.database, installation.queue, claim.job, outcomeOf(claim.job.kind, 1));
  const everything = async () => {
    const { queries } = installation.database;
    const all = await Promise.all(
      ['productions', 'iterations', 'steps', 'jobs', 'worlds', 'runs', 'pgboss.job'].map(table =>
        rows(queries, sql.raw(`SELECT * FROM ${table} ORDER BY 1`)),
      ),
    );
    return JSON.stringify(all);
  };
  /** As if a worker had died a minute ago. */
  const silence = (jobId: string) =>
    installation.database.queries.execute(
      sql`UPDATE jobs SET heartbeat_at = now() - interval '1 minute' WHERE id = ${jobId}`,
    );

  it('goes to one of many workers', async () => {
    const { studio, database, queue } = installation;
    const views = await Promise.all([1, 2, 3].map(() => studio.createProduction(QUICK)));
    const claims = await Promise.all(
      [1, 2, 3, 4, 5].map(each => claimJob(database, queue, `worker ${each}`)),
    );
    const taken = claims.flatMap(claim => claim?.job.id ?? []);
    expect([...taken].sort()).toEqual(views.map(view => view.job?.id).sort());
    expect(claims.flatMap(claim => claim?.job.attempt ?? [])).toEqual([1, 1, 1]);
    for (const { id } of views) await studio.deleteProduction(id);
  });

  it('that is taken over refuses the late result of the worker before, whatever it says, and changes nothing', async () => {
    const { studio, database, queue } = installation;
    const { id } = await studio.createProduction(QUICK);
    const late = await claimNext(installation, 'late');
    await silence(late.job.id);
    expect((await takeOver(database, queue, 'other')).map(job => job.id)).toEqual([late.job.id]);
    await expect(finish(late)).rejects.toMatchObject({ code: 'ATTEMPT_REFUSED' });

    const claim = await claimNext(installation, 'other');
    expect(claim.job).toMatchObject({ id: late.job.id, attempt: 2 });
    const before = await everything();
    await expect(finish(late)).rejects.toMatchObject({ code: 'ATTEMPT_REFUSED' });
    await failJob(database, late.job, new DirectorError('INTERNAL', 'late'));
    await giveBack(database, queue, late.job);
    expect(await everything()).toBe(before);

    await finish(claim);
    const after = await everything();
    await expect(finish(late)).rejects.toMatchObject({ code: 'ATTEMPT_REFUSED' });
    expect(await everything()).toBe(after);
    const { iterations, job } = await studio.getProduction(id);
    expect(iterations[0]?.takes).toHaveLength(2);
    expect(job).toMatchObject({ kind: 'score', state: 'queued' });
    await studio.deleteProduction(id);
  });

  it('that was stored counts once, though its worker did not hear so and says it again', async () => {
    const { studio } = installation;
    const { id } = await studio.createProduction(QUICK);
    const claim = await claimNext(installation);
    await finish(claim);
    const after = await everything();
    await finish(claim);
    expect(await everything()).toBe(after);
    await studio.deleteProduction(id);
  });

  it('that a worker gives back, or of a dead one, goes on before all that is new', async () => {
    const { studio, database, queue } = installation;
    const first = await studio.createProduction(QUICK);
    const second = await studio.createProduction(QUICK);
    const claim = await claimNext(installation);
    expect(claim.job.id).toBe(first.job?.id);
    expect((await studio.getJob(second.job?.id ?? '')).queuePosition).toBe(0);
    await giveBack(database, queue, claim.job);
    expect((await studio.getJob(first.job?.id ?? '')).queuePosition).toBe(0);
    expect((await studio.getJob(second.job?.id ?? '')).queuePosition).toBe(1);
    expect((await claimNext(installation)).job).toMatchObject({ id: first.job?.id, attempt: 2 });
    for (const { id } of [first, second]) await studio.deleteProduction(id);
  });

  it('of a worker that speaks is left to it', async () => {
    if (kind === 'pglite') return;
    const { studio, database, queue } = installation;
    const { id } = await studio.createProduction(QUICK);
    await claimNext(installation, 'other');
    expect(await takeOver(database, queue, 'me')).toEqual([]);
    await studio.deleteProduction(id);
  });

  it('that was cancelled or paused meanwhile refuses its result', async () => {
    const { studio } = installation;
    for (const stop of ['pauseProduction', 'cancelProduction', 'deleteProduction'] as const) {
      const { id } = await studio.createProduction(QUICK);
      const claim = await claimNext(installation);
      await studio[stop](id);
      const before = await everything();
      await expect(finish(claim)).rejects.toMatchObject({ code: 'ATTEMPT_REFUSED' });
      expect(await everything()).toBe(before);
      if (stop !== 'deleteProduction') await studio.deleteProduction(id);
    }
  });

  it('whose rows make no sense fails, and holds nobody up', async () => {
    const { studio, database } = installation;
    const broken = await studio.createProduction(QUICK);
    const sound = await studio.createProduction(QUICK);
    await database.queries.execute(
      sql`INSERT INTO steps (production_id, iteration, step, output, files) VALUES (${broken.id}, 1, 'score', '{"scored": 7}', '{}')`,
    );
    expect((await claimNext(installation)).job.id).toBe(sound.job?.id);
    expect(await studio.getJob(broken.job?.id ?? '')).toMatchObject({
      state: 'failed',
      error: { code: 'INTERNAL' },
    });
    await database.queries.execute(sql`DELETE FROM productions`);
  });

  it('is finished together with the next one queued, and no message is left when all is done', async () => {
    const { studio, database } = installation;
    const { id } = await studio.createProduction({ ...QUICK, through: 'revise', autopilot: 2 });
    const kinds = ['generate', 'score', 'lift', 'test', 'revise'];
    expect(await drain(installation)).toEqual([...kinds, ...kinds]);
    const [counts] = await rows(
      database.queries,
      sql`SELECT (SELECT count(*)::int FROM steps) AS steps, (SELECT count(*)::int FROM jobs) AS jobs,
                 (SELECT count(*)::int FROM worlds) AS worlds, (SELECT count(*)::int FROM runs) AS runs,
                 (SELECT count(*)::int FROM pgboss.job WHERE state IN ('created', 'active')) AS messages`,
    );
    expect(counts).toEqual({ steps: 10, jobs: 10, worlds: 2, runs: 2, messages: 0 });
    await studio.deleteProduction(id);
  });
});
