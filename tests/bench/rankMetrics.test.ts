import { describe, expect, it } from 'vitest';
import { rocAuc, spearman } from '../../bench/metrics/rankMetrics.ts';

describe('rank metrics', () => {
  it('follow order, not size', () => {
    expect(spearman([1, 2, 3, 4], [1, 10, 100, 1000])).toBeCloseTo(1);
    expect(spearman([1, 2, 3, 4], [9, 7, 3, 1])).toBeCloseTo(-1);
    // The textbook's example, with ties: 1 − 6·Σd²/(n(n²−1)) does not hold, Pearson on ranks does.
    expect(spearman([1, 2, 2, 4], [1, 2, 3, 4])).toBeCloseTo(0.9487, 4);
  });
  it('count pairs that are told apart, ties half', () => {
    expect(rocAuc([3, 4], [1, 2])).toBe(1);
    expect(rocAuc([1, 2], [3, 4])).toBe(0);
    expect(rocAuc([2, 3], [2, 1])).toBe(0.875);
  });
});
