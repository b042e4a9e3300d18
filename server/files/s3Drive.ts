import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { Disk } from 'flydrive';
import { S3Driver } from 'flydrive/drivers/s3';
import type { Drive } from './drive.ts';
import type { StorageConfig } from './fileStore.ts';

/**
 * A bucket of S3 or of what speaks its protocol, as a flydrive disk, with what flydrive lacks: ranges.
 * Keys come from the environment as for every AWS client (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, a role).
 */
export function createS3Drive(config: Extract<StorageConfig, { driver: 's3' }>): Drive {
  const { bucket, region, endpoint, prefix = '' } = config;
  // Hosts other than AWS seldom have a name per bucket.
  const client = new S3Client({ region, ...(endpoint ? { endpoint, forcePathStyle: true } : {}) });
  const disk = new Disk(new S3Driver({ client, bucket, visibility: 'private', supportsACL: false }));
  const whole = (key: string) => (prefix ? `${prefix.replace(/\/+$/, '')}/${key}` : key);
  return {
    incoming: join(tmpdir(), 'sora-director-incoming'),
    // S3 shows an object only once it is whole; it wants to know the length before the first byte.
    async publish(path, key, bytes) {
      await disk.putStream(whole(key), createReadStream(path), { contentLength: bytes });
      await rm(path, { force: true });
    },
    async size(key) {
      return (await disk.exists(whole(key))) ? (await disk.getMetaData(whole(key))).contentLength : undefined;
    },
    async open(key, range) {
      try {
        const answer = await client.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: whole(key),
            ...(range ? { Range: `bytes=${range.start}-${range.end}` } : {}),
          }),
        );
        return answer.Body as Readable | undefined;
      } catch (thrown) {
        if (thrown instanceof S3ServiceException && thrown.$metadata.httpStatusCode === 404) return undefined;
        throw thrown;
      }
    },
  };
}
