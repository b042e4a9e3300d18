import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DirectorError } from '../../engine/errors.ts';
import type { Drive } from './drive.ts';
import { fileKey } from './fileKey.ts';
import type { FileStore, StorageConfig, StoredFile } from './fileStore.ts';
import { createLocalDrive } from './localDrive.ts';
import { mediaTypeOf } from './mediaType.ts';

/** Opens the storage; nothing is read or made until it is used. */
export function createFileStore(config: StorageConfig): FileStore {
  let opened: Promise<Drive> | undefined;
  const drive = () => {
    opened ??= openDrive(config);
    return opened;
  };

  async function put(
    source: Readable,
    name: string,
    limitBytes = Number.POSITIVE_INFINITY,
    inspect?: (path: string) => Promise<void>,
  ) {
    const { incoming } = await drive();
    const temporary = join(incoming, randomUUID());
    try {
      await mkdir(incoming, { recursive: true }).catch(cause => {
        throw unwritable(incoming, cause);
      });
      const { sha256, bytes } = await writeHashed(source, temporary, limitBytes);
      await inspect?.(temporary);
      const key = fileKey(sha256);
      if ((await (await drive()).size(key)) !== bytes)
        await (await drive()).publish(temporary, key, bytes).catch(cause => {
          throw unwritable(key, cause);
        });
      return { sha256, bytes, mediaType: mediaTypeOf(name) } satisfies StoredFile;
    } finally {
      source.destroy();
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async function read(sha256: string, range?: { start: number; end: number }) {
    const stream = await (await drive()).open(fileKey(sha256), range);
    if (!stream) throw unknown(sha256);
    return stream;
  }

  return {
    put,
    read,
    async putFile(path) {
      const status = await stat(path).catch(() => undefined);
      if (!status?.isFile()) throw new DirectorError('INPUT_NOT_FOUND', `There is no file ${path}.`);
      return put(createReadStream(path), basename(path));
    },
    async stat(sha256) {
      const bytes = await (await drive()).size(fileKey(sha256));
      if (bytes === undefined) throw unknown(sha256);
      return { bytes };
    },
    async copyTo(sha256, path) {
      const source = await read(sha256);
      const temporary = join(dirname(path), `.${randomUUID()}.part`);
      try {
        await mkdir(dirname(path), { recursive: true });
        await pipeline(source, createWriteStream(temporary));
        await rename(temporary, path);
      } catch (cause) {
        throw unwritable(path, cause);
      } finally {
        source.destroy();
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
  };
}

async function openDrive(config: StorageConfig): Promise<Drive> {
  if (config.driver === 'local') return createLocalDrive(config.folder);
  // The S3 client is large; a server with a local folder never loads it.
  const { createS3Drive } = await import('./s3Drive.ts');
  return createS3Drive(config);
}

/** Writes what comes, hashing and counting on the way, and syncs it before it gets a name. */
async function writeHashed(source: Readable, path: string, limitBytes: number) {
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limitBytes)
        return done(
          new DirectorError('INPUT_TOO_LARGE', `The file has more than ${describeBytes(limitBytes)}.`, {
            details: { limitBytes },
          }),
        );
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const target = createWriteStream(path, { flush: true });
  let unwritten: unknown;
  target.once('error', error => {
    unwritten = error;
  });
  try {
    await pipeline(source, measure, target);
  } catch (thrown) {
    if (thrown instanceof DirectorError) throw thrown;
    // Whatever went wrong on the way in ends the target as well, but with the source's own error.
    if (thrown === unwritten && !source.errored) throw unwritable(path, thrown);
    throw new DirectorError(
      'INPUT_UNREADABLE',
      `The file broke off after ${bytes} bytes: ${(thrown as Error).message}.`,
      { suggestion: 'Send it again; nothing of it was kept.', cause: thrown },
    );
  }
  return { sha256: hash.digest('hex'), bytes };
}

function describeBytes(bytes: number): string {
  return bytes >= 2 ** 20 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${bytes} bytes`;
}

function unknown(sha256: string): DirectorError {
  return new DirectorError('FILE_UNKNOWN', `There is no file ${sha256}.`);
}

function unwritable(path: string, cause: unknown): DirectorError {
  if (cause instanceof DirectorError) return cause;
  return new DirectorError('OUTPUT_UNWRITABLE', `${path} could not be written: ${(cause as Error).message}`, {
    cause,
  });
}
