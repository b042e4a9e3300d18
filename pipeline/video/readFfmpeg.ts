import { spawn } from 'node:child_process';
import { throwIfCancelled } from '../../engine/progress.ts';
import { findFfmpeg } from './ffmpeg.ts';

/**
 * What ffmpeg writes to its standard output, piece by piece, straight from the process: fluent-ffmpeg lays streams
 * between, each of which costs as much again, and frames are most of what is read.
 * @param args of ffmpeg, with pipe:1 as the output. Leaving the loop early, or the signal, kills it.
 * @throws FFMPEG_MISSING; CANCELLED; Error with its last words where it fails
 */
export async function* readFfmpeg(
  args: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  throwIfCancelled(signal);
  const child = spawn(findFfmpeg().path, ['-nostdin', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let lastWords = '';
  child.stderr.setEncoding('utf8').on('data', (words: string) => {
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
    yield* child.stdout as AsyncIterable<Uint8Array>;
    const status = await ended;
    throwIfCancelled(signal);
    if (status !== 0) throw new Error(lastWords || `ffmpeg ended with status ${status}`);
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
}
