import { DirectorError } from '../../engine/errors.ts';

/** What a GIF's blocks say of its pictures. */
export interface GifInfo {
  width: number;
  height: number;
  /** One per picture, seconds from the start. */
  timesSeconds: Float64Array;
  durationSeconds: number;
}

// Browsers and ffmpeg show pictures of 0 or 1 hundredths for a tenth of a second.
const SHORTEST_DELAY_HUNDREDTHS = 2;
const REPLACED_DELAY_HUNDREDTHS = 10;

/**
 * Walks a GIF's blocks without decoding pixels (GIF89a specification, sections 17–27).
 * @throws VIDEO_UNREADABLE where the blocks break off before the trailer or make no sense.
 */
export function readGif(bytes: Uint8Array): GifInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const broken = (what: string) => new DirectorError('VIDEO_UNREADABLE', `The GIF is damaged: ${what}.`);
  if (bytes.length < 13) throw broken('it ends inside its header');
  const width = view.getUint16(6, true);
  const height = view.getUint16(8, true);
  const colourTableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let offset = 13 + colourTableBytes(view.getUint8(10));
  const times: number[] = [];
  let now = 0;
  let delay = 0;
  const at = (index: number): number => {
    const value = bytes[index];
    if (value === undefined) throw broken('it breaks off before its end');
    return value;
  };
  const skipSubBlocks = () => {
    for (let size = at(offset++); size > 0; size = at(offset++)) offset += size;
  };
  for (;;) {
    const kind = at(offset++);
    if (kind === 0x3b) break;
    if (kind === 0x21) {
      if (at(offset++) === 0xf9) {
        const hundredths = at(offset + 2) | (at(offset + 3) << 8);
        delay = (hundredths < SHORTEST_DELAY_HUNDREDTHS ? REPLACED_DELAY_HUNDREDTHS : hundredths) / 100;
      }
      skipSubBlocks();
    } else if (kind === 0x2c) {
      offset += 8;
      offset += colourTableBytes(at(offset)) + 2;
      skipSubBlocks();
      times.push(now);
      now += delay || REPLACED_DELAY_HUNDREDTHS / 100;
    } else throw broken(`unknown block 0x${kind.toString(16)}`);
  }
  return { width, height, timesSeconds: Float64Array.from(times), durationSeconds: now };
}
