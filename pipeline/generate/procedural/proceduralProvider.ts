import { copyFile, cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DirectorError } from '../../../engine/errors.ts';
import { throwIfCancelled } from '../../../engine/progress.ts';
import { loadFailureModel } from '../../../scenes/faults/failureModel.ts';
import { type JobStatus, type Provider, truthFolder } from '../provider.ts';
import type { RenderTakeJob, RenderTakeMessage } from './renderTake.worker.ts';

/** The camera's guard band and the encoder's memory bound a picture's side. */
const MAX_SIDE_PIXELS = 1920;
const MAX_SECONDS = 60;
const MAX_FRAMES_PER_SECOND = 60;

interface Job {
  worker: Worker;
  folder: string;
  status: JobStatus;
  /** Settles when the thread has ended. */
  ended: Promise<void>;
}

/**
 * The embedded provider: builds a scene from the prompt and renders it on a thread of its own, offline, with the
 * faults that a video model would make. Writes the truth beside each take.
 */
export function createProceduralProvider(): Provider {
  const jobs = new Map<string, Job>();

  const finish = async (id: string, job: Job): Promise<void> => {
    jobs.delete(id);
    job.worker.postMessage('cancel');
    await job.ended;
    await rm(job.folder, { recursive: true, force: true });
  };

  return {
    name: 'procedural',
    model: 'sora-director/procedural@1',
    durable: false,
    deterministic: true,
    pollMilliseconds: 50,
    async validate({ width, height, seconds, framesPerSecond, failureModel }) {
      const whole = Number.isInteger(width) && Number.isInteger(height);
      if (
        !whole ||
        Math.min(width, height) < 64 ||
        Math.max(width, height) > MAX_SIDE_PIXELS ||
        width % 2 ||
        height % 2
      )
        throw new DirectorError('USAGE', `The procedural provider cannot render ${width}×${height}.`, {
          suggestion: `Give even sides from 64 to ${MAX_SIDE_PIXELS}, such as --size 640x360.`,
        });
      if (!(framesPerSecond >= 1 && framesPerSecond <= MAX_FRAMES_PER_SECOND))
        throw new DirectorError(
          'USAGE',
          `The procedural provider cannot render ${framesPerSecond} frames a second.`,
          {
            suggestion: `Give --fps from 1 to ${MAX_FRAMES_PER_SECOND}.`,
          },
        );
      if (!(seconds > 0 && seconds <= MAX_SECONDS) || seconds * framesPerSecond < 2)
        throw new DirectorError('USAGE', `The procedural provider cannot render ${seconds} seconds.`, {
          suggestion: `Give --seconds up to ${MAX_SECONDS}, long enough for two frames.`,
        });
      await loadFailureModel(failureModel);
    },
    async start(request, key) {
      const folder = await mkdtemp(join(tmpdir(), 'sora-director-take-'));
      const data: RenderTakeJob = {
        request,
        videoPath: join(folder, 'take.mp4'),
        truthFolder: join(folder, 'truth'),
      };
      const worker = new Worker(new URL('./renderTake.worker.ts', import.meta.url), { workerData: data });
      const ended = new Promise<void>(resolve => worker.once('exit', () => resolve()));
      const job: Job = { worker, folder, ended, status: { state: 'running', fraction: 0 } };
      worker.on('message', (message: RenderTakeMessage) => {
        if (message.kind === 'progress')
          job.status = { state: 'running', fraction: message.fraction, message: message.message };
        else if (message.kind === 'done')
          job.status = { state: 'completed', fraction: 1, notes: message.notes };
        else job.status = { state: 'failed', error: message.error };
      });
      worker.on('error', (error: Error) => {
        job.status = { state: 'failed', error: { code: 'INTERNAL', message: error.message } };
      });
      jobs.set(key, job);
      return { id: key };
    },
    async status(id) {
      const job = jobs.get(id);
      return (
        job?.status ?? {
          state: 'failed',
          error: { code: 'PROVIDER_EXPIRED', message: `There is no take ${id}.` },
        }
      );
    },
    async download(id, file, options) {
      throwIfCancelled(options?.signal);
      const job = jobs.get(id);
      if (job?.status.state !== 'completed')
        throw new DirectorError('PROVIDER_DOWNLOAD', `The take ${id} is not ready.`);
      const truth = truthFolder(file);
      const [partVideo, partTruth] = [`${file}.${process.pid}.part`, `${truth}.${process.pid}.part`];
      try {
        await cp(join(job.folder, 'truth'), partTruth, { recursive: true });
        await copyFile(join(job.folder, 'take.mp4'), partVideo);
        await rm(truth, { recursive: true, force: true });
        await rename(partTruth, truth);
        await rename(partVideo, file);
      } catch (cause) {
        await rm(partVideo, { force: true });
        await rm(partTruth, { recursive: true, force: true });
        throw new DirectorError(
          'OUTPUT_UNWRITABLE',
          `${file} could not be written: ${(cause as Error).message}`,
          { cause },
        );
      }
      await finish(id, job);
    },
    async cancel(id) {
      const job = jobs.get(id);
      if (job) await finish(id, job);
    },
  };
}
