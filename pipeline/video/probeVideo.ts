import { open, readFile, stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { DirectorError, type ErrorCode } from '../../engine/errors.ts';
import { readGif } from './gif.ts';

/** What a container says of its video, read without native code. */
export interface VideoInfo {
  path: string;
  container: string;
  codec: string;
  /** As shown: rotation and pixel shape applied. */
  width: number;
  height: number;
  /** One per frame in display order, seconds, starting at 0. */
  timesSeconds: Float64Array;
  durationSeconds: number;
  framesPerSecond: number;
  hasAudio: boolean;
  /** Clockwise turn that the container asks players for. */
  rotationDegrees: number;
  /** Its decoder gives luma of 8 bits in video range, 16 to 235, at the size shown, whose sides are even: known of H.264 only. */
  videoRangeLuma: boolean;
}

/** 8 GiB holds two hours of camera footage; beyond it a wrong file is likelier than a long one. */
export const LARGEST_VIDEO_BYTES = 8 * 2 ** 30;
/** 8K; a decoded frame of it is 100 MB. */
export const LARGEST_SIDE_PIXELS = 8192;
/** An hour at 60 frames/s. */
export const MOST_FRAMES = 216_000;
/**
 * A damaged index can claim billions of samples; a sound hour of video is indexed within two seconds. It counts time
 * on a core: on a machine that is busy with lifts a sound video waits its turn for long.
 */
const CPU_LIMIT_MILLISECONDS = 15_000;
/** What waits for ever takes no core; also all there is where Node cannot tell a thread's time (before 24.6). */
const WALL_TIMES_CPU = 8;
const CHECK_MILLISECONDS = 250;
const MEMORY_LIMIT_MEGABYTES = 512;
/** GIFs are read whole. */
const LARGEST_GIF_BYTES = 512 * 2 ** 20;

/**
 * Reads a video's container, in a worker thread that a damaged file cannot hang or fill.
 * @throws INPUT_NOT_FOUND, INPUT_EMPTY, INPUT_UNREADABLE, INPUT_TOO_LARGE, VIDEO_UNREADABLE, VIDEO_NO_PICTURE,
 *   VIDEO_TOO_SHORT (fewer than two frames)
 */
export async function probeVideo(
  path: string,
  cpuLimitMilliseconds = CPU_LIMIT_MILLISECONDS,
): Promise<VideoInfo> {
  const size = await checkFile(path);
  const info =
    (await readMagic(path)) === 'GIF8'
      ? await probeGif(path, size)
      : await probeContainer(path, cpuLimitMilliseconds);
  const { width, height, timesSeconds } = info;
  if (width < 16 || height < 16)
    throw new DirectorError(
      'VIDEO_UNREADABLE',
      `${path} is ${width}×${height} pixels; 16×16 is the least that can be worked on.`,
    );
  if (Math.max(width, height) > LARGEST_SIDE_PIXELS)
    throw new DirectorError(
      'INPUT_TOO_LARGE',
      `${path} is ${width}×${height} pixels; the largest side allowed is ${LARGEST_SIDE_PIXELS}.`,
    );
  if (timesSeconds.length > MOST_FRAMES)
    throw new DirectorError(
      'INPUT_TOO_LARGE',
      `${path} has ${timesSeconds.length} frames; the most allowed is ${MOST_FRAMES}.`,
    );
  if (timesSeconds.length < 2)
    throw new DirectorError('VIDEO_TOO_SHORT', `${path} has ${timesSeconds.length} frame(s).`);
  return info;
}

async function checkFile(path: string): Promise<number> {
  const status = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
      throw new DirectorError('INPUT_NOT_FOUND', `There is no file ${path}.`, { cause });
    throw new DirectorError('INPUT_UNREADABLE', `${path} cannot be read: ${cause.message}`, { cause });
  });
  if (!status.isFile()) throw new DirectorError('INPUT_UNREADABLE', `${path} is not a file.`);
  if (status.size === 0) throw new DirectorError('INPUT_EMPTY', `${path} is empty.`);
  if (status.size > LARGEST_VIDEO_BYTES)
    throw new DirectorError(
      'INPUT_TOO_LARGE',
      `${path} has ${(status.size / 2 ** 30).toFixed(1)} GiB; the most allowed is ${LARGEST_VIDEO_BYTES / 2 ** 30} GiB.`,
    );
  return status.size;
}

async function readMagic(path: string): Promise<string> {
  const file = await open(path).catch((cause: Error) => {
    throw new DirectorError('INPUT_UNREADABLE', `${path} cannot be read: ${cause.message}`, { cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function probeGif(path: string, size: number): Promise<VideoInfo> {
  if (size > LARGEST_GIF_BYTES)
    throw new DirectorError(
      'INPUT_TOO_LARGE',
      `${path} is a GIF of ${Math.round(size / 2 ** 20)} MiB; the most allowed is ${LARGEST_GIF_BYTES / 2 ** 20} MiB.`,
    );
  const gif = readGif(await readFile(path));
  return {
    path,
    container: 'GIF',
    codec: 'gif',
    width: gif.width,
    height: gif.height,
    timesSeconds: gif.timesSeconds,
    durationSeconds: gif.durationSeconds,
    framesPerSecond: gif.durationSeconds > 0 ? gif.timesSeconds.length / gif.durationSeconds : 10,
    hasAudio: false,
    rotationDegrees: 0,
    videoRangeLuma: false,
  };
}

/** What the worker answers. */
export type ContainerAnswer = { info: VideoInfo } | { refusal: { code: ErrorCode; message: string } };

/**
 * A thread that has read a sound file and waits for the next: to start one takes longer than to read a file. One at most is
 * kept, and the process does not wait for it.
 */
let spare: Worker | undefined;

function takeWorker(): Worker {
  const worker =
    spare ??
    new Worker(new URL('./probeContainer.worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MEGABYTES },
      // mediabunny writes remarks about odd files to the console; what matters comes back as the answer.
      stdout: true,
      stderr: true,
    });
  spare = undefined;
  worker.ref();
  return worker;
}

function keepWorker(worker: Worker): void {
  spare = worker;
  // One that breaks while nobody waits for it is missed by nobody.
  worker.once('error', () => undefined);
  worker.once('exit', () => {
    if (spare === worker) spare = undefined;
  });
  worker.unref();
}

async function probeContainer(path: string, cpuLimitMilliseconds: number): Promise<VideoInfo> {
  const worker = takeWorker();
  const before = await cpuMilliseconds(worker);
  const unreadable = (why: string, cause?: unknown) =>
    new DirectorError('VIDEO_UNREADABLE', `${path} is not a readable video: ${why}`, { cause });
  let timer: NodeJS.Timeout | undefined;
  let sound = false;
  try {
    const answer = await new Promise<ContainerAnswer>((resolve, reject) => {
      let checks = 0;
      timer = setInterval(async () => {
        // Counted in checks: where the whole process was stopped meanwhile, that time is not the file's fault.
        const late = ++checks * CHECK_MILLISECONDS > WALL_TIMES_CPU * cpuLimitMilliseconds;
        if (late || (await cpuMilliseconds(worker)) - before > cpuLimitMilliseconds)
          reject(unreadable(`its index could not be read in ${cpuLimitMilliseconds / 1000} s.`));
      }, CHECK_MILLISECONDS);
      worker.once('message', resolve);
      worker.once('error', cause =>
        reject(unreadable(cause instanceof Error ? cause.message : String(cause), cause)),
      );
      worker.once('exit', () => reject(unreadable('reading it ended early.')));
      worker.postMessage(path);
    });
    if ('refusal' in answer) throw new DirectorError(answer.refusal.code, answer.refusal.message);
    sound = true;
    return answer.info;
  } finally {
    clearInterval(timer);
    // By name: the thread's own listeners keep its port going.
    for (const name of ['message', 'error', 'exit']) worker.removeAllListeners(name);
    if (sound && !spare) keepWorker(worker);
    else await worker.terminate();
  }
}

/** What the thread has computed; 0 where that is not known. */
async function cpuMilliseconds(worker: Worker): Promise<number> {
  try {
    const { user, system } = await worker.cpuUsage();
    return (user + system) / 1000;
  } catch {
    // It has ended, or this Node has no such function.
    return 0;
  }
}
