import { describe, expect, it } from 'vitest';
import { straightenImage } from '../../../../pipeline/lift/surface/straightenImage.ts';

const intrinsics = { fx: 20, fy: 20, cx: 15.5, cy: 11.5, width: 32, height: 24 };
const ramp = Uint8Array.from({ length: 32 * 24 * 3 }, (_, i) => 4 * (Math.floor(i / 3) % 32) + 10);

describe('straightenImage', () => {
  it('leaves a picture as it is where the lens does', () => {
    const same = straightenImage(ramp, intrinsics, (u, v) => [(20 * u + 16) / 32, (20 * v + 12) / 24]);
    expect(same).toEqual(ramp);
  });

  it('takes each pixel from where the lens put it, and leaves black what the picture lacks', () => {
    const shifted = straightenImage(ramp, intrinsics, (u, v) => [
      (20 * u + 16 + 2.5) / 32,
      (20 * v + 12) / 24,
    ]);
    expect(shifted[3 * (5 * 32 + 10)]).toBe(4 * 12.5 + 10);
    expect(shifted[3 * (5 * 32 + 31)]).toBe(0);
  });
});
