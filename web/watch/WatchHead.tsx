import { useState } from 'preact/hooks';
import type { WorldView } from '../../server/api/types.ts';
import { announce } from '../ui/announcer.tsx';
import { Icon } from '../ui/Icon.tsx';
import { counted } from '../ui/words.ts';
import type { WatchSession } from './watchSession.ts';

/** Which run this is, how it stands, and where it came from. */
export function WatchHead({ session, world }: { session: WatchSession; world: WorldView | undefined }) {
  const { feed } = session.timeline;
  const { run } = feed;
  return (
    <header class="watch-head">
      <h1>{world?.name ?? 'Run'}</h1>
      <span class={`state ${stateClass(session)}`}>{stateWords(session)}</span>
      {run ? (
        <span class="soft small watch-facts">
          {counted(run.agents, 'agent')} · seed {run.seed}
          {run.result ? ` · ${Math.round(100 * run.result.coverage.ratio)} % of the ground entered` : ''}
        </span>
      ) : null}
      <nav class="watch-links" aria-label="About this run">
        {run?.productionId ? (
          <a
            class="button quiet compact"
            href={`/productions/${run.productionId}${run.iteration ? `?iteration=${run.iteration}` : ''}`}
          >
            Production
          </a>
        ) : null}
        {run ? (
          <a class="button quiet compact" href={`/worlds/${run.worldId}`}>
            Walk this world
          </a>
        ) : null}
        <CopyLink session={session} />
      </nav>
    </header>
  );
}

function CopyLink({ session }: { session: WatchSession }) {
  const [copied, setCopied] = useState<'yes' | 'no' | undefined>();
  const copy = async () => {
    const url = new URL(location.href);
    url.hash = session.permalink();
    try {
      await navigator.clipboard.writeText(url.href);
      setCopied('yes');
      announce('The link to this view is copied.');
    } catch {
      // Without HTTPS a browser keeps its clipboard shut: the address bar then holds the link.
      history.replaceState(history.state, '', url);
      setCopied('no');
      announce('The link to this view is in the address bar.');
    }
    setTimeout(() => setCopied(undefined), 2500);
  };
  return (
    <button type="button" class="button compact" onClick={() => void copy()}>
      <Icon name="link" />
      {copied === 'yes' ? 'Copied' : copied === 'no' ? 'In the address bar' : 'Copy link'}
    </button>
  );
}

function stateClass({ timeline }: WatchSession): string {
  switch (timeline.feed.state) {
    case 'live':
      return 'running';
    case 'ended':
      return 'done';
    case 'stopped':
      return 'failed';
    default:
      return 'waiting';
  }
}

function stateWords({ timeline }: WatchSession): string {
  const { feed } = timeline;
  switch (feed.state) {
    case 'live':
      return feed.trace.frameCount > 0 ? 'Live' : 'Starting';
    case 'ended':
      return 'Recorded';
    case 'stopped':
      return feed.run?.state === 'cancelled' ? 'Cancelled' : 'Failed';
    case 'waiting':
      return 'Waiting';
    default:
      return 'Opening';
  }
}
