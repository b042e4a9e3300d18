import { describe, expect, it } from 'vitest';
import { findBars } from '../../../../pipeline/lift/picture/findBars.ts';

const [width, height] = [160, 90];

/** Brightest luma per pixel: `lit` says where the scene was seen. */
function brightest(lit: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) =>
    lit(i % width, Math.floor(i / width)) ? 120 + ((i * 37) % 60) : 16 + ((i * 7) % 5),
  );
}

describe('findBars', () => {
  it('finds letterbox and pillarbox bars and gives the picture within', () => {
    expect(
      findBars(
        brightest((_, y) => y >= 12 && y < 78),
        width,
        height,
      ),
    ).toEqual({
      x: 0,
      y: 12,
      width,
      height: 66,
    });
    expect(
      findBars(
        brightest(x => x >= 40 && x < 120),
        width,
        height,
      ),
    ).toEqual({
      x: 40,
      y: 0,
      width: 80,
      height,
    });
  });

  it('finds a bar with a subtitle on it', () => {
    const lit = (x: number, y: number) => (y >= 12 && y < 78) || (y > 80 && y < 86 && x > 60 && x < 90);
    expect(findBars(brightest(lit), width, height)).toMatchObject({ y: 12, height: 66 });
  });

  it('leaves a full picture, a night sky and a dark floor alone', () => {
    expect(
      findBars(
        brightest(() => true),
        width,
        height,
      ),
    ).toBeUndefined();
    const skyline = (x: number) => 20 + 14 * Math.sin(x / 9) + 8 * Math.sin(x / 3);
    expect(
      findBars(
        brightest((x, y) => y > skyline(x)),
        width,
        height,
      ),
    ).toBeUndefined();
    // A roof as straight as a bar covers half the width only.
    expect(
      findBars(
        brightest((x, y) => y > (x < 80 ? 20 : skyline(x))),
        width,
        height,
      ),
    ).toBeUndefined();
    expect(
      findBars(
        brightest(() => false),
        width,
        height,
      ),
    ).toBeUndefined();
  });
});
