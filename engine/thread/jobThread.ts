import { Worker } from 'node:worker_threads';
import { DirectorError } from '../errors.ts';
import { type LongOptions, throwIfCancelled } from '../progress.ts';
import type { ThreadMessage } from './runInThread.ts';

/** Long functions promise to stop within a second; one that is deep in arithmetic is stopped from outside. */
const PATIENCE_MILLISECONDS = 700;

/** What a JobThread says to its thread. */
export type JobThreadRequest<Job> = { kind: 'job'; job: Job } | { kind: 'cancel' };

/**
 * A worker thread that takes one job after another: loading its modules takes longer than many jobs do. After a
 * job that breaks the thread, or one that `breaks` says may have, it ends, and the next job starts a fresh one.
 */
export class JobThread<Job, Result> {
  private readonly module: URL;
  private readonly jobsPerThread: number;
  private readonly breaks: (error: DirectorError) => boolean;
  private worker: Worker | undefined;
  private jobsDone = 0;
  private onMessage: ((message: ThreadMessage<Result>) => void) | undefined;
  private onDeath: ((error: DirectorError) => void) | undefined;

  /**
   * @param module that calls `serveJobs`.
   * @param jobsPerThread after which a thread is replaced, so that what they leave behind cannot add up.
   */
  constructor(module: URL, jobsPerThread: number, breaks: (error: DirectorError) => boolean) {
    this.module = module;
    this.jobsPerThread = jobsPerThread;
    this.breaks = breaks;
  }

  /** Starts the thread before there is a job, so that it loads its modules beside whatever makes the job. */
  warm(): void {
    this.worker ??= this.start();
  }

  /**
   * One job at a time.
   * @throws what the function throws, code, suggestion and details kept; CANCELLED; INTERNAL where the thread dies.
   */
  async run(job: Job, { signal, onProgress }: LongOptions): Promise<Result> {
    throwIfCancelled(signal);
    if (this.jobsDone >= this.jobsPerThread) await this.end();
    this.worker ??= this.start();
    const { worker } = this;
    this.jobsDone++;
    let timer: NodeJS.Timeout | undefined;
    let cancel: (() => void) | undefined;
    try {
      return await new Promise<Result>((resolve, reject) => {
        const send = (request: JobThreadRequest<Job>) => worker.postMessage(request);
        cancel = () => {
          send({ kind: 'cancel' });
          timer = setTimeout(
            () => reject(new DirectorError('CANCELLED', 'The work was cancelled.')),
            PATIENCE_MILLISECONDS,
          );
        };
        signal?.addEventListener('abort', cancel, { once: true });
        this.onMessage = message => {
          if (message.kind === 'progress') onProgress?.(message.event);
          else if (message.kind === 'result') resolve(message.result);
          else {
            const { code, message: text, suggestion, details } = message.error;
            reject(new DirectorError(code, text, { suggestion, ...(details ? { details } : {}) }));
          }
        };
        this.onDeath = reject;
        send({ kind: 'job', job });
      });
    } catch (thrown) {
      const error = thrown as DirectorError;
      if (error.code === 'INTERNAL' || error.code === 'CANCELLED' || this.breaks(error)) await this.end();
      throw thrown;
    } finally {
      clearTimeout(timer);
      if (cancel) signal?.removeEventListener('abort', cancel);
      this.onMessage = undefined;
      this.onDeath = undefined;
    }
  }

  private start(): Worker {
    const worker = new Worker(this.module);
    const die = (error: DirectorError) => {
      if (this.worker !== worker) return;
      this.worker = undefined;
      this.jobsDone = 0;
      this.onDeath?.(error);
    };
    worker.on('message', (message: ThreadMessage<Result>) => {
      if (this.worker === worker) this.onMessage?.(message);
    });
    worker.on('error', (cause: Error) =>
      die(new DirectorError('INTERNAL', `The thread broke: ${cause.message}`, { cause })),
    );
    worker.on('exit', status =>
      die(new DirectorError('INTERNAL', `The thread ended with status ${status} and no result.`)),
    );
    return worker;
  }

  /** Ends the thread; a later job starts another. */
  async end(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    this.jobsDone = 0;
    await worker?.terminate();
  }
}
