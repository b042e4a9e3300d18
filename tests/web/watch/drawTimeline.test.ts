import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markAt, timeToX, xToTime } from '../../../web/watch/drawTimeline.ts';
import { violation } from './handMadeRun.ts';

describe('places on the timeline', () => {
  it('gives the time back that a place stands for, and nothing beyond the run', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 100, max: 3000 }),
        fc.integer({ min: 1, max: 3600 }),
        (share, width, spanSeconds) => {
          const scale = { width, spanSeconds };
          expect(xToTime(timeToX(share * spanSeconds, scale), scale)).toBeCloseTo(share * spanSeconds, 6);
          expect(xToTime(-50, scale)).toBe(0);
          expect(xToTime(width + 50, scale)).toBe(spanSeconds);
        },
      ),
    );
  });

  const picture = {
    width: 624,
    spanSeconds: 60,
    selection: null,
    violations: [
      violation({ id: 'stuck-1', time: 10 }),
      violation({ id: 'stuck-2', time: 10 }),
      violation({ id: 'leak-1', time: 40 }),
      violation({ id: 'floating-1' }),
    ],
  };

  it('hits the mark that is nearest', () => {
    expect(markAt(timeToX(40, picture) + 5, 8, 8, picture)?.id).toBe('leak-1');
    expect(markAt(timeToX(40, picture) + 9, 8, 8, picture)).toBeUndefined();
    // A finger's reach is longer.
    expect(markAt(timeToX(40, picture) + 9, 8, 18, picture)?.id).toBe('leak-1');
  });

  it('hits none below the row of marks, where the time is dragged', () => {
    expect(markAt(timeToX(40, picture), 50, 18, picture)).toBeUndefined();
  });

  it('keeps to the selected one of several at a place', () => {
    const x = timeToX(10, picture);
    expect(markAt(x, 8, 8, picture)?.id).toBe('stuck-1');
    expect(markAt(x, 8, 8, { ...picture, selection: 'stuck-2' })?.id).toBe('stuck-2');
  });
});
