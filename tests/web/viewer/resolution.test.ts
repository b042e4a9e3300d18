import { describe, expect, it } from 'vitest';
import { createResolution } from '../../../web/viewer/resolution.ts';

function setUp(screenRatio: number) {
  const ratios: number[] = [];
  const resolution = createResolution(
    { setHardwareScalingLevel: (level: number) => void ratios.push(1 / level) },
    screenRatio,
  );
  const frames = (count: number, milliseconds: number) => {
    for (let i = 0; i < count; i++) resolution.moving(milliseconds / 1000);
  };
  return { ratios, resolution, frames };
}

describe('resolution', () => {
  it('is the screen’s, but never finer than twice a CSS pixel', () => {
    expect(setUp(1).ratios).toEqual([1]);
    expect(setUp(3).ratios).toEqual([2]);
  });

  it('gets coarser while frames stay slow, down to an end, and finer once they are quick', () => {
    const { ratios, frames } = setUp(2);
    frames(200, 90);
    expect(ratios).toEqual([2, 1.5, 1, 0.75, 0.6].map(value => expect.closeTo(value, 9)));
    frames(100, 8);
    expect(ratios.at(-1)).toBeCloseTo(0.75, 9);
    frames(1000, 8);
    expect(ratios.at(-1)).toBe(2);
  });

  it('does not mind single slow frames', () => {
    const { ratios, frames } = setUp(1);
    for (let i = 0; i < 50; i++) {
      frames(3, 90);
      frames(1, 16);
    }
    expect(ratios).toEqual([1]);
  });

  it('shows what stands as fine as the screen, and goes on as coarse as before', () => {
    const { ratios, resolution, frames } = setUp(1);
    frames(8, 90);
    expect(resolution.resting()).toBe(true);
    expect(resolution.resting()).toBe(false);
    frames(1, 20);
    expect(ratios.map(value => Math.round(value * 100) / 100)).toEqual([1, 0.75, 1, 0.75]);
  });
});
