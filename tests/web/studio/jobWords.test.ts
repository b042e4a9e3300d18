import { describe, expect, it } from 'vitest';
import { jobWords } from '../../../web/studio/production/jobWords.ts';
import { sampleJob } from '../sampleViews.ts';

describe('jobWords', () => {
  it('says what is done, how far, and how long it takes', () => {
    expect(jobWords(sampleJob({ fraction: 0.431, etaSeconds: 38 }))).toBe(
      'view 4 of 8 · 43 % · about 40 s left',
    );
    expect(jobWords(sampleJob({ message: '', etaSeconds: null }))).toBe('depth · 50 %');
  });

  it('says what has to happen before it starts', () => {
    expect(jobWords(sampleJob({ state: 'queued', queuePosition: 2, etaSeconds: 190 }))).toBe(
      '2 jobs before it · done in about 3 min',
    );
    expect(jobWords(sampleJob({ state: 'queued', queuePosition: 0, etaSeconds: null }))).toBe(
      'next in the queue',
    );
  });

  it('says why it failed', () => {
    const error = { code: 'JOB_TIMEOUT', message: 'It took too long.', suggestion: '' };
    expect(jobWords(sampleJob({ state: 'failed', error }))).toBe('It took too long.');
  });
});
