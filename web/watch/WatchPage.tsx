import './watch.css';
import { useEffect, useReducer, useState } from 'preact/hooks';
import { live } from '../api/live.ts';
import { NotFound } from '../studio/NotFound.tsx';
import { useWorld } from '../studio/production/useWorld.ts';
import { announce } from '../ui/announcer.tsx';
import { FailureNotice } from '../ui/FailureNotice.tsx';
import { AgentPanel } from './AgentPanel.tsx';
import { everyPicture } from './everyPicture.ts';
import { parsePermalink } from './permalink.ts';
import { RunNotice } from './RunNotice.tsx';
import { Stage } from './Stage.tsx';
import { serverDoors } from './serverDoors.ts';
import { TimelineBar } from './TimelineBar.tsx';
import { Transport } from './Transport.tsx';
import { ViolationPanel } from './ViolationPanel.tsx';
import { WatchHead } from './WatchHead.tsx';
import { listenToKeys, WATCH_KEYS } from './watchKeys.ts';
import { WatchSession } from './watchSession.ts';

/** A run, live or replayed, with the world it runs in. */
export function WatchPage({ runId }: { runId: string }) {
  const session = useSession(runId);
  const feed = session?.timeline.feed;
  const { world, failure, retry } = useWorld(feed?.run?.worldId);
  useEffect(() => {
    document.title = `Watch ${world ? `${world.name} ` : ''}· Sora Director`;
  }, [world]);
  useAnnouncements(session);
  if (!session || !feed) return null;
  if (feed.state === 'unknown') return <NotFound what="run" />;
  return (
    <div class="watch">
      <WatchHead session={session} world={world} />
      <div class="watch-stage">
        {world ? <Stage session={session} world={world} carried={session.followed !== null} /> : null}
        <div class="stage-notice">
          {live().state.value === 'lost' ? (
            <p class="notice warning" role="alert">
              <strong>Connection lost</strong>
              What has come is still here. The rest follows by itself when the server answers again.
            </p>
          ) : null}
          {failure ? (
            <FailureNotice title="The world did not load" failure={failure} onRetry={retry} />
          ) : null}
          <RunNotice session={session} />
        </div>
      </div>
      <div class="watch-side">
        <ViolationPanel session={session} />
        <AgentPanel session={session} />
        <details class="disclosure watch-keys">
          <summary>Keys</summary>
          <dl>
            {WATCH_KEYS.map(({ key, does }) => (
              <div key={key}>
                <dt class="figures">{key}</dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </details>
      </div>
      <div class="watch-foot">
        <TimelineBar session={session} />
        <Transport session={session} />
      </div>
    </div>
  );
}

/** The session of a run, for as long as the page shows it; the page is put together anew when it changes. */
function useSession(runId: string): WatchSession | undefined {
  const [session, setSession] = useState<WatchSession | undefined>();
  const [, change] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    let ownHash = location.hash;
    const opened = new WatchSession(runId, serverDoors(), {
      now: () => performance.now() / 1000,
      link: parsePermalink(location.hash),
      onLink: hash => {
        const url = new URL(location.href);
        url.hash = hash;
        history.replaceState(history.state, '', url);
        ownHash = location.hash;
      },
      onChange: () => change(undefined),
    });
    const follow = () => {
      if (location.hash !== ownHash) opened.goToLink(parsePermalink(location.hash));
    };
    addEventListener('hashchange', follow);
    const ends = [
      everyPicture(() => opened.frame()),
      listenToKeys(opened),
      () => removeEventListener('hashchange', follow),
      () => opened.close(),
    ];
    setSession(opened);
    return () => {
      for (const end of ends) end();
    };
  }, [runId]);
  return session?.timeline.feed.runId === runId ? session : undefined;
}

/** Tells who listens what a picture would show: that it began, what was found, that it ended. */
function useAnnouncements(session: WatchSession | undefined): void {
  const state = session?.timeline.feed.state;
  const found = session?.timeline.feed.violations.length ?? 0;
  useEffect(() => {
    if (state === 'live') announce('The run is live.');
    else if (state === 'ended') announce('The run has ended. It can be replayed.');
  }, [state]);
  useEffect(() => {
    if (found > 0) announce(`${found} ${found === 1 ? 'violation' : 'violations'} found.`);
  }, [found]);
}
