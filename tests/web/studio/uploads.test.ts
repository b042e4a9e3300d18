import { describe, expect, it } from 'vitest';
import { kindOfFile, promptFromName } from '../../../web/studio/upload/uploads.ts';

describe('kindOfFile', () => {
  it('goes by the extension, in any case', () => {
    expect(kindOfFile('Walk.MP4')).toBe('video');
    expect(kindOfFile('house.v2.glb')).toBe('world');
    expect(kindOfFile('notes.txt')).toBeUndefined();
  });
});

describe('promptFromName', () => {
  it('leaves the words', () => {
    expect(promptFromName('walk_through-the-library_01.mp4')).toBe('walk through the library');
    expect(promptFromName('IMG_20260412_final.mov')).toBe('');
  });
});
