import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiError } from '../../../server/api/schemas.ts';
import type { JobView, ProductionView, RunView, UploadView, WorldView } from '../../../server/api/types.ts';
import { apiRoutes } from '../../../server/http/createApp.ts';
import { describeApi, type JsonSchema, type OpenApi } from '../../../server/http/openapi.ts';
import { isRaw, type Route } from '../../../server/http/route.ts';
import { postJson, smallWorld, startTestServer, type TestServer } from './testServer.ts';

/** Small enough for a test, and of a kind that no lift accepts, so that the revision comes at once. */
const TINY = {
  prompt: 'A static shot of a dark room',
  takes: 1,
  seconds: 1,
  width: 128,
  height: 128,
  framesPerSecond: 8,
  quality: 'draft',
  agents: 2,
  testSeconds: 1,
} as const;

let server: TestServer;
let routes: Route[];
/** Declared routes that have answered as declared, 'get /api/…'. */
const answered = new Set<string>();

beforeAll(async () => {
  server = await startTestServer();
  routes = apiRoutes(server);
});
afterAll(() => server.remove());

/** Calls a route of the API as it is declared and holds the answer to its schema. */
async function call<Answer>(
  method: Route['method'],
  path: string,
  values: Record<string, string | number> = {},
  body?: unknown,
): Promise<Answer> {
  const route = routes.find(each => each.method === method && each.path === path);
  if (!route) throw new Error(`${method} ${path} is not declared`);
  const address = path.replace(/:(\w+)/g, (_, name: string) => String(values[name]));
  const response = await fetch(server.url + address, {
    method: method.toUpperCase(),
    redirect: 'manual',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = route.answers[response.status];
  if (!answer) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  answered.add(`${method} ${path}`);
  if (isRaw(answer)) {
    if (answer.media && answer.media !== '*/*')
      expect(response.headers.get('content-type')).toContain(answer.media);
    return Buffer.from(await response.arrayBuffer()) as Answer;
  }
  const json: unknown = await response.json();
  // What the schema does not name must not be there either: web/ takes its types from it.
  expect(answer.parse(json)).toEqual(json);
  return json as Answer;
}

async function settled(id: string): Promise<ProductionView> {
  let view: ProductionView;
  for (;;) {
    view = await call<ProductionView>('get', '/api/productions/:id', { id });
    if (view.state !== 'running') return view;
    await new Promise(resolve => setTimeout(resolve, 250));
  }
}

describe('the API answers as it is declared', () => {
  let production: ProductionView;
  let world: WorldView;
  let run: RunView;

  it('makes a production and goes to its revision', async () => {
    production = await call('post', '/api/productions', {}, TINY);
    production = await settled(production.id);
    expect(production).toMatchObject({ state: 'waiting', waitingFor: 'accept', error: null });
    const { id } = production;
    const { items } = await call<{ items: { id: string }[] }>('get', '/api/productions');
    expect(items.map(each => each.id)).toContain(id);
    const all = await call<{ items: unknown[] }>('get', '/api/productions/:id/iterations', { id });
    expect(all.items).toEqual(production.iterations);
    const at = { id, iteration: 1, take: 'take-01' };
    const one = await call('get', '/api/productions/:id/iterations/:iteration', at);
    expect(one).toEqual(production.iterations[0]);
    const takes = await call<{ items: unknown[] }>(
      'get',
      '/api/productions/:id/iterations/:iteration/takes',
      at,
    );
    expect(takes.items).toEqual(production.iterations[0].takes);
    const take = await call('get', '/api/productions/:id/iterations/:iteration/takes/:take', at);
    expect(take).toEqual(takes.items[0]);
    const revision = await call('get', '/api/productions/:id/iterations/:iteration/revision', at);
    expect(revision).toEqual(production.iterations[0].revised);
  });

  it('gives the production as a zip', async () => {
    const zip = await call<Buffer>('get', '/api/productions/:id/export', { id: production.id });
    expect(zip.subarray(0, 2).toString()).toBe('PK');
    const names = zip.toString('latin1');
    for (const name of ['production.json', 'iteration-01/takes/take-01.mp4', 'iteration-01/revision.json'])
      expect(names).toContain(`production-${production.id}/${name}`);
  });

  it('goes on to the next iteration, pauses, resumes, cancels and retries', async () => {
    const { id } = production;
    const next = await call<ProductionView>(
      'post',
      '/api/productions/:id/iterations',
      { id },
      {
        prompt: 'A bright hallway',
      },
    );
    expect(next.iterations[1]?.prompt).toBe('A bright hallway');
    await call('post', '/api/productions/:id/pause', { id });
    await call('post', '/api/productions/:id/resume', { id });
    await call('post', '/api/productions/:id/cancel', { id });
    const cancelled = await settled(id);
    expect(cancelled.state).toBe('cancelled');
    await call('post', '/api/productions/:id/retry', { id });
    await call('post', '/api/productions/:id/autopilot', { id }, { iterations: 2 });
    await call('post', '/api/productions/:id/cancel', { id });
    await settled(id);
  });

  it('makes takes alone, then lifts the one that is picked', async () => {
    const made = await call<ProductionView>('post', '/api/generate', {}, TINY);
    const scored = await settled(made.id);
    expect(scored).toMatchObject({ state: 'waiting', waitingFor: 'pick', through: 'score' });
    const picked = await call<ProductionView>(
      'post',
      '/api/productions/:id/iterations/:iteration/pick',
      { id: made.id, iteration: 1 },
      { take: 'take-01' },
    );
    expect(picked.state).toBe('running');
    expect(picked.job).toMatchObject({ kind: 'lift' });
    // Its lift has just begun: deleting stops it.
    await call('delete', '/api/productions/:id', { id: made.id });
    const gone = await fetch(`${server.url}/api/productions/${made.id}`);
    expect(gone.status).toBe(404);
    expect(apiError.parse(await gone.json()).error.code).toBe('UNKNOWN_ID');
  });

  it('makes a world of an upload and tests it', async () => {
    const response = await fetch(`${server.url}/api/uploads?name=place.glb`, {
      method: 'POST',
      headers: { 'content-type': 'model/gltf-binary' },
      body: Uint8Array.from(await smallWorld()),
    });
    const { id: uploadId } = (await response.json()) as UploadView;
    answered.add('post /api/uploads');
    await call('get', '/api/uploads/:id', { id: uploadId });
    world = await call('post', '/api/worlds', {}, { uploadId });
    expect(await call('get', '/api/worlds/:id', { id: world.id })).toEqual(world);
    await call('get', '/api/worlds');
    await call('get', '/api/worlds/:id/export.glb', { id: world.id });
    const [file] = Object.values(world.files);
    const [, , , sha256, name] = file.url.split('/');
    await call('get', '/api/files/:sha256/:name', { sha256, name });

    run = await call('post', '/api/runs', {}, { worldId: world.id, agents: 2, seconds: 2 });
    const early = await fetch(`${server.url}/api/runs/${run.id}/report.html`);
    expect(early.status).toBe(409);
    while (run.state === 'queued' || run.state === 'running') {
      run = await call('get', '/api/runs/:id', { id: run.id });
      await new Promise(resolve => setTimeout(resolve, 250));
    }
    expect(run.state).toBe('completed');
    const listed = await call<{ items: RunView[] }>('get', '/api/runs');
    expect(listed.items.map(({ id }) => id)).toContain(run.id);
    const json = JSON.parse(
      (await call<Buffer>('get', '/api/runs/:id/report.json', { id: run.id })).toString(),
    );
    expect(json.runs[0].stateHash).toBe(run.result?.stateHash);
    expect((await call<Buffer>('get', '/api/runs/:id/junit.xml', { id: run.id })).toString()).toContain(
      '<testsuites',
    );
    const html = (await call<Buffer>('get', '/api/runs/:id/report.html', { id: run.id })).toString();
    expect(html).toContain(run.result?.stateHash);
    expect(html).not.toContain('<script');
  });

  it('knows the seed project by its names', async () => {
    const again = await call<RunView>('post', '/api/run_agent', {}, { worldId: world.id, seconds: 1 });
    const refused = await postJson(`${server.url}/api/reconstruct`, { uploadId: 'u_0000000000000000' });
    expect(apiError.parse(await refused.json()).error.code).toBe('UNKNOWN_ID');
    // The production has gone on to a second iteration, and only the last one's takes can be picked.
    const late = await postJson(`${server.url}/api/reconstruct`, {
      productionId: production.id,
      iteration: 1,
      take: 'take-01',
    });
    expect(apiError.parse(await late.json()).error.code).toBe('STATE_CONFLICT');
    const [take] = production.iterations[0].takes ?? [];
    const video = await fetch(server.url + take.video.url);
    const sent = await fetch(`${server.url}/api/uploads?name=my-dark_room.mp4`, {
      method: 'POST',
      headers: { 'content-type': 'video/mp4' },
      body: await video.arrayBuffer(),
    });
    const { id: uploadId } = (await sent.json()) as UploadView;
    const lifted = await call<ProductionView>('post', '/api/reconstruct', {}, { uploadId });
    expect(lifted).toMatchObject({
      source: 'video',
      prompt: 'my dark room',
      through: 'lift',
      state: 'running',
    });
    await call('post', '/api/productions/:id/cancel', { id: lifted.id });
    expect(again.worldId).toBe(world.id);
  });

  it('lists jobs and changes them', async () => {
    const queued = await call<RunView>('post', '/api/runs', {}, { worldId: world.id, seconds: 60 });
    const id = queued.job?.id ?? '';
    await call('get', '/api/jobs/:id', { id });
    await call('post', '/api/jobs/:id/pause', { id });
    await call('post', '/api/jobs/:id/resume', { id });
    await call('post', '/api/jobs/:id/cancel', { id });
    let job: JobView;
    do job = await call<JobView>('get', '/api/jobs/:id', { id });
    while (job.state === 'running');
    expect(job.state).toBe('cancelled');
    await call('post', '/api/jobs/:id/retry', { id });
    await call('post', '/api/jobs/:id/cancel', { id });
    const page = await call<{ items: JobView[]; next: string | null }>('get', '/api/jobs');
    expect(page.items.length).toBeGreaterThan(3);
    const first = await fetch(`${server.url}/api/jobs?limit=2`);
    const { items, next } = (await first.json()) as typeof page;
    const second = await fetch(`${server.url}/api/jobs?limit=2&after=${next}`);
    const rest = (await second.json()) as typeof page;
    expect([...items, ...rest.items].map(each => each.id)).toEqual(
      page.items.slice(0, 4).map(each => each.id),
    );
  });

  it('on every route that it declares', () => {
    const declared = routes.map(({ method, path }) => `${method} ${path}`);
    // Only a lifted world has a point cloud; tests/e2e gets one.
    const missing = declared.filter(each => !answered.has(each) && each !== 'get /api/worlds/:id/points.ply');
    expect(missing).toEqual([]);
  });
});

describe('the OpenAPI document', () => {
  let api: OpenApi;
  beforeAll(async () => {
    api = (await (await fetch(`${server.url}/api/docs`)).json()) as OpenApi;
  });

  it('is the same at both addresses, and describes the routes that there are', async () => {
    expect(await (await fetch(`${server.url}/api/docs/openapi.json`)).json()).toEqual(api);
    expect(api).toEqual(JSON.parse(JSON.stringify(describeApi(routes))));
    expect(api.openapi).toBe('3.1.0');
    const described = Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method} ${path}`),
    );
    expect(described.sort()).toEqual(
      routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`).sort(),
    );
  });

  it('names every operation once, with all its path parameters', () => {
    const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.values(methods).map(operation => ({ path, operation })),
    );
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations) {
      const inPath = operation.parameters.filter(each => each.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(match => match[1]));
      expect(inPath.every(({ required }) => required)).toBe(true);
      expect(Object.keys(operation.responses).some(status => Number(status) < 400)).toBe(true);
      for (const status of Object.keys(operation.responses)) expect(status).toMatch(/^[2-5]\d\d$/);
    }
  });

  it('refers only to what it holds, in schemas that say a type', () => {
    const types = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      const { $ref, type } = value as JsonSchema;
      if (typeof $ref === 'string') {
        const [, name] = /^#\/components\/schemas\/(\w+)$/.exec($ref) ?? [];
        expect(Object.keys(api.components.schemas)).toContain(name);
      }
      if (typeof type === 'string') expect(types).toContain(type);
      Object.values(value).forEach(visit);
    };
    visit(api.components.schemas);
    for (const [name, { type, anyOf }] of Object.entries(api.components.schemas))
      expect(type ?? anyOf, name).toBeDefined();
    expect(api.components.schemas['ProductionView'].properties?.['iterations']).toBeDefined();
    expect(api.components.schemas['NewProduction'].required).toEqual(['prompt']);
    expect(api.components.schemas['NewProduction'].properties?.['through'].description).toContain('score');
    for (const methods of Object.values(api.paths)) visit(methods);
  });

  it('is a page for people', async () => {
    const response = await fetch(`${server.url}/api/docs`, { headers: { accept: 'text/html,*/*' } });
    expect(response.headers.get('content-type')).toContain('text/html');
    const page = await response.text();
    expect(page).not.toContain('<script');
    for (const { path } of routes) expect(page).toContain(path.replace(/:(\w+)/g, '{$1}'));
    for (const link of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${link[1]}"`);
  });
});
