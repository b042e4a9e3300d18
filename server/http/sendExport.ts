import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { ZipFile } from 'yazl';
import type { FileStore, StoredFile } from '../files/fileStore.ts';
import { disposition } from './sendFile.ts';

/** Formats that are packed in themselves. */
const PACKED = /^(?:video|image)\//;
/** Zips hold a time per entry; one that never changes keeps equal exports equal. */
const ENTRY_TIME = new Date(Date.UTC(2000, 0, 1));

/** Streams files as a zip below one folder, opening one after another, so that memory does not grow with it. */
export async function sendExport(
  response: Response,
  files: FileStore,
  folder: string,
  { production, files: entries }: { production: unknown; files: Record<string, StoredFile> },
): Promise<void> {
  const zip = new ZipFile();
  const manifest = Buffer.from(`${JSON.stringify(production, null, 2)}\n`);
  zip.addBuffer(manifest, `${folder}/production.json`, { mtime: ENTRY_TIME });
  for (const [path, { sha256, bytes, mediaType }] of Object.entries(entries)) {
    if (path === 'production.json') continue;
    zip.addReadStreamLazy(
      `${folder}/${path}`,
      { mtime: ENTRY_TIME, compress: !PACKED.test(mediaType), size: bytes },
      open => {
        files.read(sha256).then(
          stream => open(null, stream),
          (thrown: Error) => open(thrown, undefined as never),
        );
      },
    );
  }
  zip.end();
  response.setHeader('Content-Type', 'application/zip');
  response.setHeader('Content-Disposition', disposition(`${folder}.zip`, true));
  response.setHeader('Cache-Control', 'no-store');
  const output = zip.outputStream;
  zip.on('error', error =>
    (output as NodeJS.ReadableStream & { destroy(error: unknown): void }).destroy(error),
  );
  try {
    await pipeline(output, response);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw thrown;
  }
}
