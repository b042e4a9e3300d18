import { describe, expect, it } from 'vitest';
import type { TrackSet } from '../../../../pipeline/lift/poses/buildTracks.ts';
import { findShots, setOfShot, tracksOfShot } from '../../../../pipeline/lift/poses/shots.ts';
import type { VideoTracks } from '../../../../pipeline/lift/poses/trackVideo.ts';

const KEYFRAMES = [0, 4, 8, 12, 16, 20];

/** Twenty-one frames, a keyframe every four; what matters here is only how they hang together. */
function video(features = 300, survival = 0.05): VideoTracks {
  const keyframes = KEYFRAMES.map(frame => ({
    frame,
    features: {
      count: features,
      positions: new Float32Array(0),
      scales: new Float32Array(0),
      descriptors: new Int16Array(0),
    },
    positions: Float32Array.of(frame, 1),
    inNext: Float32Array.of(frame + 1, 1),
  }));
  const frames = Array.from({ length: 21 }, (_, frame) => ({
    frame,
    timeSeconds: frame / 10,
    keyframe: Math.floor(frame / 4),
    positions: new Float32Array(frame % 4 === 0 ? 0 : 2),
  }));
  const masks = { width: 64, height: 48, overlays: [], movers: new Map() };
  const evidence = frames.map(({ frame, timeSeconds }) => ({
    frame,
    timeSeconds,
    meanLuma: 100,
    survival: frame === 12 ? survival : 0.9,
    medianShiftPixels: 3,
    histogramDistance: 0,
  }));
  return { width: 64, height: 48, keyframes, frames, evidence, masks };
}

const pair = (a: number, b: number) => ({
  a,
  b,
  matches: new Int32Array(0),
  homographyShare: 0,
  medianShiftPixels: 5,
});
const set: TrackSet = {
  pairs: [pair(0, 1), pair(0, 2), pair(3, 4), pair(4, 5)],
  attempts: [{ a: 2, b: 3, proposed: 50, rigid: 5 }],
  tracks: [
    { keyframes: Int32Array.of(0, 1, 2), points: Int32Array.of(0, 0, 0) },
    { keyframes: Int32Array.of(4, 5), points: Int32Array.of(0, 0) },
  ],
  hiddenPoints: 0,
};

describe('findShots', () => {
  it('splits where no pair connects, and knows a cut from a blank and from a melt', () => {
    const shots = findShots(video(), set);
    expect(shots).toMatchObject([
      { firstFrame: 0, lastFrame: 11, firstSeconds: 0, beginsWithCut: false },
      { firstFrame: 12, lastFrame: 20, firstSeconds: 1.2, beginsWithCut: true },
    ]);
    expect(findShots(video(20), set)[1].beginsWithCut).toBe(false);
    expect(findShots(video(300, 0.4), set)[1].beginsWithCut).toBe(false);
  });

  it('gives a shot its own keyframes, pairs and tracks, with the frames numbered as in the video', () => {
    const [, second] = findShots(video(), set);
    const tracks = tracksOfShot(video(), second);
    expect(tracks.keyframes.map(({ frame }) => frame)).toEqual([12, 16, 20]);
    expect(tracks.keyframes.at(-1)?.inNext).toHaveLength(0);
    expect(tracks.frames[0]).toMatchObject({ frame: 12, keyframe: 0 });
    expect(tracks.frames).toHaveLength(9);
    const own = setOfShot(set, second);
    expect(own.pairs.map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(own.tracks).toEqual([{ keyframes: Int32Array.of(1, 2), points: Int32Array.of(0, 0) }]);
    expect(own.attempts).toEqual([]);
  });
});
