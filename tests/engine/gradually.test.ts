import { describe, expect, it } from 'vitest';
import { atOnce, gradually, type Pieces } from '../../engine/gradually.ts';
import type { ProgressEvent } from '../../engine/progress.ts';

/** Pieces of about 2 ms each. */
function* busy(count: number, freed: string[] = []): Pieces<number> {
  try {
    for (let i = 1; i <= count; i++) {
      const end = performance.now() + 2;
      while (performance.now() < end);
      yield i / count;
    }
    return count;
  } finally {
    freed.push('freed');
  }
}

describe('work in pieces', () => {
  it('gives the same result at once and gradually', async () => {
    expect(atOnce(busy(3))).toBe(3);
    expect(await gradually(busy(3), 'work', '', {})).toBe(3);
  });

  it('lets the event loop run and reports how far it is', async () => {
    const events: ProgressEvent[] = [];
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await gradually(busy(30), 'work', 'Working', { onProgress: event => events.push(event) });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
    expect(events.length).toBeGreaterThan(1);
    expect(events[0]).toMatchObject({ stage: 'work', message: 'Working' });
    const fractions = events.map(event => event.fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('stops when it is cancelled and frees what it holds', async () => {
    const abort = new AbortController();
    const freed: string[] = [];
    const working = gradually(busy(1000, freed), 'work', '', {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(working).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(freed).toEqual(['freed']);
  });

  it('passes on what the work throws', async () => {
    const broken = function* (): Pieces<number> {
      yield 0.5;
      throw new RangeError('broken');
    };
    await expect(gradually(broken(), 'work', '', {})).rejects.toThrow('broken');
  });
});
