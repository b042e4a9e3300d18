import { describe, expect, it } from 'vitest';
import { byRank, explainRank } from '../../../web/studio/production/model/explainRank.ts';
import { sampleScores, sampleTake } from '../sampleViews.ts';

const ok = { ok: true, reason: 'parallax' };
const no = { ok: false, reason: 'no parallax' };
const best = sampleTake('take-02', {
  rank: 1,
  overall: 0.9,
  liftable: ok,
  dimensions: sampleScores({ sharpness: 0.9, parallax: 0.8, exposure: 1 }),
});
const second = sampleTake('take-01', {
  rank: 2,
  overall: 0.7,
  liftable: ok,
  dimensions: sampleScores({ sharpness: 0.5, parallax: 0.85, exposure: 1 }),
  findings: [{ id: 'take-01:pop@1.00', kind: 'pop', severity: 'warning', message: 'pop' }],
});
const refused = sampleTake('take-03', {
  rank: 3,
  overall: 0.95,
  liftable: no,
  dimensions: sampleScores({ sharpness: 1, parallax: 0, exposure: 1 }),
});
const takes = [second, best, refused];

describe('explainRank', () => {
  it('compares the first with the second, the largest difference first', () => {
    const why = explainRank(best, takes);
    expect(why.comparedWith).toBe('take-01');
    expect(why.headline).toBe('Ahead of Take 1: 0.90 against 0.70 overall.');
    expect(why.reasons).toEqual([
      'Its weakest side, parallax, scores 0.80; there it is sharpness with 0.50.',
      'Sharpness is better: 0.90 against 0.50.',
      'Parallax is worse: 0.80 against 0.85.',
      '1 finding fewer.',
    ]);
    expect(why.differences['sharpness']).toBeCloseTo(0.4);
    expect(why.differences['exposure']).toBe(0);
  });

  it('compares the others with the one above', () => {
    expect(explainRank(second, takes).headline).toBe('Behind Take 2: 0.70 against 0.90 overall.');
  });

  it('names what can be lifted before any score: it ranks first', () => {
    expect(explainRank(refused, takes).headline).toBe(
      'Behind Take 1: that one can be lifted, this one cannot.',
    );
  });

  it('takes a third decimal where two say the same, and calls level what is level', () => {
    const close = sampleTake('take-04', { rank: 2, overall: 0.9034, liftable: ok });
    const closer = sampleTake('take-05', { rank: 1, overall: 0.9041, liftable: ok });
    expect(explainRank(closer, [close, closer]).headline).toContain('Ahead of Take 4: 0.904 against 0.903');
    expect(explainRank(closer, [{ ...close, overall: 0.9041 }, closer]).headline).toMatch(/^Level with/);
  });

  it('says why there is no rank', () => {
    const verdict = { code: 'VIDEO_UNREADABLE', message: 'broken' };
    expect(explainRank(sampleTake('take-01'), takes).headline).toBe('Not scored yet.');
    expect(explainRank(sampleTake('take-01', { verdict }), takes).headline).toMatch(/could not be read/);
    expect(explainRank(best, [best]).headline).toBe('The only take that was scored.');
  });
});

describe('byRank', () => {
  it('puts ranked takes first', () => {
    const unranked = sampleTake('take-00');
    expect(byRank([unranked, ...takes]).map(take => take.take)).toEqual([
      'take-02',
      'take-01',
      'take-03',
      'take-00',
    ]);
  });
});
