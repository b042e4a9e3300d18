import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../../server/http/createApp.ts';
import { type Listening, listen } from '../../../server/http/listen.ts';
import { openLog, type ServerLog } from '../../../server/log.ts';
import { createMetrics, type Metrics } from '../../../server/metrics.ts';
import { startTestServer } from './testServer.ts';

let folder: string;
let web: string;
let log: ServerLog;
let metrics: Metrics;
let app: App;
let listening: Listening;
const lines: string[] = [];
const SCRIPT = `console.log(${JSON.stringify('studio '.repeat(500))})`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-app-'));
  web = join(folder, 'web');
  log = await openLog(folder, line => lines.push(line));
  metrics = createMetrics();
  app = createApp({ config: { origins: [], webFolder: web }, log: log.log, metrics });
  listening = await listen(app.handler, '127.0.0.1', 0);
});
afterAll(async () => {
  await listening.close(100);
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(listening.url + path, { headers: { accept: 'text/html', ...headers } });

describe('before the database is open', () => {
  it('lives, is not ready, and says so where it is asked for more', async () => {
    expect(await (await get('/health')).json()).toMatchObject({ status: 'ok' });
    for (const path of ['/ready', '/api/productions']) {
      const response = await get(path);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('2');
      expect(await response.json()).toMatchObject({ error: { code: 'STARTING' } });
    }
  });

  it('tells its metrics', async () => {
    await (await get('/health')).text();
    const text = await (await get('/metrics')).text();
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/health",status="200"\} \d/,
    );
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(text).toContain('process_resident_memory_bytes');
  });
});

describe('the studio', () => {
  it('says that it is not built, and how to build it', async () => {
    const response = await get('/');
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run prepare');
  });

  it('is served as soon as it is built, under all its addresses', async () => {
    await mkdir(join(web, 'assets'), { recursive: true });
    await writeFile(join(web, 'assets', 'index-1a2b.js'), SCRIPT);
    await writeFile(join(web, 'assets', 'basis.worker-1a2b.js'), SCRIPT);
    await writeFile(join(web, 'index.html'), '<!doctype html><title>Studio</title>');
    for (const path of ['/', '/productions/p_1', '/worlds/w_1', '/watch/r_1?t=2']) {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(await response.text()).toContain('<title>Studio</title>');
    }
    const mistyped = await get('/nothing');
    expect(mistyped.status).toBe(404);
    expect(await mistyped.text()).toContain('<title>Studio</title>');
    expect(await (await get('/nothing', { accept: '*/*' })).json()).toMatchObject({
      error: { code: 'ROUTE_UNKNOWN' },
    });
    expect((await get('/assets/index-0000.js')).status).toBe(404);
  });

  it('lets nothing but the worker that decodes textures make code of strings, and that one load nothing', async () => {
    const policyOf = async (path: string) => (await get(path)).headers.get('content-security-policy');
    expect(await policyOf('/')).not.toContain("'unsafe-eval'");
    expect(await policyOf('/assets/index-1a2b.js')).not.toContain("'unsafe-eval'");
    const policy = await policyOf('/assets/basis.worker-1a2b.js');
    expect(policy).toContain("'unsafe-eval'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('connect-src');
  });

  it('packs its assets, and lets browsers keep them', async () => {
    for (const [accepted, encoding] of [
      ['br, gzip', 'br'],
      ['gzip', 'gzip'],
      ['identity', null],
    ] as const) {
      const response = await get('/assets/index-1a2b.js', { 'accept-encoding': accepted });
      expect(response.headers.get('content-encoding')).toBe(encoding);
      expect(response.headers.get('cache-control')).toContain('immutable');
      expect(response.headers.get('content-type')).toContain('text/javascript');
      if (encoding) expect(Number(response.headers.get('content-length'))).toBeLessThan(SCRIPT.length / 4);
      expect(await response.text()).toBe(SCRIPT);
      const tag = response.headers.get('etag') ?? '';
      const again = await get('/assets/index-1a2b.js', { 'accept-encoding': accepted, 'if-none-match': tag });
      expect(again.status).toBe(304);
    }
  });

  it('is read anew after another build', async () => {
    await writeFile(join(web, 'index.html'), '<!doctype html><title>Second</title>');
    await utimes(join(web, 'index.html'), 2e9, 2e9);
    expect(await (await get('/')).text()).toContain('Second');
  });
});

it('logs requests with their ids as JSON, and tells people only what concerns them', async () => {
  await (await get('/health', { 'x-request-id': 'look-for-me' })).text();
  log.log.info({ kind: 'lift', productionId: 'p_1' }, 'job begun');
  log.log.warn({ err: new Error('the line is cut') }, 'a connection was lost');
  const logged = async () => {
    const names = await readdir(join(folder, 'logs'));
    const texts = await Promise.all(names.map(name => readFile(join(folder, 'logs', name), 'utf8')));
    return texts
      .join('')
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Record<string, unknown>);
  };
  await expect
    .poll(logged)
    .toContainEqual(
      expect.objectContaining({ requestId: 'look-for-me', method: 'GET', url: '/health', status: 200 }),
    );
  expect(lines).toEqual(['job begun: lift of p_1', 'warning: a connection was lost: the line is cut']);
});

describe('a server', () => {
  it('refuses a port that is taken, before it touches the data folder', async () => {
    const dataFolder = join(folder, 'second');
    const { port } = new URL(listening.url);
    await expect(startTestServer({ port: Number(port), dataFolder })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringContaining(port),
    });
    expect(await readdir(dataFolder)).toEqual(['logs']);
  });

  it('refuses an address that is not of this machine', async () => {
    await expect(startTestServer({ host: '203.0.113.7' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('refuses a data folder that another one works in, and drains when it ends', async () => {
    const first = await startTestServer();
    await expect(startTestServer({ dataFolder: first.dataFolder })).rejects.toMatchObject({
      code: 'DATA_FOLDER_BUSY',
    });
    // A request that is on its way while the server ends keeps it from closing at once.
    let finish: () => void = () => undefined;
    const body = new ReadableStream({
      async pull(controller) {
        await new Promise<void>(resolve => {
          finish = resolve;
        });
        controller.close();
      },
    });
    const upload = fetch(`${first.url}/api/uploads`, {
      method: 'POST',
      headers: { 'content-type': 'video/mp4' },
      body,
      duplex: 'half',
    } as RequestInit).catch(() => undefined);
    expect((await fetch(`${first.url}/ready`)).status).toBe(200);
    const closed = first.close();
    const ready = await fetch(`${first.url}/ready`).catch(() => undefined);
    expect(ready?.status ?? 503).toBe(503);
    finish();
    await upload;
    await closed;
    await expect(fetch(`${first.url}/health`)).rejects.toThrow();
    // What one server has let go, the next one can take.
    const next = await startTestServer({ dataFolder: first.dataFolder });
    await next.remove();
    await first.remove();
    await rm(first.dataFolder, { recursive: true, force: true });
  });
});
