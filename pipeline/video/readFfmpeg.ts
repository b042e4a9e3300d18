import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { throwIfCancelled } from '../../engine/progress.ts';
import { findFfmpeg } from './ffmpeg.ts';
import { openFrameSocket } from './frameSocket.ts';

export interface ReadOptions {
  frameBytes: number;
  /** Every frame comes in the same array, good until the next is asked for. */
  reuseArray: boolean;
  signal: AbortSignal | undefined;
}

/**
 * The frames that ffmpeg writes to its standard output, straight from the process: fluent-ffmpeg lays streams between, each
 * of which costs as much again.
 * @param args of ffmpeg, with pipe:1 as the output. Leaving the loop early, or the signal, kills it.
 * @throws FFMPEG_MISSING; CANCELLED; Error with its last words where it fails
 */
export async function* readFfmpeg(
  args: readonly string[],
  { frameBytes, reuseArray, signal }: ReadOptions,
): AsyncGenerator<Uint8Array> {
  throwIfCancelled(signal);
  const { path } = findFfmpeg();
  const socket = await openFrameSocket(frameBytes, reuseArray);
  const child = spawn(path, ['-nostdin', ...args], { stdio: ['ignore', socket?.writer ?? 'pipe', 'pipe'] });
  socket?.writer.destroy();
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (words: string) => {
    lastWords = words.split(/[\r\n]+/).findLast(line => line.trim() !== '') ?? lastWords;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // Whoever leaves early does not ask how it ended.
  ended.catch(() => undefined);
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  try {
    if (socket) yield* socket.frames();
    else if (child.stdout) yield* framesOf(child.stdout, frameBytes, reuseArray);
    const status = await ended;
    throwIfCancelled(signal);
    if (status !== 0) throw new Error(lastWords || `ffmpeg ended with status ${status}`);
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

async function* framesOf(
  pipe: Readable,
  frameBytes: number,
  reuseArray: boolean,
): AsyncGenerator<Uint8Array> {
  let array = new Uint8Array(frameBytes);
  let filled = 0;
  for await (const chunk of pipe as AsyncIterable<Uint8Array>)
    for (let offset = 0; offset < chunk.length; ) {
      const count = Math.min(chunk.length - offset, frameBytes - filled);
      array.set(chunk.subarray(offset, offset + count), filled);
      offset += count;
      filled += count;
      if (filled < frameBytes) continue;
      yield array;
      if (!reuseArray) array = new Uint8Array(frameBytes);
      filled = 0;
    }
}
