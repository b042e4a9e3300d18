import { PassThrough } from 'node:stream';
import { DirectorError } from '../../engine/errors.ts';
import { throwIfCancelled } from '../../engine/progress.ts';
import { ffmpegCommand, killOnAbort } from './ffmpeg.ts';

export const AUDIO_SAMPLE_RATE = 48_000;
export const AUDIO_CHANNELS = 2;
/** One channel goes to both sides at its own level, which ffmpeg's own mixing would lower by 3 dB, and with it what is clipped. */
const STEREO = 'pan=stereo|FL=FL+FC|FR=FR+FC';

/**
 * Decodes the first sound track to 48 kHz stereo, from the video's time 0 on: a track that starts later begins with silence.
 * @returns chunks of interleaved samples, full scale ±1; the caller owns each.
 * @throws VIDEO_UNREADABLE where the track cannot be decoded; FFMPEG_MISSING; CANCELLED
 */
export async function* decodeAudio(path: string, signal?: AbortSignal): AsyncGenerator<Float32Array> {
  throwIfCancelled(signal);
  const command = ffmpegCommand(path)
    .noVideo()
    .outputOptions(['-map', '0:a:0', '-flags', 'bitexact'])
    .audioFilters([`aresample=${AUDIO_SAMPLE_RATE}:async=1:first_pts=0`, STEREO])
    .audioCodec('pcm_f32le')
    .format('f32le');
  const output = new PassThrough();
  let complaint = '';
  command.on('stderr', (line: string) => {
    complaint = line;
  });
  command.on('error', (error: Error) => output.destroy(error));
  const stopListening = killOnAbort(command, signal);
  command.pipe(output, { end: true });
  const frameBytes = 4 * AUDIO_CHANNELS;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      throwIfCancelled(signal);
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const whole = bytes.length - (bytes.length % frameBytes);
      rest = bytes.subarray(whole);
      // A copy: floats need an aligned start.
      if (whole > 0) yield new Float32Array(Uint8Array.from(bytes.subarray(0, whole)).buffer);
    }
  } catch (cause) {
    throwIfCancelled(signal);
    throw new DirectorError(
      'VIDEO_UNREADABLE',
      `The sound of ${path} cannot be decoded: ${complaint || String(cause)}`,
      { cause },
    );
  } finally {
    stopListening();
    command.kill('SIGKILL');
  }
}
