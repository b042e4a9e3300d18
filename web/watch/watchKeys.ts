import type { WatchSession } from './watchSession.ts';

/** What keys do wherever the focus is, but in fields. Not those that move the camera: WASD, arrows, Q E R V C, space. */
export const WATCH_KEYS: readonly { key: string; does: string }[] = [
  { key: 'K', does: 'play or pause' },
  { key: ',  .', does: 'one frame back, on' },
  { key: 'J  L', does: 'five seconds back, on' },
  { key: 'G', does: 'go live' },
  { key: 'N  B', does: 'next, previous violation' },
  { key: 'F', does: 'camera behind the agent, its eyes, free' },
  { key: ']  [', does: 'next, previous agent' },
];

const JUMP_SECONDS = 5;
/** Simulated seconds that the arrow keys and the page keys go. */
const ARROW_SECONDS = 1;
const PAGE_SECONDS = 10;

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
    case 'b':
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

export function togglePlay({ timeline }: WatchSession): void {
  const { head } = timeline;
  if (head.playing) head.pause();
  else head.play();
}

/** Obeys a key on the timeline itself; true where it meant something. */
export function seekByKey(key: string, { timeline }: WatchSession): boolean {
  const { head } = timeline;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      head.seek(head.seconds - ARROW_SECONDS);
      return true;
    case 'ArrowRight':
    case 'ArrowUp':
      head.seek(head.seconds + ARROW_SECONDS);
      return true;
    case 'PageDown':
      head.seek(head.seconds - PAGE_SECONDS);
      return true;
    case 'PageUp':
      head.seek(head.seconds + PAGE_SECONDS);
      return true;
    case 'Home':
      head.seek(head.first);
      return true;
    case 'End':
      if (head.live) head.goLive();
      else head.seek(head.last);
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
