import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { DirectorError } from '../../errors.ts';
import {
  checkSplatCount,
  checkSplats,
  createSplatCloud,
  normalizeRotations,
  type SplatCloud,
} from './splatCloud.ts';
import {
  SMALLEST_THREE_STEPS,
  SPZ_COLOR_SCALE,
  SPZ_HEADER_BYTES,
  SPZ_MAGIC,
  SQRT_HALF,
  spzAttributeBytes,
} from './spzLayout.ts';

interface SpzHeader {
  version: number;
  count: number;
  shDegree: number;
  fractionalBits: number;
}

/** Enough compressed bytes for the header; they cannot blow up to more than 1032 times as many. */
const PEEK_BYTES = 512;
const EXTENSIONS_FLAG = 2;
const GZIP_MAGIC = 0x8b1f;
/** Version 4: this header, then a table of the compressed and the plain length of each attribute's zstd stream. */
const V4_HEADER_BYTES = 32;
const V4_ROW_BYTES = 16;

/**
 * Reads SPZ of versions 2 and 3 (gzipped or plain) and 4 (a zstd stream per attribute). Axes are RUB as the
 * specification has it. Memory is bounded by the count in the header, which is checked before anything is unpacked, and
 * by what is really there.
 * @param name what the file is called in messages
 * @throws WORLD_UNREADABLE (no SPZ, cut off, more in it than its header says), WORLD_UNSUPPORTED (another version,
 *   extensions), WORLD_INVALID, WORLD_EMPTY, WORLD_TOO_LARGE
 */
export function readSpz(bytes: Uint8Array, name: string): SplatCloud {
  if (bytes.length < 8) throw unreadable(name, 'is too short for an SPZ file');
  const magic = new DataView(bytes.buffer, bytes.byteOffset).getUint16(0, true);
  const isGzip = magic === GZIP_MAGIC;
  const start = isGzip ? gunzip(bytes.subarray(0, PEEK_BYTES), name, PEEK_BYTES * 1100, true) : bytes;
  const header = readHeader(start, name);
  const sizes = spzAttributeBytes(header.version, header.shDegree).map(size => size * header.count);
  const parts =
    header.version >= 4 && !isGzip
      ? unpackStreams(bytes, sizes, name)
      : splitAttributes(bytes, sizes, isGzip, name);
  // Only now: a header alone must not claim memory.
  const cloud = createSplatCloud(header.count, header.shDegree, name);
  decode(cloud, header, parts);
  checkSplats(cloud, name);
  normalizeRotations(cloud);
  return cloud;
}

function unreadable(name: string, why: string, cause?: unknown): DirectorError {
  return new DirectorError('WORLD_UNREADABLE', `${name} ${why}.`, {
    suggestion: 'Give a whole .spz file.',
    cause,
  });
}

function gunzip(bytes: Uint8Array, name: string, mostBytes: number, partly = false): Uint8Array {
  try {
    return gunzipSync(bytes, {
      maxOutputLength: mostBytes,
      ...(partly ? { finishFlush: constants.Z_SYNC_FLUSH } : {}),
    });
  } catch (cause) {
    throw unreadable(name, whyUnpackingFailed(cause), cause);
  }
}

function whyUnpackingFailed(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    ? 'holds more than its header says'
    : 'does not unpack: it is damaged or cut off';
}

function readHeader(bytes: Uint8Array, name: string): SpzHeader {
  if (bytes.length < SPZ_HEADER_BYTES) throw unreadable(name, 'is too short for an SPZ file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== SPZ_MAGIC) throw unreadable(name, 'is no SPZ file');
  const header = {
    version: view.getUint32(4, true),
    count: view.getUint32(8, true),
    shDegree: view.getUint8(12),
    fractionalBits: view.getUint8(13),
  };
  if (header.version < 2 || header.version > 4)
    throw new DirectorError('WORLD_UNSUPPORTED', `${name} is SPZ of version ${header.version}.`, {
      suggestion: 'Save it as SPZ of version 2, 3 or 4, or as PLY.',
    });
  // Where extensions lie differs between releases of version 3.
  if (header.version < 4 && view.getUint8(14) & EXTENSIONS_FLAG)
    throw new DirectorError('WORLD_UNSUPPORTED', `${name} has SPZ extensions, which are not read.`, {
      suggestion: 'Save it without extensions, or as PLY.',
    });
  if (header.shDegree > 4 || header.fractionalBits > 23)
    throw new DirectorError(
      'WORLD_INVALID',
      `${name} claims harmonics of degree ${header.shDegree} and ${header.fractionalBits} fractional bits.`,
    );
  if (header.count === 0) throw new DirectorError('WORLD_EMPTY', `${name} has no Gaussians.`);
  checkSplatCount(header.count, header.shDegree, name);
  return header;
}

function splitAttributes(
  bytes: Uint8Array,
  sizes: readonly number[],
  isGzip: boolean,
  name: string,
): Uint8Array[] {
  const needed = sizes.reduce((sum, size) => sum + size, SPZ_HEADER_BYTES);
  const plain = isGzip ? gunzip(bytes, name, needed) : bytes;
  if (plain.length !== needed)
    throw unreadable(name, `has ${plain.length} bytes where its header asks for ${needed}`);
  let at = SPZ_HEADER_BYTES;
  return sizes.map(size => {
    at += size;
    return plain.subarray(at - size, at);
  });
}

function unpackStreams(bytes: Uint8Array, sizes: readonly number[], name: string): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < V4_HEADER_BYTES) throw unreadable(name, 'is cut off');
  const wanted = sizes.filter(size => size > 0);
  const table = view.getUint32(16, true);
  if (view.getUint8(15) !== wanted.length)
    throw unreadable(name, 'has other attributes than its header says');
  let at = table + V4_ROW_BYTES * wanted.length;
  if (table < V4_HEADER_BYTES || at > bytes.length) throw unreadable(name, 'is cut off');
  const parts = wanted.map((size, i) => {
    const row = table + V4_ROW_BYTES * i;
    const packed = Number(view.getBigUint64(row, true));
    const plain = Number(view.getBigUint64(row + 8, true));
    if (plain !== size || packed > bytes.length - at)
      throw unreadable(name, 'has attributes of another length than its header says, or is cut off');
    try {
      const part = zstdDecompressSync(bytes.subarray(at, at + packed), { maxOutputLength: size });
      if (part.length !== size) throw unreadable(name, 'has attributes that are cut off');
      return part;
    } catch (cause) {
      if (cause instanceof DirectorError) throw cause;
      throw unreadable(name, whyUnpackingFailed(cause), cause);
    } finally {
      at += packed;
    }
  });
  // Without harmonics there is no stream for them.
  return sizes.map(size => (size > 0 ? (parts.shift() ?? new Uint8Array(0)) : new Uint8Array(0)));
}

function decode(
  cloud: SplatCloud,
  { version, fractionalBits }: SpzHeader,
  [positions, alphas, colors, scales, rotations, sh]: readonly Uint8Array[],
): void {
  const step = 2 ** -fractionalBits;
  for (let i = 0; i < cloud.positions.length; i++) {
    const fixed = positions[3 * i] | (positions[3 * i + 1] << 8) | (positions[3 * i + 2] << 16);
    // The 24th bit is the sign.
    cloud.positions[i] = ((fixed << 8) >> 8) * step;
  }
  for (let i = 0; i < cloud.count; i++) cloud.opacities[i] = alphas[i] / 255;
  for (let i = 0; i < cloud.colors.length; i++) cloud.colors[i] = (colors[i] / 255 - 0.5) / SPZ_COLOR_SCALE;
  for (let i = 0; i < cloud.logScales.length; i++) cloud.logScales[i] = scales[i] / 16 - 10;
  for (let i = 0; i < cloud.count; i++)
    if (version >= 3) readSmallestThree(rotations, 4 * i, cloud.rotations);
    else readFirstThree(rotations, 3 * i, cloud.rotations, 4 * i);
  for (let i = 0; i < cloud.sh.length; i++) cloud.sh[i] = (sh[i] - 128) / 128;
}

function readSmallestThree(packed: Uint8Array, at: number, rotations: Float32Array): void {
  let bits = packed[at] | (packed[at + 1] << 8) | (packed[at + 2] << 16) | (packed[at + 3] << 24);
  const largest = bits >>> 30;
  let rest = 1;
  for (let k = 3; k >= 0; k--) {
    if (k === largest) continue;
    const magnitude = (SQRT_HALF * (bits & SMALLEST_THREE_STEPS)) / SMALLEST_THREE_STEPS;
    rotations[at + k] = bits & 512 ? -magnitude : magnitude;
    rest -= magnitude * magnitude;
    bits >>>= 10;
  }
  rotations[at + largest] = Math.sqrt(Math.max(0, rest));
}

/** Version 2: x, y and z of the quaternion with w ≥ 0. */
function readFirstThree(packed: Uint8Array, from: number, rotations: Float32Array, to: number): void {
  let rest = 1;
  for (let k = 0; k < 3; k++) {
    const value = packed[from + k] / 127.5 - 1;
    rotations[to + k] = value;
    rest -= value * value;
  }
  rotations[to + 3] = Math.sqrt(Math.max(0, rest));
}
