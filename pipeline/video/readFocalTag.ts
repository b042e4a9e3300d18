import { type FileHandle, open } from 'node:fs/promises';
import { DirectorError } from '../../engine/errors.ts';

/** Apple, "QuickTime metadata keys"; phones and camera apps of other makers write it too. */
const KEY = 'com.apple.quicktime.camera.focal_length.35mm_equivalent';
/** Lenses of phones and cameras lie well within; what lies beyond is an unset or damaged value. */
const LEAST_MILLIMETERS = 8;
const MOST_MILLIMETERS = 400;
/** A film has some dozens of boxes on the way to its metadata; a damaged one may claim millions. */
const MOST_BOXES = 4096;
/** Lists of keys take a few hundred bytes. */
const MOST_KEY_BYTES = 64 * 1024;
const MOST_KEYS = 1024;
const MOST_VALUE_BYTES = 64;

/** What a box holds lies from `start` up to `end` in the file. */
interface Box {
  start: number;
  end: number;
}

/** A file and how many more boxes may be opened in it. */
interface Reader {
  file: FileHandle;
  boxesLeft: number;
}

/**
 * The focal length, as 35 mm equivalent in millimetres, that an MP4 or MOV says it was filmed at: QuickTime metadata of a
 * track, else of the film. Written here because mediabunny reads no metadata of tracks. Only box headers on the way and
 * the values themselves are read.
 * @returns undefined where the file says nothing plausible, is damaged or is of another kind.
 * @throws INPUT_UNREADABLE where the file cannot be read
 */
export async function readFocalTag(path: string): Promise<number | undefined> {
  try {
    await using file = await open(path);
    const reader = { file, boxesLeft: MOST_BOXES };
    const whole = { start: 0, end: (await file.stat()).size };
    for (const film of await children(reader, whole, 'moov'))
      for (const way of [['trak', 'meta'], ['meta'], ['udta', 'meta']]) {
        const millimeters = await firstTag(reader, film, way);
        if (millimeters !== undefined) return millimeters;
      }
    return undefined;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DirectorError('INPUT_UNREADABLE', `${path} cannot be read: ${why}`, { cause });
  }
}

/** The first plausible tag in the boxes that lie so deep in one. */
async function firstTag(reader: Reader, box: Box, way: readonly string[]): Promise<number | undefined> {
  const [type, ...rest] = way;
  if (type === undefined) return tagOf(reader, box);
  for (const child of await children(reader, box, type)) {
    const millimeters = await firstTag(reader, child, rest);
    if (millimeters !== undefined) return millimeters;
  }
  return undefined;
}

/** Boxes of a type directly in another; those before the first broken header, where there is one. */
async function children(reader: Reader, { start, end }: Box, wanted: string): Promise<Box[]> {
  const found: Box[] = [];
  for (let at = start; at + 8 <= end && reader.boxesLeft > 0; reader.boxesLeft--) {
    const header = await read(reader, at, Math.min(16, end - at));
    if (header.length < 8) break;
    const short = header.readUInt32BE(0);
    if (short === 1 && header.length < 16) break;
    // A size of 1 stands for 64 bits that follow, of 0 for all that is left (ISO/IEC 14496-12, 4.2).
    const headerBytes = short === 1 ? 16 : 8;
    const size = short === 1 ? Number(header.readBigUInt64BE(8)) : short === 0 ? end - at : short;
    if (size < headerBytes || size > end - at) break;
    const type = header.toString('latin1', 4, 8);
    if (type === wanted) found.push({ start: at + headerBytes, end: at + size });
    at += size;
  }
  return found;
}

async function tagOf(reader: Reader, meta: Box): Promise<number | undefined> {
  // MPEG-4 begins the box with a version and flags, all zero; QuickTime goes straight to its first box.
  const first = await read(reader, meta.start, 4);
  const isFull = first.length === 4 && first.readUInt32BE(0) === 0;
  const content = isFull ? { ...meta, start: meta.start + 4 } : meta;
  for (const keys of await children(reader, content, 'keys')) {
    const index = indexOfKey(await read(reader, keys.start, Math.min(MOST_KEY_BYTES, keys.end - keys.start)));
    if (index === undefined) continue;
    for (const list of await children(reader, content, 'ilst'))
      for (const item of await children(reader, list, index))
        for (const data of await children(reader, item, 'data')) {
          const bytes = await read(reader, data.start, Math.min(8 + MOST_VALUE_BYTES, data.end - data.start));
          const value = bytes.length > 8 ? numberOf(bytes.readUInt32BE(0), bytes.subarray(8)) : Number.NaN;
          if (value >= LEAST_MILLIMETERS && value <= MOST_MILLIMETERS) return value;
        }
  }
  return undefined;
}

/** Where the key stands among the keys, from 1, as the type of the item that has its value. */
function indexOfKey(keys: Buffer): string | undefined {
  let at = 8;
  for (let index = 1; index <= MOST_KEYS && at + 8 <= keys.length; index++) {
    const size = keys.readUInt32BE(at);
    if (size < 8 || size > keys.length - at) return undefined;
    if (keys.toString('latin1', at + 4, at + size) === `mdta${KEY}`) {
      const type = Buffer.alloc(4);
      type.writeUInt32BE(index);
      return type.toString('latin1');
    }
    at += size;
  }
  return undefined;
}

/** A value by its well-known type (QuickTime File Format, "Well-known types"); NaN for what is no number. */
function numberOf(type: number, value: Buffer): number {
  const { length } = value;
  const isWhole = length <= 4 || length === 8;
  switch (type) {
    case 1: {
      const text = /^\s*(\d+(?:\.\d+)?)\s*(?:mm)?[\s\0]*$/i.exec(value.toString('utf8'));
      return text ? Number(text[1]) : Number.NaN;
    }
    case 21:
    case 65:
    case 66:
    case 67:
      if (!isWhole) return Number.NaN;
      return length === 8 ? Number(value.readBigInt64BE()) : value.readIntBE(0, length);
    case 22:
      if (!isWhole) return Number.NaN;
      return length === 8 ? Number(value.readBigUInt64BE()) : value.readUIntBE(0, length);
    case 23:
      return length === 4 ? value.readFloatBE() : Number.NaN;
    case 24:
      return length === 8 ? value.readDoubleBE() : Number.NaN;
    default:
      return Number.NaN;
  }
}

async function read({ file }: Reader, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}
