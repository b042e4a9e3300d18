import { togglePlay } from './Transport.tsx';
import type { WatchSession } from './watchSession.ts';

/** What keys do wherever the focus is, but in fields. Not those that move the camera: WASD, arrows, Q E R V C, space. */
export const WATCH_KEYS: readonly { key: string; does: string }[] = [
  { key: 'K', does: 'play or pause' },
  { key: ',  .', does: 'one frame back, on' },
  { key: 'J  L', does: 'five seconds back, on' },
  { key: 'G', does: 'go live' },
  { key: 'N  P', does: 'next, previous violation' },
  { key: 'F', does: 'camera behind the agent, its eyes, free' },
  { key: ']  [', does: 'next, previous agent' },
];

const JUMP_SECONDS = 5;

/** Obeys a key; true where it meant something. */
export function watchKey(key: string, session: WatchSession): boolean {
  const { head } = session.timeline;
  switch (key.toLowerCase()) {
    case 'k':
      togglePlay(session);
      return true;
    case ',':
      head.stepFrames(-1);
      return true;
    case '.':
      head.stepFrames(1);
      return true;
    case 'j':
      head.seek(head.seconds - JUMP_SECONDS);
      return true;
    case 'l':
      head.seek(head.seconds + JUMP_SECONDS);
      return true;
    case 'g':
      head.goLive();
      return true;
    case 'n':
      session.selectNext(1);
      return true;
    case 'p':
      session.selectNext(-1);
      return true;
    case 'f':
      changeView(session);
      return true;
    case ']':
    case '[':
      nextAgent(session, key === ']' ? 1 : -1);
      return true;
    default:
      return false;
  }
}

function changeView(session: WatchSession): void {
  const { followed, from, lastFollowed } = session;
  if (session.agents === 0) return;
  if (followed === null) session.follow(lastFollowed, 'behind');
  else if (from === 'behind') session.follow(followed, 'eyes');
  else session.follow(null, 'behind');
}

function nextAgent(session: WatchSession, direction: number): void {
  const { agents, followed, from, lastFollowed } = session;
  if (agents === 0) return;
  session.follow(((followed ?? lastFollowed) + direction + agents) % agents, from);
}

/** Listens on the whole page; gives what ends it. */
export function listenToKeys(session: WatchSession): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const { target } = event;
    if (target instanceof Element && target.closest('input, select, textarea, dialog')) return;
    if (watchKey(event.key, session)) event.preventDefault();
  };
  addEventListener('keydown', listener);
  return () => removeEventListener('keydown', listener);
}
