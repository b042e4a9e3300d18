import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { DirectorError } from '../../engine/errors.ts';
import type { FileStore } from '../files/fileStore.ts';
import { mediaTypeOf } from '../files/mediaType.ts';
import { parseRange } from './parseRange.ts';
import { FILE_POLICY } from './securityHeaders.ts';

export interface SentFile {
  sha256: string;
  /** What it is saved as; gives the media type. */
  name: string;
  /** Whether the address names the content and so never changes what it gives. */
  immutable: boolean;
}

/**
 * Streams a stored file, or the range of it that is asked for, with what caches and players need.
 * `?download` in the address makes a browser save it.
 * @throws FILE_UNKNOWN; RANGE_INVALID
 */
export async function sendFile(
  request: Request,
  response: Response,
  files: FileStore,
  { sha256, name, immutable }: SentFile,
): Promise<void> {
  const { bytes } = await files.stat(sha256);
  const tag = `"${sha256}"`;
  response.setHeader('ETag', tag);
  response.setHeader('Cache-Control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('Content-Type', mediaTypeOf(name));
  response.setHeader('Content-Security-Policy', FILE_POLICY);
  response.setHeader('Content-Disposition', disposition(name, request.query['download'] !== undefined));
  if (holdsTag(request.headers['if-none-match'], tag)) {
    response.status(304).end();
    return;
  }
  const condition = request.headers['if-range'];
  const stale = condition !== undefined && condition !== tag;
  const range = stale ? undefined : parseRange(request.headers.range, bytes);
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${bytes}`);
    throw new DirectorError('RANGE_INVALID', `The file has ${bytes} bytes.`);
  }
  if (range) {
    response.status(206);
    response.setHeader('Content-Range', `bytes ${range.start}-${range.end}/${bytes}`);
  }
  response.setHeader('Content-Length', range ? range.end - range.start + 1 : bytes);
  if (request.method === 'HEAD' || bytes === 0) {
    response.end();
    return;
  }
  const stream = await files.read(sha256, range);
  try {
    await pipeline(stream, response);
  } catch (thrown) {
    // Players close the line whenever they seek.
    if ((thrown as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw thrown;
  }
}

function holdsTag(header: string | undefined, tag: string): boolean {
  return (header ?? '').split(',').some(each => {
    const plain = each.trim().replace(/^W\//, '');
    return plain === tag || plain === '*';
  });
}

/** RFC 6266: the name in UTF-8, and in plain letters for old clients. */
export function disposition(name: string, download: boolean): string {
  const whole = name.toWellFormed().replace(/\p{Cc}/gu, '_');
  const plain = whole.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(whole).replace(
    /['()*]/g,
    letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${download ? 'attachment' : 'inline'}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
