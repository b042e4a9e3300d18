import { describe, expect, it } from 'vitest';
import { joinRanges } from '../../../pipeline/score/timeRanges.ts';

const range = (fromSeconds: number, toSeconds: number) => ({ fromSeconds, toSeconds });

describe('joinRanges', () => {
  it('joins what touches or nearly does, in order of time', () => {
    expect(joinRanges([range(2, 2.5), range(0, 0.5), range(0.7, 1), range(0.6, 0.8)])).toEqual([
      range(0, 1),
      range(2, 2.5),
    ]);
    expect(joinRanges([])).toEqual([]);
  });
  it('keeps the twelve longest', () => {
    const many = Array.from({ length: 20 }, (_, i) => range(i, i + (i % 2 ? 0.1 : 0.2)));
    const kept = joinRanges(many);
    expect(kept).toHaveLength(12);
    expect(kept.filter(each => each.toSeconds - each.fromSeconds > 0.15)).toHaveLength(10);
    expect(kept.map(each => each.fromSeconds)).toEqual(
      [...kept.map(each => each.fromSeconds)].sort((a, b) => a - b),
    );
  });
});
