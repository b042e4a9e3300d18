import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import createCommand, { type FfmpegCommand } from 'fluent-ffmpeg';
import { DirectorError } from '../../engine/errors.ts';

/** The one door to ffmpeg: nothing else in the product knows fluent-ffmpeg or where the executable lies. */
export interface FfmpegLocation {
  path: string;
  source: 'FFMPEG_PATH' | 'system' | 'bundled';
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * FFMPEG_PATH, else the system's, else the one inside the npm package.
 * @throws FFMPEG_MISSING where FFMPEG_PATH names nothing executable, or nothing is found at all.
 */
export function findFfmpeg(environment: NodeJS.ProcessEnv = process.env): FfmpegLocation {
  const named = environment['FFMPEG_PATH'];
  if (named) {
    if (!isExecutable(named))
      throw new DirectorError('FFMPEG_MISSING', `FFMPEG_PATH is ${named}, which cannot be executed.`);
    return { path: named, source: 'FFMPEG_PATH' };
  }
  const executable = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, executable);
    if (folder && isExecutable(path)) return { path, source: 'system' };
  }
  try {
    const bundled: { path: string } = createRequire(import.meta.url)('@ffmpeg-installer/ffmpeg');
    if (isExecutable(bundled.path)) return { path: bundled.path, source: 'bundled' };
  } catch (cause) {
    throw new DirectorError(
      'FFMPEG_MISSING',
      'No ffmpeg on this machine, and none is bundled for this platform.',
      { cause },
    );
  }
  throw new DirectorError('FFMPEG_MISSING', 'The bundled ffmpeg is not executable.');
}

/** First line of `ffmpeg -version`, and the year in its copyright line, by which doctor knows an old build. */
export async function readFfmpegVersion(
  path: string,
): Promise<{ version: string; year: number | undefined }> {
  const { stdout } = await promisify(execFile)(path, ['-hide_banner', '-version']);
  const year = /Copyright \(c\) \d{4}-(\d{4})/.exec(stdout)?.[1];
  return { version: stdout.split('\n')[0] ?? '', year: year ? Number(year) : undefined };
}

/** A command of the found ffmpeg. */
export function ffmpegCommand(input: string | NodeJS.ReadableStream): FfmpegCommand {
  // fluent-ffmpeg's types name the concrete stream class; every readable stream works.
  const command = createCommand(input as string);
  command.setFfmpegPath(findFfmpeg().path);
  return command;
}

/** Kills the command when the signal fires; the returned function stops listening. */
export function killOnAbort(command: FfmpegCommand, signal: AbortSignal | undefined): () => void {
  const kill = () => command.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  return () => signal?.removeEventListener('abort', kill);
}
