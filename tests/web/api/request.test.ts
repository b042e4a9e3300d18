import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiFailure } from '../../../web/api/apiFailure.ts';
import { query, request } from '../../../web/api/request.ts';

let server: Server;
let base: string;
beforeEach(async () => {
  server = createServer((incoming, answer) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    incoming.on('end', () => {
      if (incoming.url === '/coded') {
        answer.statusCode = 409;
        answer.end(
          JSON.stringify({
            error: { code: 'STATE_CONFLICT', message: 'It runs.', suggestion: 'Wait.', requestId: 'q1' },
          }),
        );
      } else if (incoming.url === '/gateway') {
        answer.statusCode = 502;
        answer.end('<h1>Bad gateway</h1>');
      } else if (incoming.url === '/nothing') {
        answer.statusCode = 204;
        answer.end();
      } else
        answer.end(JSON.stringify({ method: incoming.method, body, type: incoming.headers['content-type'] }));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

const failureOf = (path: string) =>
  request('GET', path).catch((cause: ApiFailure) => cause) as Promise<ApiFailure>;

describe('request', () => {
  it('sends and reads JSON', async () => {
    expect(await request('POST', `${base}/echo`, { takes: 3 })).toEqual({
      method: 'POST',
      body: '{"takes":3}',
      type: 'application/json',
    });
    expect(await request('DELETE', `${base}/nothing`)).toBeUndefined();
  });

  it('gives the code, message and suggestion of a coded error', async () => {
    expect(await failureOf(`${base}/coded`)).toMatchObject({
      name: 'ApiFailure',
      status: 409,
      code: 'STATE_CONFLICT',
      message: 'It runs.',
      suggestion: 'Wait.',
      requestId: 'q1',
    });
  });

  it('explains an answer that is not the server’s own', async () => {
    expect(await failureOf(`${base}/gateway`)).toMatchObject({ status: 502, code: 'HTTP_502' });
  });

  it('says that no answer came', async () => {
    expect(await failureOf('http://127.0.0.1:9/')).toMatchObject({ status: 0, code: 'NETWORK' });
  });

  it('throws the reason of its signal when aborted', async () => {
    const stop = new AbortController();
    const pending = request('GET', `${base}/echo`, undefined, stop.signal);
    stop.abort(new Error('left'));
    await expect(pending).rejects.toThrow('left');
  });
});

describe('query', () => {
  it('leaves out what is not given', () => {
    expect(query({ limit: 5, after: undefined })).toBe('?limit=5');
    expect(query({ after: undefined })).toBe('');
  });
});
