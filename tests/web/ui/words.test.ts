import { describe, expect, it } from 'vitest';
import {
  bytes,
  counted,
  duration,
  measured,
  roughly,
  spaced,
  takeTitle,
  timeAgo,
} from '../../../web/ui/words.ts';

describe('timeAgo', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  const ago = (seconds: number) => timeAgo(new Date(now - 1000 * seconds).toISOString(), now);
  it('grows coarser with time', () => {
    expect(ago(10)).toBe('just now');
    expect(ago(-5)).toBe('just now');
    expect(ago(60)).toBe('1 min ago');
    expect(ago(3 * 3600)).toBe('3 h ago');
    expect(ago(26 * 3600)).toBe('yesterday');
    expect(ago(5 * 86_400)).toBe('5 days ago');
    expect(ago(60 * 86_400)).toBe('23 Sept 2026');
    expect(timeAgo('rubbish', now)).toBe('');
  });
});

describe('roughly', () => {
  it('is no finer than a guess', () => {
    expect(roughly(2)).toBe('a few seconds');
    expect(roughly(38)).toBe('about 40 s');
    expect(roughly(190)).toBe('about 3 min');
    expect(roughly(7200)).toBe('about 2 h');
  });
});

describe('duration', () => {
  it('is as fine as it matters', () => {
    expect(duration(4)).toBe('4 s');
    expect(duration(12.44)).toBe('12.4 s');
    expect(duration(200)).toBe('3 min 20 s');
    expect(duration(119.7)).toBe('2 min');
  });
});

describe('bytes', () => {
  it('takes powers of 1000', () => {
    expect(bytes(812)).toBe('812 B');
    expect(bytes(1_440)).toBe('1.4 kB');
    expect(bytes(999_900)).toBe('1 MB');
    expect(bytes(23_400_000)).toBe('23 MB');
  });
});

describe('measured', () => {
  it('has three figures, whatever the size', () => {
    expect([0, 0.0034567, 0.682816, 2.908, 412.37, 12_345].map(measured)).toEqual([
      '0',
      '0.00346',
      '0.683',
      '2.91',
      '412',
      '12345',
    ]);
  });
});

describe('words', () => {
  it('are put together', () => {
    expect(counted(1, 'error')).toBe('1 error');
    expect(counted(0, 'entry', 'entries')).toBe('0 entries');
    expect(takeTitle('take-07')).toBe('Take 7');
    expect(spaced('motionSmoothness')).toBe('motion smoothness');
    expect(spaced('fall-through')).toBe('fall through');
  });
});
