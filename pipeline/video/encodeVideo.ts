import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { DirectorError, toDirectorError } from '../../engine/errors.ts';
import { throwIfCancelled } from '../../engine/progress.ts';
import { ffmpegCommand, killOnAbort } from './ffmpeg.ts';

export interface EncodeOptions {
  /** Even. */
  width: number;
  /** Even. */
  height: number;
  framesPerSecond: number;
  signal?: AbortSignal | undefined;
}

/**
 * Encodes frames to an H.264 MP4 (BT.709, 4:2:0, CRF 17, a key frame each second). One x264 thread and bit-exact
 * flags, so that the same frames give the same bytes on any machine with the same ffmpeg. The file appears whole or not at all.
 * @param frames rgba, 4 bytes a pixel, sRGB, rows from the top, each width·height·4 bytes.
 * @throws USAGE for odd sizes, FFMPEG_MISSING, FFMPEG_FAILED, OUTPUT_UNWRITABLE, CANCELLED, and what `frames` throws.
 */
export async function encodeVideo(
  path: string,
  options: EncodeOptions,
  frames: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { width, height, framesPerSecond, signal } = options;
  if (width % 2 !== 0 || height % 2 !== 0)
    throw new DirectorError('USAGE', `H.264 needs even sides, not ${width}×${height}.`, {
      suggestion: 'Give an even --size, such as 640x360.',
    });
  throwIfCancelled(signal);
  const temporary = `${path}.${process.pid}.part`;
  let failure: unknown;
  async function* checked(): AsyncGenerator<Uint8Array> {
    try {
      for await (const frame of frames) {
        throwIfCancelled(signal);
        if (frame.length !== width * height * 4)
          throw new DirectorError(
            'INTERNAL',
            `A frame of ${frame.length} bytes is not ${width}×${height} rgba.`,
          );
        yield frame;
      }
    } catch (thrown) {
      failure = thrown;
      throw thrown;
    }
  }
  const source = Readable.from(checked(), { objectMode: false, highWaterMark: width * height * 8 });
  const lines: string[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const command = ffmpegCommand(source)
        .inputOptions([
          '-f',
          'rawvideo',
          '-pix_fmt',
          'rgba',
          '-s',
          `${width}x${height}`,
          '-r',
          String(framesPerSecond),
        ])
        .videoFilters('scale=out_color_matrix=bt709:out_range=tv')
        .outputOptions(['-sws_flags', 'bicubic+accurate_rnd+bitexact'])
        .outputOptions([
          '-c:v',
          'libx264',
          '-preset',
          'veryfast',
          '-crf',
          '17',
          '-pix_fmt',
          'yuv420p',
          '-threads',
          '1',
        ])
        .outputOptions([
          '-g',
          String(Math.max(1, Math.round(framesPerSecond))),
          '-colorspace',
          'bt709',
          '-color_primaries',
          'bt709',
          '-color_trc',
          'bt709',
        ])
        .outputOptions([
          '-fflags',
          '+bitexact',
          '-flags:v',
          '+bitexact',
          '-map_metadata',
          '-1',
          '-movflags',
          '+faststart',
        ])
        .format('mp4');
      const stopListening = killOnAbort(command, signal);
      command.on('stderr', (line: string) => {
        if (lines.push(line) > 20) lines.shift();
      });
      command.on('end', () => {
        stopListening();
        resolve();
      });
      command.on('error', (error: Error) => {
        stopListening();
        reject(error);
      });
      source.on('error', () => command.kill('SIGKILL'));
      command.save(temporary);
    });
    if (failure) throw failure;
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throwIfCancelled(signal);
    if (failure) throw toDirectorError(failure);
    const words = lines.join('\n');
    if (/No space left|Permission denied|Read-only|No such file or directory/i.test(words))
      throw new DirectorError('OUTPUT_UNWRITABLE', `Writing ${path} failed: ${lines.at(-1) ?? ''}`, {
        cause,
      });
    throw new DirectorError(
      'FFMPEG_FAILED',
      `ffmpeg could not write ${path}: ${lines.at(-1) ?? String(cause)}`,
      { cause },
    );
  }
}
