import { expect, it } from 'vitest';
import { parseStorage, readConfig, type ServerOptions } from '../../server/config.ts';

const options: ServerOptions = {
  host: '127.0.0.1',
  port: 4747,
  dataFolder: '/data',
  role: 'all',
  jobs: 1,
  jobMemoryMegabytes: 4096,
  origins: [],
};

it('keeps everything in the data folder where nothing else is said', () => {
  expect(readConfig(options, {})).toMatchObject({
    databaseUrl: undefined,
    storage: { driver: 'local', folder: '/data/files' },
  });
  expect(readConfig(options, { DATABASE_URL: '' }).databaseUrl).toBeUndefined();
});

it('takes database and storage from the environment', () => {
  const environment = { DATABASE_URL: 'postgres://u@h/d', SORA_STORAGE: '/mnt/files' };
  expect(readConfig({ ...options, role: 'web' }, environment)).toMatchObject({
    databaseUrl: 'postgres://u@h/d',
    storage: { driver: 'local', folder: '/mnt/files' },
  });
});

it('says what a role lacks, and what is not understood', () => {
  const refuse = (role: ServerOptions['role'], environment: Record<string, string>, message: RegExp) =>
    expect(() => readConfig({ ...options, role }, environment)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) }),
    );
  refuse('worker', { SORA_STORAGE: '/mnt' }, /database/);
  refuse('web', { DATABASE_URL: 'postgres://u@h/d' }, /storage/);
  refuse('all', { DATABASE_URL: 'mysql://u@h/d' }, /DATABASE_URL/);
  refuse('all', { SORA_STORAGE: 'files' }, /absolute/);
});

it('reads buckets', () => {
  expect(parseStorage('s3://worlds?region=eu-west-1')).toEqual({
    driver: 's3',
    bucket: 'worlds',
    region: 'eu-west-1',
  });
  expect(parseStorage('s3://worlds/a/b/?region=auto&endpoint=https://minio:9000')).toEqual({
    driver: 's3',
    bucket: 'worlds',
    prefix: 'a/b',
    region: 'auto',
    endpoint: 'https://minio:9000',
  });
  for (const text of ['s3://worlds', 'gs://worlds?region=x', 's3://?region=x', 'http://worlds'])
    expect(() => parseStorage(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
});
