import { describe, expect, it } from 'vitest';
import { clock, spokenTime, tickSeconds } from '../../../web/watch/timeWords.ts';

describe('times of a run in words', () => {
  it.each([
    [0, '0:00.0'],
    [7.25, '0:07.2'],
    // What floats make of 0.3.
    [0.1 + 0.2, '0:00.3'],
    [59.96, '0:59.9'],
    [60, '1:00.0'],
    [3599.99, '59:59.9'],
  ])('shows %d s as %s', (seconds, text) => {
    expect(clock(seconds)).toBe(text);
  });

  it.each([
    [0, '0 seconds'],
    [1.4, '1 second'],
    [61, '1 minute 1 second'],
    [600, '10 minutes 0 seconds'],
  ])('says %d s as "%s"', (seconds, text) => {
    expect(spokenTime(seconds)).toBe(text);
  });

  it.each([10, 60, 95, 600, 3600])('marks %d s with at most as many ticks as fit', span => {
    for (const most of [3, 8, 20]) expect(span / tickSeconds(span, most)).toBeLessThanOrEqual(most);
    expect(span / tickSeconds(span, 20)).toBeGreaterThan(3);
  });
});
