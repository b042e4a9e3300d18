import { DirectorError } from '../../errors.ts';

/** PLY 1.0 (Turk 1994), binary little-endian, scalar properties. */

export interface PlyProperty {
  name: string;
  type: PlyType;
  /** Bytes from the start of a row. */
  offset: number;
}

export interface PlyElement {
  name: string;
  count: number;
  /** By name. */
  properties: Map<string, PlyProperty>;
  rowBytes: number;
  /** Byte of the file at which the first row starts. */
  start: number;
}

export interface PlyHeader {
  elements: Map<string, PlyElement>;
  comments: string[];
}

type PlyType = keyof typeof READ;

const READ = {
  char: { bytes: 1, get: (view: DataView, at: number) => view.getInt8(at) },
  uchar: { bytes: 1, get: (view: DataView, at: number) => view.getUint8(at) },
  short: { bytes: 2, get: (view: DataView, at: number) => view.getInt16(at, true) },
  ushort: { bytes: 2, get: (view: DataView, at: number) => view.getUint16(at, true) },
  int: { bytes: 4, get: (view: DataView, at: number) => view.getInt32(at, true) },
  uint: { bytes: 4, get: (view: DataView, at: number) => view.getUint32(at, true) },
  float: { bytes: 4, get: (view: DataView, at: number) => view.getFloat32(at, true) },
  double: { bytes: 8, get: (view: DataView, at: number) => view.getFloat64(at, true) },
} as const;

const ALIASES: Record<string, PlyType> = {
  int8: 'char',
  uint8: 'uchar',
  int16: 'short',
  uint16: 'ushort',
  int32: 'int',
  uint32: 'uint',
  float32: 'float',
  float64: 'double',
};

/** A Gaussian with harmonics of degree 3 has 62 properties in about 1.5 kB; more is no header. */
const MAX_HEADER_BYTES = 65_536;
const END = 'end_header\n';

/**
 * Reads the header and holds it against the file's length; nothing is allocated by what it claims.
 * @param name what the file is called in messages
 * @throws WORLD_UNREADABLE (no PLY, cut off), WORLD_UNSUPPORTED (text or big-endian, lists)
 */
export function readPlyHeader(bytes: Uint8Array, name: string): PlyHeader {
  const unreadable = (why: string) =>
    new DirectorError('WORLD_UNREADABLE', `${name} ${why}.`, {
      suggestion: 'Give a whole binary PLY file.',
    });
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, MAX_HEADER_BYTES)).replaceAll('\r\n', '\n');
  if (!head.startsWith('ply\n')) throw unreadable('is no PLY file');
  const end = head.indexOf(END);
  if (end < 0) throw unreadable('has no end of its PLY header');
  const carriageReturns = countCarriageReturns(bytes, end + END.length);
  const elements = new Map<string, PlyElement>();
  const comments: string[] = [];
  let format: string | undefined;
  let last: PlyElement | undefined;
  let start = end + END.length + carriageReturns;
  for (const line of head.slice(0, end).split('\n').slice(1)) {
    const words = line.trim().split(/\s+/);
    if (words[0] === 'format') format = words[1];
    else if (words[0] === 'comment') comments.push(line.slice('comment'.length).trim());
    else if (words[0] === 'element') {
      const count = Number(words[2]);
      if (words.length !== 3 || !/^\d{1,15}$/.test(words[2])) throw unreadable('counts an element wrongly');
      if (last) start += last.count * last.rowBytes;
      last = { name: words[1], count, properties: new Map(), rowBytes: 0, start };
      elements.set(last.name, last);
    } else if (words[0] === 'property') {
      if (!last) throw unreadable('has a property before any element');
      if (words[1] === 'list')
        throw new DirectorError('WORLD_UNSUPPORTED', `${name} has lists (${words[4]}), which are not read.`, {
          suggestion: 'Give a PLY of points or Gaussians; a mesh goes in as .glb.',
        });
      const type = ALIASES[words[1]] ?? words[1];
      if (!Object.hasOwn(READ, type) || words.length !== 3) throw unreadable(`has an unknown property type`);
      last.properties.set(words[2], { name: words[2], type: type as PlyType, offset: last.rowBytes });
      last.rowBytes += READ[type as PlyType].bytes;
    } else if (words[0] !== 'obj_info' && words[0] !== '') throw unreadable('has an unknown header line');
  }
  if (format !== 'binary_little_endian')
    throw new DirectorError('WORLD_UNSUPPORTED', `${name} is a PLY of format ${format ?? 'none'}.`, {
      suggestion: 'Save it as binary little-endian PLY.',
    });
  const needed = last ? last.start + last.count * last.rowBytes : start;
  if (needed > bytes.length)
    throw unreadable(`is cut off: its header asks for ${needed} bytes and it has ${bytes.length}`);
  return { elements, comments };
}

/** Windows line ends were dropped from the text; the file still has them. */
function countCarriageReturns(bytes: Uint8Array, textLength: number): number {
  let seen = 0;
  for (let at = 0; at < textLength + seen && at < bytes.length; at++)
    if (bytes[at] === 13 && bytes[at + 1] === 10) seen++;
  return seen;
}

/**
 * One property of all rows, into an array of the caller's.
 * @param into value i goes to into[first + i · step]
 */
export function readPlyColumn(
  bytes: Uint8Array,
  element: PlyElement,
  property: PlyProperty,
  into: Float32Array | Float64Array | Uint8Array | Int32Array,
  first = 0,
  step = 1,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { get } = READ[property.type];
  let at = element.start + property.offset;
  for (let i = 0; i < element.count; i++, at += element.rowBytes) into[first + i * step] = get(view, at);
}
