import { describe, expect, it } from 'vitest';
import { promptDiff } from '../../../web/studio/production/model/promptDiff.ts';

const before = 'A robot walks down a dark hallway';
const after = 'A robot walks slowly down a bright hallway, steady camera';

describe('promptDiff', () => {
  it('marks words that came and went', () => {
    const parts = promptDiff(before, after);
    const words = (kind: string) =>
      parts
        .filter(part => part.kind === kind)
        .map(part => part.text.trim())
        .join(' ');
    expect(words('removed')).toBe('dark');
    expect(words('added')).toContain('slowly');
    expect(words('added')).toContain('bright');
    expect(words('added')).toContain('steady camera');
  });

  it('gives both texts back exactly', () => {
    const parts = promptDiff(before, after);
    const join = (without: string) =>
      parts
        .filter(part => part.kind !== without)
        .map(part => part.text)
        .join('');
    expect(join('removed')).toBe(after);
    expect(join('added')).toBe(before);
  });

  it('is one part where nothing changed', () => {
    expect(promptDiff(before, before)).toEqual([{ kind: 'same', text: before }]);
  });
});
