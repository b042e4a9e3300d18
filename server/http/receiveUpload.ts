import { once } from 'node:events';
import type { Readable } from 'node:stream';
import busboy from 'busboy';
import type { Request } from 'express';
import { DirectorError } from '../../engine/errors.ts';
import type { FileStore } from '../files/fileStore.ts';
import { mediaTypeOf } from '../files/mediaType.ts';
import type { NewUpload } from '../studio/studio.ts';
import { inspectUpload, type VideoFacts } from './inspectUpload.ts';

/** Twenty minutes of phone video; a GLB of eight million triangles. */
export const LARGEST_UPLOAD_BYTES = { video: 512 * 2 ** 20, world: 256 * 2 ** 20 };
const RAW = /^(?:video\/|image\/gif|model\/gltf-binary|application\/octet-stream)/i;

/**
 * Streams an upload to storage, by its first bytes a GLB or else a video, and looks into it before it is kept.
 * @param name what the file is called, where the body is the file; a form says it itself.
 * @throws INPUT_TOO_LARGE while it streams; CONTENT_TYPE_WRONG; REQUEST_INVALID; what inspectUpload throws. Nothing
 *   is kept then.
 */
export async function receiveUpload(
  request: Request,
  files: FileStore,
  name: string | undefined,
): Promise<NewUpload> {
  const type = request.headers['content-type'] ?? '';
  const most = Math.max(LARGEST_UPLOAD_BYTES.video, LARGEST_UPLOAD_BYTES.world);
  // A form adds its frame to the file.
  if (Number(request.headers['content-length'] ?? 0) > most + 2 ** 20) throw tooLarge('video');
  if (/^multipart\/form-data/i.test(type)) {
    const part = await openPart(request);
    return await keep(part.stream, part.name, files);
  }
  if (!RAW.test(type))
    throw new DirectorError(
      'CONTENT_TYPE_WRONG',
      `An upload cannot be '${type.slice(0, 100) || 'untyped'}'.`,
      {
        suggestion:
          'Send a form with a file, or the file itself as video/*, model/gltf-binary or application/octet-stream.',
      },
    );
  return await keep(request, name ?? 'upload', files);
}

async function keep(stream: Readable, sentName: string, files: FileStore): Promise<NewUpload> {
  const name = plainName(sentName);
  const head = await peek(stream, 4);
  if (head.length === 0) throw new DirectorError('INPUT_EMPTY', `${name} is empty.`);
  const kind = head.toString('latin1') === 'glTF' ? 'world' : 'video';
  // An assertion, because the assignment below happens where the compiler does not look.
  let found = null as VideoFacts | null;
  const file = await files.put(stream, name, LARGEST_UPLOAD_BYTES[kind], async path => {
    found = await inspectUpload(path, name, kind);
  });
  const typed = withExtension(name, kind, found?.container);
  return {
    name: typed,
    kind,
    file: { ...file, mediaType: mediaTypeOf(typed) },
    video: found?.video ?? null,
  };
}

/** The first file of a form, as a stream that is still arriving. */
function openPart(request: Request): Promise<{ stream: Readable; name: string }> {
  return new Promise((resolve, reject) => {
    let parser: busboy.Busboy;
    const refuse = (why: string, cause?: unknown) =>
      reject(new DirectorError('REQUEST_INVALID', `The form ${why}.`, { cause }));
    try {
      parser = busboy({
        headers: request.headers,
        defParamCharset: 'utf8',
        limits: { files: 1, fields: 20, fieldSize: 10_000, parts: 21, headerPairs: 100 },
      });
    } catch (cause) {
      refuse(`is not valid: ${(cause as Error).message}`, cause);
      return;
    }
    let file: Readable | undefined;
    parser.once('file', (_field, stream, { filename }) => {
      file = stream;
      // Until somebody reads it, an error of it would be nobody's and end the process.
      stream.on('error', () => undefined);
      resolve({ stream, name: filename ?? 'upload' });
    });
    parser.on('error', (cause: Error) => {
      refuse(`is not valid: ${cause.message}`, cause);
      file?.destroy(cause);
    });
    parser.once('finish', () => refuse('holds no file'));
    // A sender that goes away in the middle leaves the parser waiting forever.
    request.once('close', () => {
      if (!request.complete) parser.destroy(new Error('the sender has gone'));
    });
    request.pipe(parser);
  });
}

/** The first bytes of a stream, which stay in it. */
async function peek(stream: Readable, count: number): Promise<Buffer> {
  for (;;) {
    const head = (stream.read(count) ?? (stream.readableEnded ? null : undefined)) as
      | Buffer
      | null
      | undefined;
    if (head) {
      stream.unshift(head);
      return head;
    }
    if (head === null || stream.destroyed) return Buffer.alloc(0);
    await Promise.race([once(stream, 'readable'), once(stream, 'end'), once(stream, 'close')]).catch(
      cause => {
        throw new DirectorError('REQUEST_INVALID', `The upload broke off: ${(cause as Error).message}.`, {
          cause,
        });
      },
    );
  }
}

/** A name to show and to save under; never part of a path. */
function plainName(sent: string): string {
  const last = sent.replaceAll('\\', '/').split('/').at(-1) ?? '';
  const clean = last
    .toWellFormed()
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 200);
  return /^\.*$/.test(clean) ? 'upload' : clean;
}

const EXTENSIONS: [RegExp, string][] = [
  [/webm/i, '.webm'],
  [/matroska/i, '.mkv'],
  [/quicktime/i, '.mov'],
  [/gif/i, '.gif'],
];

/** What a file is decides what it is served as, not what its sender called it. */
function withExtension(name: string, kind: 'video' | 'world', container: string | undefined): string {
  const type = mediaTypeOf(name);
  if (kind === 'world') return type === 'model/gltf-binary' ? name : `${name}.glb`;
  if (type.startsWith('video/') || type === 'image/gif') return name;
  return name + (EXTENSIONS.find(([pattern]) => pattern.test(container ?? ''))?.[1] ?? '.mp4');
}

function tooLarge(kind: 'video' | 'world'): DirectorError {
  const limitBytes = LARGEST_UPLOAD_BYTES[kind];
  return new DirectorError('INPUT_TOO_LARGE', `The file has more than ${limitBytes / 2 ** 20} MiB.`, {
    details: { limitBytes },
  });
}
