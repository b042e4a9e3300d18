import { useEffect, useRef } from 'preact/hooks';
import { live } from '../api/live.ts';
import { Announcer } from '../ui/announcer.tsx';
import { lazy } from '../ui/Lazy.tsx';
import { type Route, route } from '../ui/router.ts';
import { HomePage } from './home/HomePage.tsx';
import { NotFound } from './NotFound.tsx';
import { PageWaiting } from './PageWaiting.tsx';
import { ProductionPage } from './production/ProductionPage.tsx';
import { TopBar } from './TopBar.tsx';
import { DropZone } from './upload/DropZone.tsx';

// The pages with the 3D engine: loaded when they are gone to, so that the studio itself opens at once.
const WorldPage = lazy(
  async () => (await import('../viewer/WorldPage.tsx')).WorldPage,
  <PageWaiting what="The world is being opened" />,
);
const WatchPage = lazy(
  async () => (await import('../watch/WatchPage.tsx')).WatchPage,
  <PageWaiting what="The run is being opened" />,
);

/** The whole page: what is always there, and the page that the address names. */
export function Studio() {
  const main = useRef<HTMLElement>(null);
  const { page } = route.value;
  const key = keyOf(route.value);
  const first = useRef(true);
  useEffect(() => {
    // Whoever reads by ear or keyboard starts at the top of a page that was gone to.
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [key]);
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to the content
      </a>
      <TopBar connection={live().state.value} />
      <main id="main" ref={main} tabIndex={-1} class={`page page-${page}`} key={key}>
        <Page route={route.value} />
      </main>
      <DropZone />
      <Announcer />
    </>
  );
}

function Page({ route: current }: { route: Route }) {
  switch (current.page) {
    case 'home':
      return <HomePage />;
    case 'production':
      return <ProductionPage id={current.id} />;
    case 'world':
      return <WorldPage worldId={current.id} />;
    case 'watch':
      return <WatchPage runId={current.id} />;
    case 'unknown':
      return <NotFound what="page" />;
  }
}

function keyOf(current: Route): string {
  return 'id' in current ? `${current.page}/${current.id}` : current.page;
}
