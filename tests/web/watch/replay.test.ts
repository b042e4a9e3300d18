import { describe, expect, it } from 'vitest';
import { createReplay, REPLAY_SECONDS } from '../../../web/watch/replay.ts';
import { makeRun, readerOf, violation } from './handMadeRun.ts';

describe('replay', () => {
  const reader = readerOf(makeRun({ seconds: 30, teleportSteps: [300, 903] }));

  it('shows the last seconds before the violation and a moment after', () => {
    const replay = createReplay(reader, violation({ agent: 1, time: 20 }));
    expect(replay?.from).toBeCloseTo(20 - REPLAY_SECONDS, 6);
    expect(replay?.moment).toBe(20);
    expect(replay?.to).toBeGreaterThan(20);
    expect(replay?.to).toBeLessThan(21);
    expect(replay?.pose().x).toBeCloseTo(14, 1);
  });

  it('never reaches over a moment where the agent was put elsewhere', () => {
    // Agent 0 was put back at step 300 (5 s) and at step 903 (15.05 s), because of the violation at 15.02 s.
    const late = createReplay(reader, violation({ agent: 0, time: 15.02 }));
    expect(late?.from).toBeCloseTo(15 - REPLAY_SECONDS, 6);
    expect(late?.to).toBe(15);
    const early = createReplay(reader, violation({ agent: 0, time: 7 }));
    expect(early?.from).toBe(5);
    const xs = early?.path().map(([x]) => x) ?? [];
    expect(xs.every((x, i) => i === 0 || x >= xs[i - 1])).toBe(true);
    // Found in the very step that put it elsewhere.
    expect(createReplay(reader, violation({ agent: 0, time: 15.05 }))?.to).toBe(15);
  });

  it('starts with the run where the violation came soon', () => {
    expect(createReplay(reader, violation({ agent: 1, time: 2 }))?.from).toBe(0);
  });

  it('is none without a witness, or without its moment in the trace', () => {
    expect(createReplay(reader, violation({}))).toBeUndefined();
    expect(createReplay(reader, violation({ agent: 0 }))).toBeUndefined();
    expect(createReplay(reader, violation({ agent: 9, time: 4 }))).toBeUndefined();
    expect(createReplay(reader, violation({ agent: 0, time: 500 }))).toBeUndefined();
  });

  it('loops, with a pause at the end', () => {
    const replay = createReplay(reader, violation({ agent: 1, time: 2 }))!;
    const seen: number[] = [];
    for (let i = 0; i < 10 * 60; i++) {
      replay.advance(1 / 60);
      seen.push(replay.seconds);
    }
    const restarts = seen.filter((seconds, i) => i > 0 && seconds < seen[i - 1]);
    expect(restarts.length).toBeGreaterThanOrEqual(2);
    expect(restarts[0]).toBe(replay.from);
    expect(seen.filter(seconds => seconds === replay.to).length).toBeGreaterThan(30);
    expect(Math.max(...seen)).toBe(replay.to);
  });

  it('stops, steps and goes on', () => {
    const replay = createReplay(reader, violation({ agent: 1, time: 20 }))!;
    replay.seek(17);
    replay.stepFrames(1);
    expect(replay.playing).toBe(false);
    expect(replay.seconds).toBeCloseTo(17.05, 6);
    replay.advance(1);
    expect(replay.seconds).toBeCloseTo(17.05, 6);
    replay.stepFrames(-2);
    expect(replay.seconds).toBeCloseTo(16.95, 6);
    expect(replay.pose().x).toBeCloseTo(16.95, 1);
    replay.play();
    replay.advance(0.5);
    expect(replay.seconds).toBeCloseTo(17.45, 6);
  });
});
