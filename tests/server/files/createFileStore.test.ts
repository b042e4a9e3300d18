import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileStore } from '../../../server/files/createFileStore.ts';
import { fileKey } from '../../../server/files/fileKey.ts';
import type { StorageConfig } from '../../../server/files/fileStore.ts';
import { type S3Server, startS3Server } from './s3Server.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let s3: S3Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-files-'));
  s3 = await startS3Server();
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
});
afterAll(async () => {
  await s3.close();
  await rm(folder, { recursive: true, force: true });
});

const drives: [string, () => StorageConfig][] = [
  ['a folder', () => ({ driver: 'local', folder: join(folder, 'local') })],
  [
    'S3',
    () => ({ driver: 's3', bucket: 'worlds', region: 'eu-west-1', endpoint: s3.url, prefix: 'studio/' }),
  ],
];

describe.each(drives)('files in %s', (_name, config) => {
  it('gives back what was put, under the hash of its bytes', async () => {
    const store = createFileStore(config());
    const bytes = randomBytes(300_000);
    const stored = await store.put(Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]), 'take-01.mp4');
    expect(stored).toEqual({ sha256: sha256(bytes), bytes: 300_000, mediaType: 'video/mp4' });
    expect(await store.stat(stored.sha256)).toEqual({ bytes: 300_000 });
    expect((await buffer(await store.read(stored.sha256))).equals(bytes)).toBe(true);
  });

  it('gives any range of a file, both ends included', async () => {
    const store = createFileStore(config());
    const bytes = randomBytes(1000);
    const { sha256: name } = await store.put(Readable.from([bytes]), 'a.bin');
    await fc.assert(
      fc.asyncProperty(fc.nat(999), fc.nat(999), async (a, b) => {
        const [start, end] = a < b ? [a, b] : [b, a];
        const part = await buffer(await store.read(name, { start, end }));
        expect(part.equals(bytes.subarray(start, end + 1))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps nothing of what is too large or breaks off', async () => {
    const store = createFileStore(config());
    const bytes = randomBytes(5000);
    await expect(store.put(Readable.from([bytes]), 'a.mp4', 4999)).rejects.toMatchObject({
      code: 'INPUT_TOO_LARGE',
    });
    async function* breakOff() {
      yield bytes;
      throw new Error('the line is cut');
    }
    await expect(store.put(Readable.from(breakOff()), 'a.mp4')).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: expect.stringContaining('5000 bytes'),
    });
    await expect(store.stat(sha256(bytes))).rejects.toMatchObject({ code: 'FILE_UNKNOWN' });
    expect((await store.put(Readable.from([bytes]), 'a.mp4', 5000)).bytes).toBe(5000);
  });

  it('writes private copies, whole or not at all', async () => {
    const store = createFileStore(config());
    const { sha256: name } = await store.put(Readable.from([Buffer.from('first')]), 'a.txt');
    const path = join(folder, 'copies', _name, 'deep', 'a.txt');
    await store.copyTo(name, path);
    await writeFile(path, 'changed');
    expect((await buffer(await store.read(name))).toString()).toBe('first');
    await store.copyTo(name, path);
    expect(await readFile(path, 'utf8')).toBe('first');
    expect(await readdir(join(folder, 'copies', _name, 'deep'))).toEqual(['a.txt']);
    await expect(store.copyTo(name, join(path, 'below-a-file'))).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
  });

  it('takes files from paths, and says which path is none', async () => {
    const store = createFileStore(config());
    const path = join(folder, 'world.json');
    await writeFile(path, '{}');
    expect(await store.putFile(path)).toEqual({
      sha256: sha256(Buffer.from('{}')),
      bytes: 2,
      mediaType: 'application/json',
    });
    await expect(store.putFile(join(folder, 'no.json'))).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
    await expect(store.putFile(folder)).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
  });

  it('answers FILE_UNKNOWN to whatever is not the hash of a stored file', async () => {
    const store = createFileStore(config());
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom('..', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(63)}\0`, 'f'.repeat(64)),
      fc.stringMatching(/^[0-9a-f]{64}$/),
    );
    await fc.assert(
      fc.asyncProperty(names, async name => {
        await expect(store.read(name)).rejects.toMatchObject({ code: 'FILE_UNKNOWN' });
        await expect(store.stat(name)).rejects.toMatchObject({ code: 'FILE_UNKNOWN' });
      }),
      { numRuns: 30 },
    );
  });

  it('stores the same bytes once, also when they come at the same time', async () => {
    const store = createFileStore(config());
    const bytes = randomBytes(100_000);
    const stored = await Promise.all(
      Array.from({ length: 8 }, () => store.put(Readable.from([bytes]), 'a.glb')),
    );
    expect(new Set(stored.map(file => file.sha256))).toEqual(new Set([sha256(bytes)]));
    expect((await buffer(await store.read(sha256(bytes)))).equals(bytes)).toBe(true);
  });
});

it('leaves no half-written file in the folder', async () => {
  const root = join(folder, 'clean');
  const store = createFileStore({ driver: 'local', folder: root });
  const { sha256: name } = await store.put(Readable.from([Buffer.from('whole')]), 'a.txt');
  await expect(store.put(Readable.from([Buffer.alloc(10)]), 'a.txt', 3)).rejects.toThrow();
  expect(await readdir(join(root, 'incoming'))).toEqual([]);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  expect(entries.filter(entry => entry.isFile()).map(entry => entry.name)).toEqual([name]);
});

it('says that a folder cannot be written', async () => {
  const root = join(folder, 'a-file');
  await mkdir(folder, { recursive: true });
  await writeFile(root, '');
  const store = createFileStore({ driver: 'local', folder: root });
  await expect(store.put(Readable.from([Buffer.from('x')]), 'a.txt')).rejects.toMatchObject({
    code: 'OUTPUT_UNWRITABLE',
  });
});

it('makes keys of hashes only', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-f]{64}$/), hash => {
      expect(fileKey(hash)).toBe(`${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`);
    }),
  );
  fc.assert(
    fc.property(fc.string(), text => {
      fc.pre(!/^[0-9a-f]{64}$/.test(text));
      expect(() => fileKey(text)).toThrow(/no such file/);
    }),
  );
});
