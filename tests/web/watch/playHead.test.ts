import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { FRAME_SECONDS, JITTER_SECONDS, PlayHead } from '../../../web/watch/playHead.ts';

/** A wall clock that a test moves by hand, seconds. */
function handClock() {
  const clock = { seconds: 100, now: () => clock.seconds };
  return clock;
}

const DISPLAY = 1 / 60;

/**
 * Streams a run to a head: a frame every 50 ms of simulated time, at a rate of simulated seconds per wall second,
 * each late by up to `jitter` but in order. Gives how far the head moved at each drawn picture.
 */
function follow(options: { rate: number; jitter: number; seconds: number }) {
  const clock = handClock();
  const head = new PlayHead(clock.now);
  const random = createRandom('jitter');
  let arrived = 0;
  const arrivals: { wall: number; edge: number }[] = [];
  for (let frame = 1; frame * FRAME_SECONDS <= options.seconds * options.rate; frame++) {
    arrived = Math.max(
      arrived,
      100 + (frame * FRAME_SECONDS) / options.rate + random.next() * options.jitter,
    );
    arrivals.push({ wall: arrived, edge: frame * FRAME_SECONDS });
  }
  head.setEdges(0, FRAME_SECONDS, true);
  head.goLive();
  const moves: number[] = [];
  const lags: number[] = [];
  for (let next = 0; clock.seconds < 100 + options.seconds; clock.seconds += DISPLAY) {
    for (; next < arrivals.length && arrivals[next].wall <= clock.seconds; next++)
      head.setEdges(0, arrivals[next].edge, true);
    const before = head.seconds;
    head.tick();
    moves.push(head.seconds - before);
    lags.push((clock.seconds - 100) * options.rate - head.seconds);
  }
  return { head, moves, lags };
}

describe('a head that follows a run', () => {
  it('moves evenly and stays close behind, whatever the network does', () => {
    const { head, moves, lags } = follow({ rate: 1, jitter: 0.08, seconds: 12 });
    const settled = moves.slice(4 / DISPLAY);
    expect(Math.min(...settled)).toBeGreaterThan(0.6 * DISPLAY);
    expect(Math.max(...settled)).toBeLessThan(1.4 * DISPLAY);
    expect(Math.max(...lags.slice(4 / DISPLAY))).toBeLessThan(0.4);
    expect(head.following).toBe(true);
    expect(head.behindLive).toBeLessThan(2 * JITTER_SECONDS);
  });

  it('follows a run that is computed faster than real time', () => {
    const { moves, lags } = follow({ rate: 20, jitter: 0.02, seconds: 10 });
    const settled = moves.slice(4 / DISPLAY);
    expect(Math.min(...settled)).toBeGreaterThan(0);
    expect(Math.max(...lags.slice(4 / DISPLAY))).toBeLessThan(0.5 * 20);
  });

  it('waits at the edge when nothing comes, says so, and goes on', () => {
    const clock = handClock();
    const head = new PlayHead(clock.now);
    for (let frame = 1; frame <= 60; frame++) {
      clock.seconds += FRAME_SECONDS;
      head.setEdges(0, frame * FRAME_SECONDS, true);
      if (frame === 1) head.goLive();
      head.tick();
    }
    expect(head.starved).toBe(false);
    for (let i = 0; i < 120; i++) {
      clock.seconds += DISPLAY;
      head.tick();
    }
    expect(head.seconds).toBeCloseTo(3, 6);
    expect(head.starved).toBe(true);
    head.setEdges(0, 5, true);
    clock.seconds += DISPLAY;
    head.tick();
    expect(head.starved).toBe(false);
    expect(head.seconds).toBeGreaterThan(3);
  });

  it('plays on to the end when the run ends', () => {
    const clock = handClock();
    const head = new PlayHead(clock.now);
    head.setEdges(0, 10, true);
    head.goLive();
    const before = head.seconds;
    head.setEdges(0, 10, false);
    expect(head.seconds).toBe(before);
    expect(head.playing).toBe(true);
    clock.seconds += 1;
    head.tick();
    expect(head.seconds).toBe(10);
    expect(head.atEnd).toBe(true);
    expect(head.playing).toBe(false);
  });
});

describe('a head in what is held', () => {
  function ended() {
    const clock = handClock();
    const head = new PlayHead(clock.now);
    head.setEdges(0, 20, false);
    return { clock, head };
  }

  it.each([0.25, 1, 8])('plays at %d times the speed', speed => {
    const { clock, head } = ended();
    head.setSpeed(speed);
    head.play();
    for (let i = 0; i < 8; i++) {
      clock.seconds += 0.25;
      head.tick();
    }
    expect(head.seconds).toBeCloseTo(2 * speed, 9);
  });

  it('does not play on while the page is hidden and draws nothing', () => {
    const { clock, head } = ended();
    head.play();
    clock.seconds += 300;
    head.tick();
    expect(head.seconds).toBe(1);
    expect(head.playing).toBe(true);
  });

  it('begins again after the end', () => {
    const { clock, head } = ended();
    head.seek(20);
    head.play();
    clock.seconds += 0.5;
    head.tick();
    expect(head.seconds).toBeCloseTo(0.5, 9);
  });

  it('does not count the time before it was started', () => {
    const { clock, head } = ended();
    clock.seconds += 60;
    head.play();
    clock.seconds += 1;
    head.tick();
    expect(head.seconds).toBeCloseTo(1, 9);
  });

  it('steps from frame to frame, and stops', () => {
    const { head } = ended();
    head.play();
    head.seek(1.02);
    head.stepFrames(1);
    expect(head.playing).toBe(false);
    expect(head.seconds).toBeCloseTo(1.05, 9);
    head.stepFrames(1);
    expect(head.seconds).toBeCloseTo(1.1, 9);
    head.seek(1.02);
    head.stepFrames(-1);
    expect(head.seconds).toBeCloseTo(1, 9);
    head.seek(0);
    head.stepFrames(-1);
    expect(head.seconds).toBe(0);
  });

  it.each([-5, 99, Number.NaN, Number.POSITIVE_INFINITY])('keeps a jump to %d within what is held', to => {
    const { head } = ended();
    head.seek(to);
    expect(head.seconds).toBeGreaterThanOrEqual(0);
    expect(head.seconds).toBeLessThanOrEqual(20);
  });

  it('catches up with a running one and follows it from there', () => {
    const clock = handClock();
    const head = new PlayHead(clock.now);
    head.setEdges(0, 10, true);
    head.setSpeed(8);
    head.seek(8);
    head.play();
    clock.seconds += 1;
    head.tick();
    expect(head.following).toBe(true);
    expect(head.speed).toBe(1);
  });

  it('falls behind a running one when it is slowed down', () => {
    const clock = handClock();
    const head = new PlayHead(clock.now);
    head.setEdges(0, 10, true);
    head.goLive();
    head.setSpeed(0.5);
    expect(head.following).toBe(false);
    expect(head.playing).toBe(true);
    head.goLive();
    expect(head.following).toBe(true);
    expect(head.seconds).toBeCloseTo(10 - JITTER_SECONDS, 9);
  });
});
