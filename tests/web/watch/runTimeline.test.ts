import { afterEach, describe, expect, it } from 'vitest';
import type { RunView } from '../../../server/api/types.ts';
import { RunTimeline } from '../../../web/watch/runTimeline.ts';
import {
  HandPlayedServer,
  joined,
  makeRun,
  packets,
  RUN,
  result,
  settled,
  TRACE_FILE,
  violation,
} from './handMadeRun.ts';

const made = makeRun({ agents: 3, seconds: 20, teleportSteps: [600] });
const open: RunTimeline[] = [];
afterEach(() => {
  for (const timeline of open.splice(0)) timeline.close();
});

async function watch(run: Partial<RunView>, startSeconds?: number) {
  const server = new HandPlayedServer({ agents: 3, ...run });
  server.file = Uint8Array.from(packets(made));
  server.join = () => joined({ bytes: Uint8Array.from(packets(made, 0, 300)).buffer, nextSequence: 101 });
  const clock = { seconds: 50 };
  const timeline = new RunTimeline(RUN.id, server.doors, { now: () => clock.seconds, startSeconds });
  open.push(timeline);
  await settled();
  const pass = (seconds: number) => {
    for (let passed = 0; passed < seconds - 1e-9; passed += 0.02) {
      clock.seconds += 0.02;
      timeline.tick();
    }
  };
  return { server, timeline, clock, pass };
}

const ENDED: Partial<RunView> = {
  state: 'completed',
  result: result(20),
  files: { 'trace.bin': TRACE_FILE },
};

describe('timeline of a run', () => {
  it('opens a running one at its live edge', async () => {
    const { timeline, pass } = await watch({});
    expect(timeline.head.following).toBe(true);
    pass(0.1);
    expect(timeline.step).toBeGreaterThan(285);
    const [first, second, third] = timeline.poses();
    expect(first.x).toBeCloseTo(timeline.head.seconds, 1);
    expect([second.z, third.z]).toEqual([2, 4]);
  });

  it('plays an ended one from its beginning', async () => {
    const { timeline, pass } = await watch(ENDED);
    expect(timeline.live).toBe(false);
    expect(timeline.head.seconds).toBe(0);
    pass(2);
    expect(timeline.head.seconds).toBeCloseTo(2, 6);
    expect(timeline.poses()[1].x).toBeCloseTo(2, 1);
    pass(30);
    expect(timeline.head.atEnd).toBe(true);
  });

  it('stands at the time that a link names', async () => {
    const { timeline, pass } = await watch(ENDED, 12.5);
    pass(1);
    expect(timeline.head.seconds).toBe(12.5);
    expect(timeline.step).toBe(750);
  });

  it('goes to the live edge where a link names a time to come', async () => {
    const { timeline } = await watch({}, 90);
    expect(timeline.head.following).toBe(true);
  });

  it('shows two spectators the same poses at the same step', async () => {
    const early = await watch({});
    for (let index = 101; index < 201; index++) early.server.frames(index, made.frames[index].bytes);
    const late = await watch(ENDED);
    for (const seconds of [0.5, 3.21, 9.99]) {
      early.timeline.head.seek(seconds);
      late.timeline.head.seek(seconds);
      expect(late.timeline.poses()).toEqual(early.timeline.poses());
    }
  });

  it('goes on without a break when the run ends', async () => {
    const { server, timeline, pass } = await watch({});
    pass(0.5);
    const before = timeline.head.seconds;
    server.run = { ...server.run, ...ENDED };
    server.say('ended', { runId: RUN.id });
    await settled();
    expect(timeline.live).toBe(false);
    expect(timeline.head.seconds).toBeCloseTo(before, 6);
    expect(timeline.head.playing).toBe(true);
    pass(1);
    expect(timeline.head.seconds).toBeCloseTo(before + 1, 6);
    expect(timeline.explored.points.length).toBeGreaterThan(0);
  });

  it('goes to a few seconds before a violation', async () => {
    const { timeline } = await watch(ENDED);
    expect(timeline.goTo(violation({ agent: 0, time: 10 }))).toBe(true);
    expect(timeline.head.seconds).toBe(6);
    expect(timeline.head.playing).toBe(true);
    expect(timeline.goTo(violation({ agent: 0, time: 1 }))).toBe(true);
    expect(timeline.head.seconds).toBe(0);
    expect(timeline.goTo(violation({}))).toBe(false);
    expect(timeline.goTo(violation({ agent: 0, time: 70 }))).toBe(false);
  });

  it('draws a trail behind an agent, not over where it was put elsewhere', async () => {
    const { timeline } = await watch(ENDED);
    timeline.head.seek(9);
    const trail = timeline.trail(0);
    expect(trail.at(-1)?.[0]).toBeCloseTo(9, 1);
    expect(trail[0][0]).toBeCloseTo(5, 0);
    expect(trail.every(([x], i) => i === 0 || x >= trail[i - 1][0] - 0.01)).toBe(true);
    // Put back to x = 0 at 10 s.
    timeline.head.seek(11);
    expect(timeline.trail(0)[0][0]).toBeCloseTo(0, 0);
    expect(timeline.trail(0).length).toBeLessThan(13);
    expect(timeline.trail(1)[0][0]).toBeCloseTo(7, 0);
  });

  it('gives a running one room to grow, and an ended one its length', async () => {
    const running = await watch({ seconds: 40 });
    expect(running.timeline.spanSeconds).toBe(15);
    for (let index = 101; index < 401; index++) running.server.frames(index, made.frames[index].bytes);
    expect(running.timeline.spanSeconds).toBe(30);
    const ended = await watch(ENDED);
    expect(ended.timeline.spanSeconds).toBe(20);
  });
});
