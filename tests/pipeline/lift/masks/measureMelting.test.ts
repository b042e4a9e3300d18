import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../engine/random.ts';
import { measureMelting } from '../../../../pipeline/lift/masks/measureMelting.ts';
import { walkPast } from './walkPast.ts';

const still = new Map<number, Uint8Array>();

describe('measureMelting', () => {
  it('says next to nothing of a place at rest', () => {
    const { tracks, map } = walkPast(point => point);
    expect(measureMelting(tracks, map, still, undefined)?.shared).toBeLessThan(0.05);
  });

  it('says much of one that bends, however smoothly', () => {
    const { tracks, map } = walkPast(([x, y, z], k) => [x, y + 0.015 * Math.sin(0.9 * k + 2 * x), z]);
    expect(measureMelting(tracks, map, still, undefined)?.shared).toBeGreaterThan(0.8);
  });

  it('does not count a tracker that misses every point by itself', () => {
    const random = createRandom('slips');
    const { tracks, map } = walkPast(([x, y, z]) => [
      x + 0.004 * random.normal(),
      y + 0.004 * random.normal(),
      z,
    ]);
    expect(measureMelting(tracks, map, still, undefined)?.shared).toBeLessThan(0.3);
  });

  it('does not ask what moves by itself', () => {
    const { tracks, map } = walkPast(([x, y, z], k) => [
      x,
      x > -1.5 ? y + 0.03 * Math.sin(0.9 * k + 2 * x) : y,
      z,
    ]);
    const right = new Uint8Array(80 * 45).map((_, cell) => (cell % 80 > 18 ? 1 : 0));
    const movers = new Map(tracks.keyframes.map(({ frame }) => [frame, right]));
    expect(measureMelting(tracks, map, still, undefined)?.shared).toBeGreaterThan(1);
    expect(measureMelting(tracks, map, movers, undefined)?.shared).toBeLessThan(0.3);
  });

  it('says nothing where too few points hold out', () => {
    const { tracks, map } = walkPast(point => point);
    const short = { ...tracks, keyframes: tracks.keyframes.slice(0, 4) };
    const poses = map.poses.slice(0, 4);
    expect(measureMelting(short, { ...map, poses }, still, undefined)).toBeUndefined();
  });
});
