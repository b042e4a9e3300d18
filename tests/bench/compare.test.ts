import { describe, expect, it } from 'vitest';
import { compare } from '../../bench/loop/compare.ts';
import { loopFigure } from '../../bench/loop/loopFigure.ts';
import { lostIntent } from '../../bench/loop/sceneIntent.ts';

describe('compare', () => {
  it('counts wins, ties at half, and the median of what there is less', () => {
    const result = compare([0, 1, 2, 0], [2, 2, 2, 0], 1);
    expect(result).toMatchObject({ pairs: 4, winRate: 0.75, ties: 2, meanFirst: 0.75, meanSecond: 1.5 });
    // 1, 0.5 and 0; the pair in which both have nothing says nothing.
    expect(result.medianReduction).toBe(0.5);
    expect(result.winRateLow).toBeLessThan(0.75);
    expect(result.winRateHigh).toBeGreaterThan(0.75);
  });

  it('says nothing where there is nothing', () => {
    const equal = compare([0, 0], [0, 0], 1);
    expect(equal).toMatchObject({ winRate: 0.5, winRateLow: 0.5, winRateHigh: 0.5, medianReduction: 0 });
    expect(equal.reduction).toBe(0);
  });
});

describe('loopFigure', () => {
  it('draws a line for each arm', () => {
    const arms = new Map([
      ['one', [[2, 1, 0]]],
      [
        'two',
        [
          [2, 2, 2],
          [4, 2, 1],
        ],
      ],
    ]);
    const svg = loopFigure(arms, 6, 'a title');
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg).toContain('two 1.50');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('lostIntent', () => {
  it('is the share of place, movers, what they do, and things', () => {
    const wanted = 'A robot walks down a hallway';
    expect(lostIntent(wanted, `${wanted}, steady even light`)).toBe(0);
    expect(lostIntent(wanted, 'A robot stands in a temple')).toBeCloseTo(2 / 3);
  });
});
