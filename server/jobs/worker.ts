import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inArray } from 'drizzle-orm';
import { type DirectorError, toDirectorError } from '../../engine/errors.ts';
import type { Database } from '../db/database.ts';
import { jobs } from '../db/schema.ts';
import type { StorageConfig } from '../files/fileStore.ts';
import type { Bus } from '../live/bus.ts';
import { announceProduction } from './announceProduction.ts';
import { type Claim, claimJob } from './claimJob.ts';
import { type Finished, finishedStep } from './finishedStep.ts';
import { finishJob } from './finishJob.ts';
import { HeldJob } from './heldJob.ts';
import type { Log } from './log.ts';
import type { Queue } from './queue.ts';
import { failJob, giveBack } from './releaseJob.ts';
import { runInProcess } from './runInProcess.ts';
import { openScratch, removeScratch, scratchJobs } from './scratch.ts';
import type { StepJob } from './stepJob.ts';
import { takeOver } from './takeOver.ts';

export interface WorkerOptions {
  database: Database;
  queue: Queue;
  bus: Bus;
  /** Scratch folders lie below it. */
  dataFolder: string;
  storage: StorageConfig;
  log: Log;
  /** Jobs at the same time, from 1; each is a process that fills a core. */
  concurrentJobs: number;
  /** Of each job's process, with all that it starts. */
  memoryLimitBytes: number;
  timeLimitSeconds: number;
}

export interface Worker {
  /** Host, process and chance: what `jobs.worker` holds. */
  name: string;
  /** Takes no more jobs, stops those that run and gives them back; they go on later, here or elsewhere. */
  stop(): Promise<void>;
}

/** The bus wakes a worker; this finds what it lost. Within one process, as with PGlite, it loses nothing. */
const LOOK_MILLISECONDS = { postgres: 1000, pglite: 5000 };
/** Heartbeats of others are looked at this often. */
const TAKE_OVER_MILLISECONDS = 2000;
/** Scratch folders cost disk space alone. */
const SWEEP_MILLISECONDS = 10 * 60_000;
/** While the database is away. */
const AWAY_MILLISECONDS = 1000;

/** A job whose process is killed more often than this is what the machine cannot bear. */
const MOST_KILLS = 3;

/** Takes jobs from the queue and runs each in a process of its own until it is stopped. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const worker = new JobWorker(options);
  await worker.start();
  return worker;
}

class JobWorker implements Worker {
  readonly name = `${hostname()}/${process.pid}/${randomBytes(4).toString('hex')}`;
  readonly #options: WorkerOptions;
  readonly #scratch: string;
  readonly #held = new Map<string, HeldJob>();
  /** How often each job's process was killed from outside. */
  readonly #killed = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  readonly #subscriptions: (() => void)[] = [];
  readonly #stop = new AbortController();
  #wake: () => void = () => undefined;
  #loops: Promise<unknown> = Promise.resolve();

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#scratch = join(options.dataFolder, 'scratch');
  }

  async start(): Promise<void> {
    const { bus } = this.#options;
    await this.#takeOver();
    await this.#sweep();
    this.#subscriptions.push(
      bus.subscribe('stop', ({ jobId }) => void this.#held.get(jobId)?.check()),
      bus.subscribe('job', () => this.#wake()),
    );
    this.#loops = Promise.all([this.#takeJobs(), this.#watchOthers()]);
  }

  get #stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#wake();
    for (const held of this.#held.values()) held.abort();
    await Promise.all([this.#loops, ...this.#running]);
    await this.#sweep().catch(thrown =>
      this.#options.log.warn({ err: thrown }, 'scratch folders are left for the next start'),
    );
  }

  async #takeJobs(): Promise<void> {
    const { database, queue, concurrentJobs, log } = this.#options;
    while (!this.#stopping) {
      const woken = new Promise<void>(resolve => {
        this.#wake = resolve;
      });
      try {
        while (!this.#stopping && this.#running.size < concurrentJobs) {
          const claim = await claimJob(database, queue, this.name);
          if (!claim) break;
          this.#begin(claim);
        }
      } catch (thrown) {
        log.error({ err: thrown }, 'no job could be taken');
      }
      await Promise.race([woken, this.#pause(LOOK_MILLISECONDS[database.kind])]);
    }
  }

  async #watchOthers(): Promise<void> {
    let sweptAt = performance.now();
    while (!this.#stopping) {
      await this.#pause(TAKE_OVER_MILLISECONDS);
      if (this.#stopping) return;
      try {
        // The embedded database has no other worker than this process's.
        if (this.#options.database.kind === 'postgres') await this.#takeOver();
        if (performance.now() - sweptAt > SWEEP_MILLISECONDS) {
          await this.#sweep();
          sweptAt = performance.now();
        }
      } catch (thrown) {
        this.#options.log.error({ err: thrown }, 'the other workers could not be looked after');
      }
    }
  }

  async #takeOver(): Promise<void> {
    const { database, queue, log } = this.#options;
    const taken = await takeOver(database, queue, this.name);
    for (const job of taken) {
      log.warn(
        { jobId: job.id, attempt: job.attempt, worker: job.worker },
        'took over from a worker that is gone',
      );
      this.#tell(job);
    }
    if (taken.length > 0) this.#wake();
  }

  /** Removes scratch folders of jobs that are deleted, or done: another worker may have ended what was cut here. */
  async #sweep(): Promise<void> {
    const ids = await scratchJobs(this.#scratch);
    if (ids.length === 0) return;
    const rows = await this.#options.database.read(queries =>
      queries.select({ id: jobs.id, state: jobs.state }).from(jobs).where(inArray(jobs.id, ids)),
    );
    const kept = new Set(rows.filter(({ state }) => state !== 'completed').map(({ id }) => id));
    for (const id of ids) if (!kept.has(id)) await removeScratch(this.#scratch, id);
  }

  #begin(claim: Claim): void {
    const run = this.#run(claim).catch(thrown =>
      this.#options.log.error({ err: thrown, jobId: claim.job.id }, 'a job was let go'),
    );
    this.#running.add(run);
    void run.finally(() => {
      this.#running.delete(run);
      this.#wake();
    });
  }

  async #run(claim: Claim): Promise<void> {
    const { database, queue, bus, log } = this.#options;
    const { job } = claim;
    const { id: jobId, attempt, kind } = job;
    const held = new HeldJob(
      database,
      claim,
      () => this.#tell(job),
      thrown => log.warn({ err: thrown, jobId }, 'no heartbeat could be given'),
    );
    this.#held.set(jobId, held);
    this.#tell(job);
    log.info({ jobId, attempt, kind, productionId: job.productionId }, 'job begun');
    if (this.#stopping) held.abort();
    let ended = false;
    try {
      const finished = await this.#work(held);
      await this.#persist(() => finishJob(database, queue, job, finished));
      ended = true;
      await held.end();
      if (job.runId && finished.result)
        bus.publish('violations', { runId: job.runId, final: true, violations: finished.result.violations });
      await removeScratch(this.#scratch, jobId);
      log.info({ jobId, attempt, kind }, 'job completed');
    } catch (thrown) {
      await held.end();
      const error = toDirectorError(thrown);
      if (held.lost || error.code === 'ATTEMPT_REFUSED')
        log.warn({ jobId, attempt, code: 'ATTEMPT_REFUSED' }, 'this attempt no longer counts');
      else if (this.#stopping || this.#wasKilled(jobId, error))
        await this.#persist(() => giveBack(database, queue, job));
      else {
        log.error({ err: error, jobId, attempt, kind }, 'job failed');
        await this.#persist(() => failJob(database, job, error));
        ended = true;
      }
    } finally {
      await held.end();
      if (this.#held.get(jobId) === held) this.#held.delete(jobId);
      if (held.lost) await this.#forgetDeleted(jobId);
      this.#tell(job);
      if (job.runId && ended) bus.publish('runEnded', { runId: job.runId });
      if (job.productionId) await announceProduction(database, bus, job.productionId);
    }
  }

  async #work(held: HeldJob): Promise<Finished> {
    const { bus, storage, memoryLimitBytes, timeLimitSeconds } = this.#options;
    const { job, work, inputs } = held.claim;
    const scratch = await openScratch(this.#scratch, job);
    const stepJob: StepJob = { work, scratch, inputs, storage };
    const { runId } = job;
    let sequence = 0;
    const outcome = await runInProcess(
      stepJob,
      {
        onProgress: event => held.progress(event),
        onMade: (path, file) => held.made(path, file),
        ...(runId !== null && {
          onTrace: ({ keyframe, bytes }) =>
            bus.publish('trace', { runId, sequence: sequence++, keyframe, bytes }),
          onViolations: (violations, final) => bus.publish('violations', { runId, final, violations }),
        }),
      },
      { signal: held.signal, memoryLimitBytes, timeLimitSeconds },
    );
    return finishedStep(stepJob, outcome);
  }

  /** A process that was killed from outside says nothing about the job, the first times. */
  #wasKilled(jobId: string, error: DirectorError): boolean {
    if (error.code !== 'INTERNAL' || error.details?.['signal'] !== 'SIGKILL') return false;
    const times = (this.#killed.get(jobId) ?? 0) + 1;
    this.#killed.set(jobId, times);
    return times <= MOST_KILLS;
  }

  /** What was worked for minutes is not thrown away because the database restarts. */
  async #persist(store: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await store();
        return;
      } catch (thrown) {
        if (toDirectorError(thrown).code !== 'DATABASE_UNREACHABLE' || this.#stopping) throw thrown;
        this.#options.log.warn({ err: thrown }, 'the database is away; a result waits for it');
        await sleep(AWAY_MILLISECONDS);
      }
    }
  }

  async #forgetDeleted(jobId: string): Promise<void> {
    const { database } = this.#options;
    const rows = await database.read(queries =>
      queries
        .select({ id: jobs.id })
        .from(jobs)
        .where(inArray(jobs.id, [jobId])),
    );
    if (rows.length === 0) await removeScratch(this.#scratch, jobId);
  }

  #tell({ id: jobId, productionId, runId }: Claim['job']): void {
    this.#options.bus.publish('job', { jobId, productionId, runId });
  }

  /** Ends early when the worker is stopped, and does not keep the process alive. */
  #pause(milliseconds: number): Promise<void> {
    return sleep(milliseconds, undefined, { ref: false, signal: this.#stop.signal }).catch(() => undefined);
  }
}
