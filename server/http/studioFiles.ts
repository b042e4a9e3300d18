import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';
import { TRANSCODER_POLICY } from './securityHeaders.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.ico': 'image/x-icon',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
const PACKABLE = new Set(['.html', '.js', '.css', '.svg', '.json', '.wasm', '.webmanifest', '.ico']);
/** Below it the frame of a packed file outweighs what is saved. */
const LEAST_PACKED_BYTES = 1024;
/** Good enough for files that are packed once, and ten times quicker than the best. */
const BROTLI_QUALITY = 5;
/** The studio's own addresses: the page is the same, its script reads the address. */
const PAGES = /^\/(?:$|productions(?:\/|$)|worlds(?:\/|$)|watch(?:\/|$)|jobs(?:\/|$))/;
const TRANSCODER = /^\/assets\/basis\.worker-[\w-]+\.js$/;

interface BuiltFile {
  bytes: Buffer;
  tag: string;
  packed: Map<'br' | 'gzip', Promise<Buffer>>;
}

interface Build {
  /** Of index.html: a build that ran again is noticed. */
  modified: number;
  files: Map<string, BuiltFile>;
}

/**
 * Serves the built studio from memory: only what was found in the folder is ever looked up, so no address leads
 * anywhere else. Packed once per file; hashed assets are kept by browsers for good, the page is asked for each time.
 */
export function studioFiles(folder: string): RequestHandler {
  let build: Build | undefined;
  const current = async (): Promise<Build | undefined> => {
    const status = await stat(join(folder, 'index.html')).catch(() => undefined);
    if (!status) return undefined;
    if (build?.modified !== status.mtimeMs)
      build = { modified: status.mtimeMs, files: await readFolder(folder) };
    return build;
  };
  return async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    const isPage = PAGES.test(request.path);
    const found = await current();
    if (!found) {
      if (!isPage) return next();
      response.status(503).type('html').send(NOT_BUILT);
      return;
    }
    // An address that a person mistyped: the studio says so, and is the way back. Programs are answered as by the API.
    const isMistyped = !found.files.has(request.path) && asksForPage(request);
    const path = isPage || isMistyped ? '/index.html' : request.path;
    const file = found.files.get(path);
    if (!file) return next();
    if (isMistyped && !isPage) response.status(404);
    response.setHeader(
      'Cache-Control',
      path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    );
    if (TRANSCODER.test(path)) response.setHeader('Content-Security-Policy', TRANSCODER_POLICY);
    await send(request, response, file, extname(path));
  };
}

function asksForPage({ path, headers }: Request): boolean {
  return extname(path) === '' && (headers.accept?.includes('text/html') ?? false);
}

async function readFolder(folder: string): Promise<Map<string, BuiltFile>> {
  const files = new Map<string, BuiltFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    const tag = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    files.set(path.slice(join(folder, '/').length - 1).replaceAll('\\', '/'), {
      bytes,
      tag,
      packed: new Map(),
    });
  }
  return files;
}

async function send(request: Request, response: Response, file: BuiltFile, extension: string): Promise<void> {
  const packable = PACKABLE.has(extension) && file.bytes.length >= LEAST_PACKED_BYTES;
  const encoding = packable ? request.acceptsEncodings('br', 'gzip', 'identity') : 'identity';
  response.setHeader('Content-Type', TYPES[extension] ?? 'application/octet-stream');
  if (packable) response.setHeader('Vary', 'Accept-Encoding');
  const tag = `"${file.tag}${encoding === 'br' || encoding === 'gzip' ? `-${encoding}` : ''}"`;
  response.setHeader('ETag', tag);
  if (request.headers['if-none-match'] === tag) {
    response.status(304).end();
    return;
  }
  let bytes = file.bytes;
  if (encoding === 'br' || encoding === 'gzip') {
    bytes = await pack(file, encoding);
    response.setHeader('Content-Encoding', encoding);
  }
  response.setHeader('Content-Length', bytes.length);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** On libuv's threads, once for each file and encoding. */
function pack(file: BuiltFile, encoding: 'br' | 'gzip'): Promise<Buffer> {
  const made =
    file.packed.get(encoding) ??
    (encoding === 'gzip'
      ? promisify(gzip)(file.bytes)
      : promisify(brotliCompress)(file.bytes, {
          params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
        }));
  file.packed.set(encoding, made);
  return made;
}

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Sora Director: the studio is not built</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem}code{font-size:1.05em}</style>
<h1>The studio is not built</h1>
<p>The server runs, but <code>build/web</code> is missing. Run <code>npm run prepare</code> where Sora Director lies, and
load this page again; the server need not be started anew.</p>
<p>The API works without it: <a href="/api/docs">/api/docs</a>.</p></html>
`;
