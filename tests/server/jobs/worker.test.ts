import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { rows } from '../../../server/db/rows.ts';
import type { Studio } from '../../../server/studio/studio.ts';
import { describeDatabases, describePostgres } from '../db/testDatabases.ts';
import { type Installation, newInstallation, openInstallation, QUICK } from './installation.ts';
import { runningProcesses } from './processes.ts';

/** Real steps at low priority: on a machine that is busy they take minutes. */
const PATIENCE = 600_000;

type JobView = Awaited<ReturnType<Studio['getJob']>>;

async function until<Result>(look: () => Promise<Result | undefined>): Promise<Result> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(100);
  }
}

const settled = ({ studio }: Installation, id: string) =>
  until(async () => {
    const view = await studio.getProduction(id);
    return view.state === 'running' ? undefined : view;
  });

const job = ({ studio }: Installation, id: string, wanted: (job: JobView) => boolean) =>
  until(async () => {
    const view = await studio.getJob(id);
    return wanted(view) ? view : undefined;
  });

const scratchOf = (folder: string) => readdir(join(folder, 'scratch')).catch(() => []);

describeDatabases('a worker', kind => {
  it(
    'does the steps of a production, tells of them, and leaves no scratch',
    async () => {
      const installation = await newInstallation(kind);
      const { studio, bus, place } = installation;
      const told = new Set<string>();
      bus.subscribe('job', ({ jobId }) => told.add(jobId));
      await installation.startWorker();
      const { id } = await studio.createProduction(QUICK);
      const view = await settled(installation, id);
      expect(view).toMatchObject({ state: 'waiting', waitingFor: 'pick', error: null });
      expect(view.iterations[0]?.takes).toMatchObject([{ take: 'take-01', rank: 1 }]);
      const { items } = await studio.listJobs({ limit: 10 });
      expect(items.map(each => [each.kind, each.state, each.attempt])).toEqual([
        ['score', 'completed', 1],
        ['generate', 'completed', 1],
      ]);
      for (const each of items) expect(told).toContain(each.id);
      expect(await scratchOf(place.options.dataFolder)).toEqual([]);
      await installation.stop();
      await place.remove();
    },
    PATIENCE,
  );

  it(
    'stops a step for a pause and for its own end, keeps what there is, and goes on',
    async () => {
      let installation = await newInstallation(kind);
      const { place } = installation;
      await installation.startWorker();
      const view = await installation.studio.createProduction({
        ...QUICK,
        takes: 2,
        seconds: 2,
        width: 256,
        height: 144,
      });
      const jobId = view.job?.id ?? '';
      await job(installation, jobId, ({ state, stage }) => state === 'running' && stage !== '');
      const mine = () =>
        runningProcesses().filter(
          each => each.parent === process.pid && each.command.includes('stepProcess'),
        );
      expect(mine()).toHaveLength(1);
      await installation.studio.pauseProduction(view.id);
      await until(async () => (mine().length === 0 ? true : undefined));
      expect(await installation.studio.getJob(jobId)).toMatchObject({ state: 'paused', attempt: 1 });
      expect(await scratchOf(place.options.dataFolder)).toEqual([`${jobId}-1`]);

      await installation.studio.resumeProduction(view.id);
      await job(installation, jobId, ({ state, attempt }) => state === 'running' && attempt === 2);
      await installation.stop();
      expect(mine()).toEqual([]);

      installation = await openInstallation(place);
      expect(await installation.studio.getJob(jobId)).toMatchObject({
        state: 'queued',
        attempt: 2,
        queuePosition: 0,
      });
      await installation.startWorker();
      await job(installation, jobId, ({ state }) => state === 'completed');
      await installation.studio.deleteProduction(view.id);
      await installation.stop();
      await place.remove();
    },
    PATIENCE,
  );
});

/** A worker process and what it has said so far. */
function startProcess(databaseUrl: string, dataFolder: string, storage: string) {
  const script = fileURLToPath(new URL('./workerOnce.ts', import.meta.url));
  const child = spawn(process.execPath, [script, databaseUrl, dataFolder, storage], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: { message: string; jobId?: string; attempt?: number; code?: string }[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    said.push(...lines.map(line => JSON.parse(line)));
  });
  const saying = (message: string) => until(async () => said.find(each => each.message === message));
  return { child, saying };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

describePostgres('two workers', () => {
  it(
    'stand in for each other: one that is stopped loses its step within 15 s, and comes back too late',
    async () => {
      const installation = await newInstallation('postgres');
      const { studio, database, place } = installation;
      const folder = await mkdtemp(join(tmpdir(), 'sora-workers-'));
      const start = (name: string) =>
        startProcess(place.options.databaseUrl ?? '', join(folder, name), join(folder, 'files'));
      const first = start('first');
      await first.saying('ready');
      const view = await studio.createProduction(QUICK);
      const jobId = view.job?.id ?? '';
      await job(installation, jobId, ({ state }) => state === 'running');
      first.child.kill('SIGSTOP');
      const stoppedAt = Date.now();
      const second = start('second');
      const taken = await job(installation, jobId, ({ attempt }) => attempt === 2);
      expect(Date.parse(taken.startedAt ?? '') - stoppedAt).toBeLessThan(15_000);
      first.child.kill('SIGCONT');
      expect(await first.saying('this attempt no longer counts')).toMatchObject({
        jobId,
        attempt: 1,
        code: 'ATTEMPT_REFUSED',
      });
      await settled(installation, view.id);
      const done = await rows(
        database.queries,
        sql`SELECT step, attempt FROM steps WHERE production_id = ${view.id} ORDER BY finished_at`,
      );
      expect(done).toEqual([
        { step: 'generate', attempt: 2 },
        { step: 'score', attempt: 1 },
      ]);
      await kill(first.child);
      await kill(second.child);
      await installation.stop();
      await place.remove();
      await rm(folder, { recursive: true, force: true });
    },
    PATIENCE,
  );
});
