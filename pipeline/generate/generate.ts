import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { DirectorError, ERRORS, type ErrorCode, toDirectorError } from '../../engine/errors.ts';
import { type LongOptions, throwIfCancelled } from '../../engine/progress.ts';
import { createRandom } from '../../engine/random.ts';
import { writeJsonAtomic } from '../../engine/writeFileAtomic.ts';
import { probeVideo } from '../video/probeVideo.ts';
import { delay } from './delay.ts';
import { type GenerationRequest, type Provider, truthFolder } from './provider.ts';
import { sha256File } from './sha256File.ts';
import { closeJob, openJob, readJob, storeJobId } from './takeJob.ts';
import { readTakes, type Take, type TakesFile } from './takes.ts';

export interface GenerateOptions extends LongOptions {
  /** 1 to 99. */
  takes: number;
  seconds: number;
  /** Pixels, even. */
  width: number;
  /** Pixels, even. */
  height: number;
  framesPerSecond: number;
  provider: Provider;
  /** Each take's own seed is drawn from it. */
  seed: number;
  /** Folder, made where missing. */
  out: string;
  /** A failure model in place of the provider's own; only the procedural provider takes one. */
  failureModel?: string | undefined;
  /** Takes made at the same time; 1 or 2. The result does not depend on it. */
  workers?: number;
  /** Told each take once it is whole, those that were there already first; `video` is a path. Waited for. */
  onTake?: ((take: Take) => Promise<void>) | undefined;
}

export interface GenerateResult {
  out: string;
  prompt: string;
  provider: string;
  model: string;
  /** In order; `video` and `truth` are paths. */
  takes: Take[];
  /** How many of them were there already. */
  kept: number;
  /** Takes that the provider did not make; empty where all is well. */
  failed: { take: string; error: ReturnType<DirectorError['toJSON']> }[];
}

/** Failures of one take that say nothing about the others. */
const OF_ONE_TAKE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PROVIDER_MODERATED',
  'PROVIDER_FAILED',
  'PROVIDER_EXPIRED',
  'PROVIDER_DOWNLOAD',
  'PROVIDER_BUSY',
  'PROVIDER_UNREACHABLE',
  'VIDEO_UNREADABLE',
  'VIDEO_NO_PICTURE',
  'VIDEO_TOO_SHORT',
]);

/**
 * Makes takes of a prompt: DIR/take-01.mp4 … and DIR/takes.json with each take's provenance, written as soon as
 * a take is whole. A take already there that came of the same request is kept; a job that was running on the far
 * side when this process died is polled again, not started again.
 * @throws OUTPUT_OCCUPIED before it would replace takes that cannot be made again; what the provider throws where
 *   it concerns every take, or where every take failed; OUTPUT_UNWRITABLE; CANCELLED
 */
export async function generate(prompt: string, options: GenerateOptions): Promise<GenerateResult> {
  const { provider, out } = options;
  const plans = await planTakes(prompt, options);
  for (const plan of plans) await provider.validate(plan.request);
  await mkdir(out, { recursive: true }).catch((cause: Error) => {
    throw new DirectorError('OUTPUT_UNWRITABLE', `${out} cannot be made: ${cause.message}`, { cause });
  });
  await sweep(out);
  const ledger = await openLedger(prompt, options, plans);
  const withPaths = (take: Take): Take => ({
    ...take,
    video: join(out, take.video),
    ...(take.truth && { truth: join(out, take.truth) }),
  });
  for (const take of ledger.list()) await options.onTake?.(withPaths(take));

  const fractions: number[] = plans.map(plan => (ledger.has(plan.take) ? 1 : 0));
  const kept = fractions.filter(fraction => fraction === 1).length;
  const failed: GenerateResult['failed'] = [];
  const report = (index: number, fraction: number, message: string) => {
    fractions[index] = Math.max(fractions[index] ?? 0, fraction);
    const sum = fractions.reduce((total, each) => total + each, 0);
    options.onProgress?.({ stage: 'generate', fraction: sum / plans.length, message });
  };

  // One take's fatal failure stops the others; the first one is what is thrown.
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  let fatal: DirectorError | undefined;
  let next = 0;
  const work = async () => {
    for (let index = next++; index < plans.length; index = next++) {
      const plan = plans[index];
      if (!plan || ledger.has(plan.take)) continue;
      if (signal.aborted) return;
      try {
        const say = (fraction: number, message: string) =>
          report(index, fraction, `${plan.take}: ${message}`);
        const take = await makeTake(plan, options, signal, say);
        await ledger.add(take);
        // Only now: a kill before this line downloads again, it does not pay again.
        if (provider.durable) await closeJob(out, plan.take);
        await options.onTake?.(withPaths(take));
        report(index, 1, `${plan.take} is ready`);
      } catch (thrown) {
        const error = toDirectorError(thrown);
        if (!OF_ONE_TAKE.has(error.code)) {
          fatal ??= error;
          stop.abort();
          return;
        }
        failed.push({ take: plan.take, error: error.toJSON() });
        report(index, 1, `${plan.take} failed: ${error.message}`);
      }
    }
  };
  const workers = Math.min(2, plans.length, options.workers ?? availableParallelism());
  await Promise.all(Array.from({ length: workers }, work));
  throwIfCancelled(options.signal);
  if (fatal) throw fatal;

  failed.sort((a, b) => a.take.localeCompare(b.take));
  const first = failed[0];
  if (first && failed.length === plans.length)
    throw new DirectorError(first.error.code, first.error.message, {
      suggestion: first.error.suggestion,
      details: { failed },
    });
  const takes = ledger.list().map(withPaths);
  return { out, prompt, provider: provider.name, model: provider.model, takes, kept, failed };
}

/** Takes away what a killed run was writing. */
async function sweep(out: string): Promise<void> {
  for (const name of await readdir(out))
    if (/^takes?\b.*\.part$/.test(name)) await rm(join(out, name), { recursive: true, force: true });
}

interface TakePlan {
  take: string;
  video: string;
  request: GenerationRequest;
  failureModelSha256?: string;
  /** Equal for equal wishes. */
  fingerprint: string;
}

async function planTakes(prompt: string, options: GenerateOptions): Promise<TakePlan[]> {
  const { provider, seconds, width, height, framesPerSecond, failureModel } = options;
  if (failureModel !== undefined && !existsSync(failureModel))
    throw new DirectorError('INPUT_NOT_FOUND', `There is no failure model ${failureModel}.`);
  const failureModelSha256 = failureModel === undefined ? undefined : await sha256File(failureModel);
  return Array.from({ length: options.takes }, (_, index) => {
    const take = `take-${String(index + 1).padStart(2, '0')}`;
    // 31 bits: servers that take a seed read it as a signed 32-bit integer.
    const seed = createRandom(`${options.seed}/${take}`).integer(2 ** 31);
    const request: GenerationRequest = {
      prompt,
      seconds,
      width,
      height,
      framesPerSecond,
      seed,
      ...(failureModel !== undefined && { failureModel }),
    };
    const fingerprint = JSON.stringify([
      provider.name,
      provider.model,
      prompt,
      seconds,
      width,
      height,
      framesPerSecond,
      seed,
      failureModelSha256 ?? null,
    ]);
    return {
      take,
      video: `${take}${provider.fileExtension ?? '.mp4'}`,
      request,
      fingerprint,
      ...(failureModelSha256 && { failureModelSha256 }),
    };
  });
}

function fingerprintOf(take: Take): string {
  const { seconds, width, height, framesPerSecond } = take.requested;
  return JSON.stringify([
    take.provider,
    take.model,
    take.prompt,
    seconds,
    width,
    height,
    framesPerSecond,
    take.seed,
    take.failureModelSha256 ?? null,
  ]);
}

/** The takes of a folder in memory and on disk, the two always equal. */
async function openLedger(prompt: string, options: GenerateOptions, plans: TakePlan[]) {
  const { out, provider } = options;
  const takes = new Map<string, Take>();
  const before = await readTakes(out);
  for (const plan of plans) {
    const old = before?.takes.find(each => each.take === plan.take);
    if (old && fingerprintOf(old) === plan.fingerprint && (await isIntact(out, old)))
      takes.set(plan.take, old);
    else await refuseToLose(options, plan, old);
  }
  let writing = Promise.resolve();
  const list = () => [...takes.values()].sort((a, b) => a.take.localeCompare(b.take));
  return {
    has: (take: string) => takes.has(take),
    list,
    async add(take: Take): Promise<void> {
      takes.set(take.take, take);
      const file: TakesFile = {
        schema: 'sora-director/takes@1',
        prompt,
        provider: provider.name,
        model: provider.model,
        seed: options.seed,
        takes: list(),
      };
      writing = writing.then(() => writeJsonAtomic(join(out, 'takes.json'), file));
      await writing;
    },
  };
}

async function isIntact(out: string, take: Take): Promise<boolean> {
  const path = join(out, take.video);
  if (!existsSync(path) || (take.truth && !existsSync(join(out, take.truth)))) return false;
  return (await sha256File(path)) === take.sha256;
}

/** A take that a paid or random provider made for another wish is not overwritten. */
async function refuseToLose(options: GenerateOptions, plan: TakePlan, old: Take | undefined): Promise<void> {
  const { out, provider } = options;
  const oldIsPrecious =
    old !== undefined &&
    existsSync(join(out, old.video)) &&
    fingerprintOf(old) !== plan.fingerprint &&
    old.provider !== 'procedural';
  const job = await readJob(out, plan.take);
  const jobIsForeign = job !== undefined && job.fingerprint !== plan.fingerprint;
  if (oldIsPrecious || jobIsForeign)
    throw new DirectorError(
      'OUTPUT_OCCUPIED',
      `${out} holds ${plan.take} of another request, which cannot be made again by ${provider.name}.`,
    );
}

async function makeTake(
  plan: TakePlan,
  options: GenerateOptions,
  signal: AbortSignal,
  say: (fraction: number, message: string) => void,
): Promise<Take> {
  const { provider, out } = options;
  const file = join(out, plan.video);
  await rm(truthFolder(file), { recursive: true, force: true });
  const jobId = await obtainJob(plan, options, signal, say);
  let settled = false;
  let notes: string[];
  try {
    notes = await waitForJob(provider, jobId, signal, say);
    const onProgress = ({ fraction }: { fraction: number }) => say(0.95 + 0.04 * fraction, 'downloading');
    await provider.download(jobId, file, { signal, onProgress });
    settled = true;
  } catch (thrown) {
    const error = toDirectorError(thrown);
    // These jobs will never give a video: the next run starts anew.
    if (
      ['PROVIDER_MODERATED', 'PROVIDER_FAILED', 'PROVIDER_EXPIRED'].includes(error.code) &&
      provider.durable
    )
      await closeJob(out, plan.take);
    throw error;
  } finally {
    if (!settled && !provider.durable) await provider.cancel(jobId);
  }
  return { ...(await describeTake(plan, provider, out, jobId)), ...(notes.length > 0 && { notes }) };
}

async function obtainJob(
  plan: TakePlan,
  options: GenerateOptions,
  signal: AbortSignal,
  say: (fraction: number, message: string) => void,
): Promise<string> {
  const { provider, out } = options;
  if (!provider.durable)
    return (await provider.start(plan.request, `${plan.take}-${plan.request.seed}`, { signal })).id;
  const stored = await readJob(out, plan.take);
  if (stored?.id) {
    say(0, `continuing job ${stored.id}`);
    return stored.id;
  }
  const job = stored ?? (await openJob(out, plan.take, plan.fingerprint));
  const { id } = await provider.start(plan.request, job.key, { signal });
  await storeJobId(out, plan.take, job, id);
  return id;
}

async function waitForJob(
  provider: Provider,
  id: string,
  signal: AbortSignal,
  say: (fraction: number, message: string) => void,
): Promise<string[]> {
  for (;;) {
    const status = await provider.status(id, { signal });
    if (status.state === 'completed') return status.notes ?? [];
    if (status.state === 'failed') {
      const { code, message, suggestion } = status.error ?? {
        code: 'PROVIDER_FAILED',
        message: `Job ${id} failed.`,
      };
      throw new DirectorError(
        code in ERRORS ? (code as ErrorCode) : 'PROVIDER_FAILED',
        message,
        suggestion ? { suggestion } : {},
      );
    }
    say(0.95 * (status.fraction ?? 0), status.message ?? status.state);
    await delay(provider.pollMilliseconds, signal);
  }
}

async function describeTake(plan: TakePlan, provider: Provider, out: string, jobId: string): Promise<Take> {
  const file = join(out, plan.video);
  let info: Awaited<ReturnType<typeof probeVideo>>;
  try {
    info = await probeVideo(file);
  } catch (thrown) {
    await rm(file, { force: true });
    throw thrown;
  }
  const { prompt, seconds, width, height, framesPerSecond, seed } = plan.request;
  const truth = truthFolder(file);
  return {
    take: plan.take,
    video: plan.video,
    provider: provider.name,
    model: provider.model,
    prompt,
    seed,
    requested: { seconds, width, height, framesPerSecond },
    ...(plan.failureModelSha256 && { failureModelSha256: plan.failureModelSha256 }),
    ...(provider.durable && { jobId }),
    sha256: await sha256File(file),
    bytes: (await stat(file)).size,
    width: info.width,
    height: info.height,
    frames: info.timesSeconds.length,
    framesPerSecond: Math.round(info.framesPerSecond * 1000) / 1000,
    durationSeconds: Math.round(info.durationSeconds * 1e6) / 1e6,
    ...(existsSync(truth) && { truth: basename(truth) }),
  };
}
