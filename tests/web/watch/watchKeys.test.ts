import { afterEach, describe, expect, it } from 'vitest';
import type { ViolationView } from '../../../server/api/types.ts';
import { seekByKey, watchKey } from '../../../web/watch/watchKeys.ts';
import { WatchSession } from '../../../web/watch/watchSession.ts';
import {
  HandPlayedServer,
  makeRun,
  packets,
  RUN,
  result,
  settled,
  TRACE_FILE,
  violation,
} from './handMadeRun.ts';

const open: WatchSession[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.close();
});

async function recorded(violations: ViolationView[] = []): Promise<WatchSession> {
  const server = new HandPlayedServer({
    state: 'completed',
    result: result(20, violations),
    files: { 'trace.bin': TRACE_FILE },
  });
  server.file = Uint8Array.from(packets(makeRun({ agents: 3, seconds: 20 })));
  const session = new WatchSession(RUN.id, server.doors, {
    now: () => 0,
    link: { seconds: 10 },
    onLink: () => undefined,
    onChange: () => undefined,
  });
  open.push(session);
  await settled();
  return session;
}

describe('keys of the watch page', () => {
  it('play and pause', async () => {
    const session = await recorded();
    const { head } = session.timeline;
    expect(head.playing).toBe(false);
    watchKey('k', session);
    expect(head.playing).toBe(true);
    watchKey('K', session);
    expect(head.playing).toBe(false);
  });

  it('step and jump', async () => {
    const session = await recorded();
    const { head } = session.timeline;
    watchKey('.', session);
    expect(head.seconds).toBeCloseTo(10.05, 6);
    watchKey(',', session);
    watchKey(',', session);
    expect(head.seconds).toBeCloseTo(9.95, 6);
    watchKey('l', session);
    expect(head.seconds).toBeCloseTo(14.95, 6);
    watchKey('j', session);
    watchKey('j', session);
    expect(head.seconds).toBeCloseTo(4.95, 6);
  });

  it('go along the timeline where it has the focus', async () => {
    const session = await recorded();
    const { head } = session.timeline;
    const seconds = ['ArrowLeft', 'ArrowRight', 'PageDown', 'PageUp', 'PageUp', 'Home', 'End'].map(key => {
      expect(seekByKey(key, session)).toBe(true);
      return head.seconds;
    });
    expect(seconds).toEqual([9, 10, 0, 10, 20, 0, 20]);
    expect(seekByKey('Tab', session)).toBe(false);
  });

  it('change the camera and the agent', async () => {
    const session = await recorded();
    watchKey('f', session);
    expect([session.followed, session.from]).toEqual([0, 'behind']);
    watchKey('f', session);
    expect([session.followed, session.from]).toEqual([0, 'eyes']);
    watchKey('[', session);
    expect([session.followed, session.from]).toEqual([2, 'eyes']);
    watchKey(']', session);
    watchKey(']', session);
    expect(session.followed).toBe(1);
    watchKey('f', session);
    expect(session.followed).toBeNull();
  });

  it('go through the violations, there and back', async () => {
    const session = await recorded([
      violation({ id: 'stuck-1', time: 4 }),
      violation({ id: 'leak-1', time: 9 }),
    ]);
    const selected = ['n', 'n', 'n', 'b', 'b'].map(key => {
      watchKey(key, session);
      return session.selection;
    });
    expect(selected).toEqual(['stuck-1', 'leak-1', 'stuck-1', 'leak-1', 'stuck-1']);
  });

  it('leave every other key to others', async () => {
    const session = await recorded();
    for (const key of ['w', 'a', 's', 'd', 'q', 'e', 'r', 'v', 'c', ' ', 'Enter', 'Tab', 'ArrowLeft'])
      expect(watchKey(key, session)).toBe(false);
  });
});
