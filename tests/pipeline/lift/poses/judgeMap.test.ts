import { describe, expect, it } from 'vitest';
import { judgeMap } from '../../../../pipeline/lift/poses/judgeMap.ts';
import { walkPast } from '../masks/walkPast.ts';

const { tracks, map } = walkPast(point => point);
const set = { tracks: [], pairs: [], attempts: [], hiddenPoints: 0 };
const still = { movers: new Map<number, Uint8Array>(), followed: 900, explained: 0.97, share: 0.01 };
const travels = { pairs: 9, share: 0.1, medianShare: 0.2 };
const turns = { pairs: 9, share: 0.75, medianShare: 0.88 };
const rigid = { keyframes: 7, pairs: 900, shared: 0.2, sharedPixels: 0.1, width: 640 };
const melting = { ...rigid, shared: 0.9, sharedPixels: 0.6 };
const torn = { ...map, poses: map.poses.map((pose, k) => (k < 3 ? pose : undefined)) };

describe('judgeMap', () => {
  it('lets a rigid place pass, and one that says nothing of melting', () => {
    expect(() => judgeMap(tracks, set, map, still, travels, rigid)).not.toThrow();
    expect(() => judgeMap(tracks, set, map, still, travels, undefined)).not.toThrow();
  });

  it('refuses a scene that melts, with the clause that mends it', () => {
    expect(() => judgeMap(tracks, set, map, still, travels, melting)).toThrow(
      expect.objectContaining({
        code: 'LIFT_INCONSISTENT',
        message: expect.stringContaining('0.60 px of 640'),
        suggestion: expect.stringContaining('keeps its rigid shape'),
        details: expect.objectContaining(melting),
      }),
    );
  });

  it('says of one that melts about a camera which turns that it shows no parallax', () => {
    expect(() => judgeMap(tracks, set, map, still, turns, melting)).toThrow(
      expect.objectContaining({ code: 'LIFT_NO_PARALLAX' }),
    );
    expect(() => judgeMap(tracks, set, map, still, turns, rigid)).not.toThrow();
  });

  it('says that most of the picture moves where the path explains little, or the masks hide nearly half', () => {
    for (const search of [
      { ...still, explained: 0.4 },
      { ...still, explained: 0.6, share: 0.5 },
    ])
      expect(() => judgeMap(tracks, set, map, search, travels, rigid)).toThrow(
        expect.objectContaining({ code: 'LIFT_MOSTLY_MOVING' }),
      );
  });

  it('names cuts where the view keeps jumping though one map seems to hold it, but not where it stutters at times', () => {
    const shown = (jumps: readonly number[]) => ({
      ...tracks,
      frames: Array.from({ length: 20 }, (_, f) => ({ ...tracks.frames[0], frame: f })),
      evidence: Array.from({ length: 20 }, (_, f) => ({
        frame: f,
        timeSeconds: f / 10,
        meanLuma: 100,
        survival: jumps.includes(f) ? 0.05 : 0.8,
        medianShiftPixels: 3,
        histogramDistance: 0.1,
      })),
    });
    expect(() => judgeMap(shown([4, 8, 12, 16]), set, map, still, travels, rigid)).toThrow(
      expect.objectContaining({ code: 'LIFT_CUT', details: expect.objectContaining({ jumps: 4 }) }),
    );
    for (const jumps of [[2, 4, 6, 8], [8, 16], Array.from({ length: 19 }, (_, f) => f + 1)])
      expect(() => judgeMap(shown(jumps), set, map, still, travels, rigid)).not.toThrow();
  });

  it('names cuts where a map holds few keyframes and the view jumps', () => {
    const jump = {
      frame: 8,
      timeSeconds: 0.8,
      meanLuma: 100,
      survival: 0.05,
      medianShiftPixels: 3,
      histogramDistance: 0.5,
    };
    expect(() => judgeMap({ ...tracks, evidence: [jump] }, set, torn, still, travels, undefined)).toThrow(
      expect.objectContaining({ code: 'LIFT_CUT', details: expect.objectContaining({ jumps: 1 }) }),
    );
    expect(() => judgeMap(tracks, set, torn, still, travels, undefined)).toThrow(
      expect.objectContaining({ code: 'LIFT_INCONSISTENT' }),
    );
  });
});
