import { describe, expect, it } from 'vitest';
import { measureRigidity } from '../../../../pipeline/lift/masks/measureRigidity.ts';
import { walkPast } from './walkPast.ts';

const still = new Map<number, Uint8Array>();

describe('measureRigidity', () => {
  it('says 1 of a place at rest', () => {
    const { tracks, map } = walkPast(point => point);
    expect(measureRigidity(tracks, map, still, undefined)?.share).toBeGreaterThan(0.99);
  });

  it('says little of one that bends, too slowly to be seen over three keyframes', () => {
    const { tracks, map } = walkPast(([x, y, z], k) => [x, y + 0.045 * k * Math.sin(2 * x), z]);
    expect(measureRigidity(tracks, map, still, undefined)?.share).toBeLessThan(0.7);
  });

  it('does not count what the tracker loses from keyframe to keyframe', () => {
    const { tracks, map } = walkPast(([x, y, z], k) => [
      x,
      x < 0 ? y + 0.3 * Math.sin(50 * x + 7 * k) : y,
      z,
    ]);
    expect(measureRigidity(tracks, map, still, undefined)?.share).toBeGreaterThan(0.95);
  });

  it('says nothing where too few points hold out', () => {
    const { tracks, map } = walkPast(point => point);
    const short = { ...tracks, keyframes: tracks.keyframes.slice(0, 4) };
    const poses = map.poses.slice(0, 4);
    expect(measureRigidity(short, { ...map, poses }, still, undefined)).toBeUndefined();
  });
});
