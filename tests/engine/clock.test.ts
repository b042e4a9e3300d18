import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFixedStepClock, STEP_SECONDS } from '../../engine/clock.ts';

describe('createFixedStepClock', () => {
  it('takes one step per frame of a 60 Hz display, without stutter', () => {
    let steps = 0;
    const clock = createFixedStepClock(() => steps++);
    for (let i = 0; i < 600; i++) expect(clock.advance(1 / 60)).toBe(1);
    expect(steps).toBe(600);
    expect(clock.seconds).toBeCloseTo(10, 9);
  });

  it('whatever the frames, simulated time follows wall time within a step', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 0.2, noNaN: true }), { maxLength: 100 }), frames => {
        const clock = createFixedStepClock(() => undefined);
        let wall = 0;
        for (const frame of frames) {
          wall += frame;
          clock.advance(frame);
          expect(clock.stepShare).toBeGreaterThanOrEqual(0);
          expect(clock.stepShare).toBeLessThan(1);
          expect(Math.abs(clock.seconds + clock.stepShare * STEP_SECONDS - wall)).toBeLessThan(1e-6);
        }
      }),
      { seed: 3 },
    );
  });

  it('makes up for a quarter of a second at most after a stall, and takes no step back', () => {
    const clock = createFixedStepClock(() => undefined);
    expect(clock.advance(30)).toBe(15);
    expect(clock.advance(-5)).toBe(0);
    expect(clock.advance(1 / 60)).toBe(1);
  });
});
