import { signal as createSignal, type ReadonlySignal } from '@preact/signals';
import type { Page } from '../../server/api/types.ts';
import type { ApiFailure } from './apiFailure.ts';
import type { Live } from './live.ts';
import { createResource } from './resource.ts';

/** A list of the server, newest first, as many pages of it as were asked for. */
export interface PagedList<Item> {
  readonly items: ReadonlySignal<Item[] | undefined>;
  readonly failure: ReadonlySignal<ApiFailure | undefined>;
  /** Whether there are more than those held. */
  readonly more: ReadonlySignal<boolean>;
  refresh(): Promise<void>;
  showMore(): Promise<void>;
  close(): void;
}

/** Fetches at once, whenever the server says that its productions changed, and after a lost connection. */
export function openPagedList<Item>(
  live: Live,
  fetchPage: (after?: string) => Promise<Page<Item>>,
): PagedList<Item> {
  const more = createSignal(false);
  let pages = 1;
  const resource = createResource(async () => {
    const items: Item[] = [];
    let after: string | undefined;
    for (let page = 0; page < pages; page++) {
      const { items: some, next } = await fetchPage(after);
      items.push(...some);
      more.value = next !== null;
      if (next === null) break;
      after = next;
    }
    return items;
  });
  const releases = [
    live.subscribe({ list: true }),
    live.on('productions', () => void resource.refresh()),
    live.onReconnect(() => void resource.refresh()),
  ];
  void resource.refresh();
  return {
    items: resource.value,
    failure: resource.failure,
    more,
    refresh: resource.refresh,
    showMore() {
      pages++;
      return resource.refresh();
    },
    close() {
      for (const release of releases) release();
    },
  };
}
