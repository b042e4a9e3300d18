import { computed, signal } from '@preact/signals';

/** Which page an address names, and how to go to another. */
export type Route =
  | { page: 'home' }
  | { page: 'production'; id: string }
  | { page: 'world'; id: string }
  | { page: 'watch'; id: string }
  | { page: 'unknown' };

const PAGES = [
  ['production', /^\/productions\/([^/]+)\/?$/],
  ['world', /^\/worlds\/([^/]+)\/?$/],
  ['watch', /^\/watch\/([^/]+)\/?$/],
] as const;

export function routeOf(pathname: string): Route {
  if (pathname === '/' || pathname === '/index.html') return { page: 'home' };
  for (const [page, pattern] of PAGES) {
    const id = pattern.exec(pathname)?.[1];
    if (id !== undefined) return { page, id: safeDecode(id) };
  }
  return { page: 'unknown' };
}

const pathname = signal(globalThis.location?.pathname ?? '/');
/** With its question mark. */
export const search = signal(globalThis.location?.search ?? '');
export const route = computed(() => routeOf(pathname.value));

export function navigate(address: string): void {
  history.pushState(null, '', address);
  follow();
  scrollTo(0, 0);
}

/** Changes the query only, without a new step in the history. */
export function replaceSearch(parameters: Record<string, string | undefined>): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  history.replaceState(history.state, '', url);
  search.value = url.search;
}

/** Makes plain links of the page change the route; those that a browser has to follow are left to it. */
export function followLinks(): void {
  addEventListener('popstate', follow);
  addEventListener('click', event => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || !followed(event, link)) return;
    event.preventDefault();
    navigate(link.pathname + link.search + link.hash);
  });
}

function followed(event: MouseEvent, link: HTMLAnchorElement): boolean {
  if (event.defaultPrevented || event.button !== 0) return false;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
  if (link.origin !== location.origin || link.hasAttribute('download') || link.target) return false;
  if (link.pathname === location.pathname && link.hash) return false;
  return routeOf(link.pathname).page !== 'unknown';
}

function follow(): void {
  pathname.value = location.pathname;
  search.value = location.search;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
