import { DirectorError } from '../../errors.ts';

/** A glTF file taken apart but not believed yet: JSON of unknown shape and the GLB's binary chunk. */
export interface GltfContainer {
  json: unknown;
  /** The GLB's BIN chunk, a view into the input. */
  binaryChunk?: Uint8Array;
}

const GLB_MAGIC = 0x46546c67; // 'glTF', little endian
const CHUNK_JSON = 0x4e4f534a;
const CHUNK_BIN = 0x004e4942;
const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

/**
 * Splits a .glb or .gltf file (glTF 2.0, section 4 'GLB File Format Specification').
 * Throws INPUT_EMPTY, WORLD_UNREADABLE (not glTF, truncated) or WORLD_UNSUPPORTED (another GLB version).
 */
export function parseContainer(bytes: Uint8Array, name: string): GltfContainer {
  if (bytes.byteLength === 0) throw new DirectorError('INPUT_EMPTY', `${name} is empty.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength >= 4 && view.getUint32(0, true) === GLB_MAGIC) return parseGlb(bytes, view, name);
  return { json: parseJson(bytes, name) };
}

function parseGlb(bytes: Uint8Array, view: DataView, name: string): GltfContainer {
  if (bytes.byteLength < HEADER_BYTES)
    throw unreadable(name, `it ends after ${bytes.byteLength} bytes, inside the GLB header`);
  const version = view.getUint32(4, true);
  if (version !== 2)
    throw new DirectorError(
      'WORLD_UNSUPPORTED',
      `${name} is a GLB of version ${version}; version 2 is read.`,
      {
        suggestion: 'Export the world as glTF 2.0.',
        details: { version },
      },
    );
  const length = view.getUint32(8, true);
  if (length > bytes.byteLength)
    throw unreadable(
      name,
      `it is cut off: the header promises ${length} bytes and there are ${bytes.byteLength}`,
    );
  let json: unknown;
  let binaryChunk: Uint8Array | undefined;
  let offset = HEADER_BYTES;
  for (let chunk = 0; offset < length; chunk++) {
    if (offset + CHUNK_HEADER_BYTES > length) throw unreadable(name, `chunk ${chunk} has no complete header`);
    const chunkLength = view.getUint32(offset, true);
    const type = view.getUint32(offset + 4, true);
    const start = offset + CHUNK_HEADER_BYTES;
    if (start + chunkLength > length)
      throw unreadable(name, `chunk ${chunk} reaches past the end of the file`);
    const data = bytes.subarray(start, start + chunkLength);
    if (chunk === 0) {
      if (type !== CHUNK_JSON) throw unreadable(name, 'its first chunk is not JSON');
      json = parseJson(data, name);
    } else if (chunk === 1 && type === CHUNK_BIN) binaryChunk = data;
    offset = start + chunkLength;
  }
  if (json === undefined) throw unreadable(name, 'it holds no JSON chunk');
  return binaryChunk ? { json, binaryChunk } : { json };
}

function parseJson(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    const why = cause instanceof SyntaxError ? printable(cause.message) : 'its text is not UTF-8';
    throw new DirectorError('WORLD_UNREADABLE', `${name} is not glTF: ${why}.`, { cause });
  }
}

/** The parser quotes the file's text, which may hold control characters. */
function printable(message: string): string {
  return message.replace(/[^\x20-\x7e]+/g, ' ');
}

function unreadable(name: string, why: string): DirectorError {
  return new DirectorError('WORLD_UNREADABLE', `${name} cannot be read as GLB: ${why}.`);
}

const DATA_URI = /^data:([^,;]*)((?:;[^,;]*)*),/i;

/** The bytes and media type of a data: URI, or undefined where the URI is of another kind. Throws WORLD_INVALID where it is broken. */
export function decodeDataUri(
  uri: string,
  what: string,
): { bytes: Uint8Array; mediaType: string } | undefined {
  const match = DATA_URI.exec(uri);
  if (!match) {
    if (/^data:/i.test(uri)) throw new DirectorError('WORLD_INVALID', `${what} has a broken data: URI.`);
    return undefined;
  }
  const body = uri.slice(match[0].length);
  const mediaType = (match[1] ?? '').toLowerCase();
  try {
    if (!/;base64$/i.test(match[2] ?? ''))
      return { bytes: new TextEncoder().encode(decodeURIComponent(body)), mediaType };
    const text = atob(body);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return { bytes, mediaType };
  } catch (cause) {
    throw new DirectorError('WORLD_INVALID', `${what} has a data: URI that does not decode.`, { cause });
  }
}
