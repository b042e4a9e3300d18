import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { DirectorError, toDirectorError } from '../../engine/errors.ts';
import { type ContainerAnswer, MOST_FRAMES, type VideoInfo } from './probeVideo.ts';

// Its one bundled file is there in a third of the time of its modules: every command waits for this thread.
const { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input }: typeof import('mediabunny') = createRequire(
  import.meta.url,
)('mediabunny');

/** H.264 of the profiles Baseline, Main and High, which know no other depth. */
const EIGHT_BITS = /^avc1\.(42|4d|64)/i;

async function readContainer(path: string): Promise<VideoInfo> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const format = await input.getFormat();
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new DirectorError('VIDEO_NO_PICTURE', `${path} has no video track.`);
    const codec = await track.getCodec();
    const rotationDegrees = await track.getRotation();
    const width = Math.round(await track.getDisplayWidth());
    const height = Math.round(await track.getDisplayHeight());
    const config = await track.getDecoderConfig();
    const [codedWidth, codedHeight] = [await track.getCodedWidth(), await track.getCodedHeight()];
    const sink = new EncodedPacketSink(track);
    const times: number[] = [];
    for await (const packet of sink.packets(undefined, undefined, { metadataOnly: true })) {
      times.push(packet.timestamp);
      if (times.length > MOST_FRAMES) break;
    }
    times.sort((a, b) => a - b);
    const first = times[0] ?? 0;
    const last = times.at(-1) ?? 0;
    // The index may promise pictures that a cut-off file no longer holds: the last one has to be there.
    const lastPacket = times.length > 0 ? await sink.getPacket(last) : null;
    if (times.length > 0 && (lastPacket === null || lastPacket.timestamp < last))
      throw new DirectorError(
        'VIDEO_UNREADABLE',
        `${path} is cut off: its index lists ${times.length} frames, and the file ends before the last.`,
        {
          suggestion: 'Copy or download the file again.',
        },
      );
    const durationSeconds = times.length > 1 ? ((last - first) * times.length) / (times.length - 1) : 0;
    return {
      path,
      container: format.name,
      codec: codec ?? 'unknown',
      width,
      height,
      timesSeconds: Float64Array.from(times, time => time - first),
      durationSeconds,
      framesPerSecond: durationSeconds > 0 ? times.length / durationSeconds : 0,
      hasAudio: (await input.getPrimaryAudioTrack()) !== null,
      rotationDegrees,
      videoRangeLuma:
        EIGHT_BITS.test(config?.codec ?? '') &&
        config?.colorSpace?.fullRange === false &&
        Math.min(width, height) === Math.min(codedWidth, codedHeight) &&
        Math.max(width, height) === Math.max(codedWidth, codedHeight) &&
        width % 2 === 0 &&
        height % 2 === 0,
    };
  } catch (cause) {
    if (cause instanceof DirectorError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DirectorError('VIDEO_UNREADABLE', `${path} is not a readable video: ${reason}`, { cause });
  } finally {
    input.dispose();
  }
}

parentPort?.on('message', async (path: string) => {
  const answer: ContainerAnswer = await readContainer(path).then(
    info => ({ info }),
    (thrown: unknown) => {
      const { code, message } = toDirectorError(thrown);
      return { refusal: { code, message } };
    },
  );
  parentPort?.postMessage(answer);
});
