import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiError } from '../../../server/api/schemas.ts';
import { apiRoutes } from '../../../server/http/createApp.ts';
import { postJson, startTestServer, type TestServer } from './testServer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.remove());

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends an address as it is written: fetch would tidy it up first. */
function send(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const call = httpRequest(
      { hostname, port, path, method: options.method ?? 'GET', headers: options.headers ?? {} },
      response => {
        let text = '';
        response.setEncoding('utf8').on('data', part => {
          text += part;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      },
    );
    call.on('error', reject);
    call.end(options.body);
  });
}

async function refused(answer: Answer, status: number, code: string) {
  expect(answer.text).toContain(code);
  expect(answer.status).toBe(status);
  const { error } = apiError.parse(JSON.parse(answer.text));
  expect(error.code).toBe(code);
  expect(error.suggestion).not.toBe('');
  expect(error.requestId).toBe(answer.headers['x-request-id']);
}

describe('what is wrong with a body', () => {
  const json = { 'content-type': 'application/json' };
  const post = (body: string, headers: Record<string, string> = json) =>
    send('/api/productions', { method: 'POST', headers, body });

  it.each([
    ['is cut off', '{"prompt":'],
    ['is no object', '"text"'],
    ['is a list', '[]'],
    ['is null', 'null'],
    ['is not UTF-8 text', '\ud800\u0000'],
    ['nests deeply', '['.repeat(50_000)],
    ['lacks a field', '{}'],
    ['has a field of another type', '{"prompt":7}'],
    ['has an empty prompt', '{"prompt":"   "}'],
    ['has a prompt without end', `{"prompt":"${'a'.repeat(2001)}"}`],
    ['asks for too much', '{"prompt":"a","takes":1e9}'],
    ['has a number that is none', '{"prompt":"a","seconds":1e999}'],
    ['misspells a field', '{"prompt":"a","take":3}'],
    ['reaches for the prototype', '{"prompt":"a","__proto__":{"takes":9}}'],
  ])('that %s', async (_, body) => {
    await refused(await post(body), 400, 'REQUEST_INVALID');
  });

  it('names the field', async () => {
    const { error } = apiError.parse(JSON.parse((await post('{"prompt":"a","agents":0}')).text));
    expect(error.message).toContain('agents');
    expect(error.details?.['issues']).toMatchObject([{ field: 'agents' }]);
  });

  it('that is too large, too small for its length, or of another kind', async () => {
    await refused(await post(`{"prompt":"${'a'.repeat(300_000)}"}`), 413, 'INPUT_TOO_LARGE');
    await refused(await post('prompt=a', { 'content-type': 'text/plain' }), 415, 'CONTENT_TYPE_WRONG');
    await refused(await post('prompt=a', {}), 415, 'CONTENT_TYPE_WRONG');
    await refused(
      await post('{}', { 'content-type': 'application/json; charset=klingon' }),
      415,
      'CONTENT_TYPE_WRONG',
    );
    await refused(await post('not gzip', { ...json, 'content-encoding': 'gzip' }), 400, 'REQUEST_INVALID');
    await refused(await post('x', { ...json, 'content-encoding': 'rot13' }), 415, 'CONTENT_TYPE_WRONG');
  });

  it('packed small to be large', async () => {
    const { gzipSync } = await import('node:zlib');
    const response = await fetch(`${server.url}/api/productions`, {
      method: 'POST',
      headers: { ...json, 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(50_000_000, 'a')),
    });
    expect(response.status).toBe(413);
  });
});

describe('what is wrong with an address', () => {
  it.each([
    ['/api/nothing', 404, 'ROUTE_UNKNOWN'],
    ['/api/Productions', 404, 'ROUTE_UNKNOWN'],
    ['/api', 404, 'ROUTE_UNKNOWN'],
    ['/nothing', 404, 'ROUTE_UNKNOWN'],
    ['/api/productions/p_0123456789abcdef', 404, 'UNKNOWN_ID'],
    ['/api/jobs/j_0123456789abcdef', 404, 'UNKNOWN_ID'],
    ['/api/worlds/w_0123456789abcdef', 404, 'UNKNOWN_ID'],
    ['/api/runs/r_0123456789abcdef', 404, 'UNKNOWN_ID'],
    ['/api/uploads/u_0123456789abcdef', 404, 'UNKNOWN_ID'],
    ['/api/productions/p_0123456789abcdef/export', 404, 'UNKNOWN_ID'],
    [`/api/files/${'0'.repeat(64)}/a.mp4`, 404, 'FILE_UNKNOWN'],
    ['/api/productions/1', 400, 'REQUEST_INVALID'],
    ["/api/productions/p_';DROP TABLE jobs", 400, 'REQUEST_INVALID'],
    ['/api/productions/%00', 400, 'REQUEST_INVALID'],
    ['/api/productions/%ff', 400, 'REQUEST_INVALID'],
    ['/api/productions/%', 400, 'REQUEST_INVALID'],
    ['/api/productions/p_0123456789abcdef/iterations/0', 400, 'REQUEST_INVALID'],
    ['/api/productions/p_0123456789abcdef/iterations/1e1', 400, 'REQUEST_INVALID'],
    ['/api/productions?limit=0', 400, 'REQUEST_INVALID'],
    ['/api/productions?limit=101', 400, 'REQUEST_INVALID'],
    ['/api/productions?limit=x', 400, 'REQUEST_INVALID'],
    ['/api/productions?limit=1&limit=2', 400, 'REQUEST_INVALID'],
    ['/api/productions?sort=name', 400, 'REQUEST_INVALID'],
    ['/api/jobs?state=lost', 400, 'REQUEST_INVALID'],
    ['/%2e%2e/%2e%2e/etc/passwd', 404, 'ROUTE_UNKNOWN'],
    ['/../../etc/passwd', 404, 'ROUTE_UNKNOWN'],
    ['/assets/..%2f..%2f..%2fpackage.json', 404, 'ROUTE_UNKNOWN'],
    ['/assets/%00', 404, 'ROUTE_UNKNOWN'],
    [`/${'a'.repeat(8000)}`, 404, 'ROUTE_UNKNOWN'],
    ['//evil.example/', 404, 'ROUTE_UNKNOWN'],
  ])('%s', async (path, status, code) => {
    const answer = await send(path.replaceAll(' ', '%20').replaceAll("'", '%27'));
    await refused(answer, status, code);
  });

  it('a page of a list that there is not', async () => {
    const answer = await send('/api/productions?after=p_zzzzzzzzzzzzzzzz');
    expect(answer.status).toBe(200);
    expect((await send('/api/productions?after=%27%3b')).status).toBeLessThan(500);
  });

  it('a method that does not go with it', async () => {
    for (const { method, path } of apiRoutes(server)) {
      const address = path.replace(/:\w+/g, 'x');
      const wrong = method === 'get' ? 'PUT' : 'PATCH';
      const answer = await send(address, { method: wrong });
      await refused(answer, 405, 'METHOD_UNKNOWN');
      expect(answer.headers.allow?.split(', ')).toContain(method.toUpperCase());
    }
  });

  it('anything at all', async () => {
    const part = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('..', '.', '%2e%2e', '%00', '%', 'api', 'productions', 'files', 'p_0123456789abcdef'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async parts => {
        const path = `/${parts.join('/').replace(/[^\x21-\x7e]/g, '~')}`;
        expect((await send(path)).status).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
  });
});

describe('who asks', () => {
  it('refuses pages of other origins, and names that are not ours', async () => {
    const foreign = { origin: 'https://evil.example', 'content-type': 'application/json' };
    await refused(
      await send('/api/productions', { method: 'POST', headers: foreign, body: '{"prompt":"a"}' }),
      403,
      'ORIGIN_REFUSED',
    );
    await refused(await send('/', { headers: { host: 'rebound.example' } }), 403, 'ORIGIN_REFUSED');
    const allowed = await postJson(`${server.url}/api/productions`, {}, { origin: 'https://studio.example' });
    expect(allowed.status).toBe(400);
    const own = await postJson(`${server.url}/api/productions`, {}, { origin: server.url });
    expect(own.status).toBe(400);
  });

  it('takes the request id that it is given, where it is a plain one', async () => {
    const idOf = async (id: string) =>
      (await send('/health', { headers: { 'x-request-id': id } })).headers['x-request-id'];
    expect(await idOf('from-the-proxy.1')).toBe('from-the-proxy.1');
    expect(await idOf('a b')).not.toBe('a b');
    expect(await idOf('a'.repeat(65))).toHaveLength(36);
  });

  it('sends headers that keep what is ours apart', async () => {
    const { headers } = await send('/health');
    expect(headers['content-security-policy']).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-powered-by']).toBeUndefined();
  });
});

describe('what is no HTTP', () => {
  const raw = (bytes: string) =>
    new Promise<string>(resolve => {
      const { hostname, port } = new URL(server.url);
      let text = '';
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      socket.setEncoding('utf8').on('data', part => {
        text += part;
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
    });

  it.each([
    ['rubbish', 'rubbish\r\n\r\n'],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['headers without end', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ])('%s', async (_, bytes) => {
    const text = await raw(bytes);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('"code":"REQUEST_INVALID"');
  });

  it('a WebSocket where there is none', async () => {
    const text = await raw(
      'GET /elsewhere HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    expect(text).toMatch(/^HTTP\/1\.1 404 /);
    expect(text).toContain('"code":"ROUTE_UNKNOWN"');
  });
});

it('lives, and has logged no defect, after all of this', async () => {
  expect((await send('/health')).status).toBe(200);
  expect((await send('/ready')).status).toBe(200);
  expect(server.lines.filter(line => line.startsWith('error'))).toEqual([]);
});

it('holds back who changes too much at once, and lets others read', async () => {
  const answers = await Promise.all(
    Array.from({ length: 400 }, () => send('/api/productions', { method: 'POST' })),
  );
  const statuses = new Set(answers.map(({ status }) => status));
  expect(statuses).toEqual(new Set([400, 429]));
  const held = answers.find(({ status }) => status === 429);
  if (held) await refused(held, 429, 'TOO_MANY_REQUESTS');
  expect(held?.headers['retry-after']).toBe('2');
  expect((await send('/api/productions')).status).toBe(200);
});
