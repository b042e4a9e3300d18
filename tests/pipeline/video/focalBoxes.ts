import { readFile, writeFile } from 'node:fs/promises';

const KEY = 'com.apple.quicktime.camera.focal_length.35mm_equivalent';

export function box(type: string | number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.length);
  if (typeof type === 'number') header.writeUInt32BE(type, 4);
  else header.write(type, 4, 'latin1');
  return Buffer.concat([header, content]);
}

export function bytesOf(...words: number[]): Buffer {
  const bytes = Buffer.alloc(4 * words.length);
  words.forEach((word, i) => {
    bytes.writeUInt32BE(word, 4 * i);
  });
  return bytes;
}

export interface Tag {
  /** Well-known type of the value. */
  type: number;
  value: Uint8Array;
}

export const textTag = (text: string): Tag => ({ type: 1, value: Buffer.from(text) });

/** A meta box whose second key is the focal length, as QuickTime writes it (plain) or as MPEG-4 does (full). */
export function focalMeta({ type, value }: Tag, isFull = false): Buffer {
  const keys = ['com.apple.quicktime.camera.lens_model', KEY].map(name => box('mdta', Buffer.from(name)));
  const item = (index: number, tag: Tag) => box(index, box('data', bytesOf(tag.type, 0), tag.value));
  return box(
    'meta',
    ...(isFull ? [bytesOf(0)] : []),
    box('hdlr', bytesOf(0, 0), Buffer.from('mdta'), bytesOf(0, 0, 0), Buffer.alloc(1)),
    box('keys', bytesOf(0, keys.length), ...keys),
    box('ilst', item(1, textTag('iPhone 13 back camera')), item(2, { type, value })),
  );
}

/** Puts a box at the end of the film (or of its only track) of an MP4 whose index stands before its pictures. */
export async function spliceIntoFilm(
  from: string,
  to: string,
  added: Uint8Array,
  where: 'film' | 'track',
): Promise<void> {
  const bytes = await readFile(from);
  const startOf = (type: string) => bytes.indexOf(type) - 4;
  const grow = (start: number) => bytes.writeUInt32BE(bytes.readUInt32BE(start) + added.length, start);
  const parent = startOf(where === 'film' ? 'moov' : 'trak');
  const at = parent + bytes.readUInt32BE(parent);
  grow(startOf('moov'));
  if (where === 'track') grow(startOf('trak'));
  // All pictures move by as much: version and flags, count, then an offset for each chunk (ISO/IEC 14496-12, 8.7.5).
  const offsets = startOf('stco') + 16;
  for (let i = 0; i < bytes.readUInt32BE(offsets - 4); i++) grow(offsets + 4 * i);
  await writeFile(to, Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)]));
}
