import { expect, it } from 'vitest';
import type { Track } from '../../../../pipeline/lift/poses/buildTracks.ts';
import { thinTracks } from '../../../../pipeline/lift/poses/thinTracks.ts';
import { walkRing } from './syntheticRing.ts';

it('keeps the longest tracks and leaves no cell of a keyframe poorer than asked for', () => {
  const { tracks } = walkRing(6, 0);
  const first = tracks.keyframes[0].positions;
  // The same corner of keyframe 0 seen for one, two, … six keyframes, and one point elsewhere.
  const list: Track[] = Array.from({ length: 6 }, (_, i) => ({
    keyframes: Int32Array.from({ length: i + 1 }, (_, k) => k),
    points: new Int32Array(i + 1),
  }));
  const elsewhere = Array.from({ length: first.length / 2 }, (_, p) => p).find(
    p => Math.abs(first[2 * p] - first[0]) > 200,
  );
  list.push({ keyframes: Int32Array.of(0), points: Int32Array.of(elsewhere ?? 0) });
  expect(thinTracks(tracks, list, 1)).toEqual([5, 6]);
  expect(thinTracks(tracks, list, 2)).toEqual([4, 5, 6]);
  expect(thinTracks(tracks, list, 9)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
