import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProductionView } from '../../../server/api/types.ts';
import { openProduction, type ProductionStore } from '../../../web/api/productionStore.ts';
import { sampleJob, sampleProduction } from '../sampleViews.ts';
import { type LiveServer, startLiveServer } from './liveServer.ts';

const ID = 'p_0000000000000001';
let server: LiveServer;
let stored: ProductionView;
let store: ProductionStore;
const fetchProduction = vi.fn(async () => structuredClone(stored));

beforeEach(async () => {
  server = await startLiveServer();
  stored = sampleProduction();
  fetchProduction.mockClear();
  store = openProduction(ID, server.live, fetchProduction);
  // Connected and subscribed: from here on nothing is missed.
  await vi.waitFor(() => expect(server.wishes.at(-1)?.productions).toEqual([ID]));
  await vi.waitFor(() => expect(store.production.value).toBeDefined());
});
afterEach(async () => {
  store.close();
  await server.close();
});

describe('openProduction', () => {
  it('fetches again when a higher version is told, and only then', async () => {
    const before = fetchProduction.mock.calls.length;
    stored = sampleProduction({ version: 2, prompt: 'Changed' });
    server.tell('production', { id: 'p_0000000000000002', version: 9 });
    server.tell('production', { id: ID, version: 1 });
    server.tell('production', { id: ID, version: 2 });
    await vi.waitFor(() => expect(store.production.value?.prompt).toBe('Changed'));
    expect(fetchProduction.mock.calls.length).toBe(before + 1);
  });

  it('fetches what was missed while the connection was lost', async () => {
    await server.goAway();
    await vi.waitFor(() => expect(server.live.state.value).toBe('lost'));
    stored = sampleProduction({ version: 5, state: 'done' });
    await server.comeBack();
    await vi.waitFor(() => expect(store.production.value?.state).toBe('done'));
  });

  it('drops an answer that is older than what it holds', async () => {
    store.set(sampleProduction({ version: 7, prompt: 'Newest' }));
    await store.refresh();
    expect(store.production.value?.prompt).toBe('Newest');
  });

  it('follows the progress of the current job without fetching', async () => {
    stored = sampleProduction({ version: 2, job: sampleJob({ fraction: 0.1 }) });
    await store.refresh();
    const before = fetchProduction.mock.calls.length;
    server.tell('job', sampleJob({ fraction: 0.6, message: 'further' }));
    await vi.waitFor(() => expect(store.job.value?.fraction).toBe(0.6));
    // A packet that was overtaken takes nothing back.
    server.tell('job', sampleJob({ fraction: 0.3 }));
    server.tell('job', sampleJob({ fraction: 0.7 }));
    await vi.waitFor(() => expect(store.job.value?.fraction).toBe(0.7));
    expect(fetchProduction.mock.calls.length).toBe(before);
  });

  it('fetches when a job ends, for what came of it', async () => {
    stored = sampleProduction({ version: 2, job: sampleJob() });
    await store.refresh();
    stored = sampleProduction({ version: 3, state: 'failed' });
    server.tell('job', sampleJob({ state: 'failed' }));
    await vi.waitFor(() => expect(store.production.value?.state).toBe('failed'));
    expect(store.job.value).toBeNull();
  });

  it('keeps what it holds when a fetch fails, and says so', async () => {
    fetchProduction.mockRejectedValueOnce(new Error('gone'));
    await store.refresh();
    expect(store.production.value?.id).toBe(ID);
    expect(store.failure.value?.message).toBe('gone');
    await store.refresh();
    expect(store.failure.value).toBeUndefined();
  });
});
