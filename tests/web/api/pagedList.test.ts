import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPagedList, type PagedList } from '../../../web/api/pagedList.ts';
import { type LiveServer, startLiveServer } from './liveServer.ts';

let server: LiveServer;
let stored: number[];
let list: PagedList<number>;

/** Two to a page, as the server's lists are given. */
async function fetchPage(after?: string) {
  const start = after === undefined ? 0 : Number(after);
  const end = start + 2;
  return { items: stored.slice(start, end), next: end < stored.length ? String(end) : null };
}

beforeEach(async () => {
  server = await startLiveServer();
  stored = [5, 4, 3, 2, 1];
  list = openPagedList(server.live, fetchPage);
  await vi.waitFor(() => expect(server.wishes.at(-1)?.list).toBe(true));
});
afterEach(async () => {
  list.close();
  await server.close();
});

describe('openPagedList', () => {
  it('shows a page, and more when asked', async () => {
    await vi.waitFor(() => expect(list.items.value).toEqual([5, 4]));
    expect(list.more.value).toBe(true);
    await list.showMore();
    expect(list.items.value).toEqual([5, 4, 3, 2]);
    await list.showMore();
    expect(list.items.value).toEqual([5, 4, 3, 2, 1]);
    expect(list.more.value).toBe(false);
  });

  it('fetches all that it shows again when the list changed', async () => {
    await list.showMore();
    stored = [6, ...stored];
    server.tell('productions');
    await vi.waitFor(() => expect(list.items.value).toEqual([6, 5, 4, 3]));
  });

  it('tells nothing more once it is closed', async () => {
    await vi.waitFor(() => expect(list.items.value).toBeDefined());
    list.close();
    await vi.waitFor(() => expect(server.wishes.at(-1)?.list).toBe(false));
  });
});
