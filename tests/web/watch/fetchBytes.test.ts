import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchBytes } from '../../../web/watch/fetchBytes.ts';

const BODY = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
let server: Server;
let base = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/gone') {
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end(
        JSON.stringify({ error: { code: 'FILE_UNKNOWN', message: 'No such file.', suggestion: '' } }),
      );
    } else if (request.url === '/cut') {
      response.writeHead(200, { 'Content-Length': BODY.length });
      response.write(BODY.subarray(0, 1000), () => response.destroy());
    } else if (request.url === '/slow') {
      response.writeHead(200);
      response.write(BODY.subarray(0, 1000));
    } else response.end(BODY);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('bytes of a stored file', () => {
  it('come whole, with how far they are', async () => {
    const shares: number[] = [];
    const bytes = await fetchBytes(
      { url: `${base}/file`, bytes: BODY.length },
      { onProgress: share => shares.push(share) },
    );
    expect(Buffer.from(bytes).equals(BODY)).toBe(true);
    expect(shares.at(-1)).toBe(1);
    expect(shares.every((share, i) => share > 0 && (i === 0 || share >= shares[i - 1]))).toBe(true);
  });

  it('fail with the code of the server', async () => {
    await expect(fetchBytes({ url: `${base}/gone`, bytes: 1 })).rejects.toMatchObject({
      code: 'FILE_UNKNOWN',
      status: 404,
    });
  });

  it('fail as a whole where they are cut off', async () => {
    await expect(fetchBytes({ url: `${base}/cut`, bytes: BODY.length })).rejects.toMatchObject({
      code: 'NETWORK',
    });
  });

  it('stop when they are not wanted any more', async () => {
    const abort = new AbortController();
    const reason = new Error('gone on');
    const coming = fetchBytes(
      { url: `${base}/slow`, bytes: BODY.length },
      { signal: abort.signal, onProgress: () => abort.abort(reason) },
    );
    await expect(coming).rejects.toBe(reason);
  });
});
