import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readBackdrop, writeBackdrop } from '../../../../pipeline/lift/backdrop/backdropFile.ts';

describe('backdrop.webp', () => {
  test('comes back as it was written, but for what WebP loses', async () => {
    const [width, height] = [64, 32];
    const rgb = Uint8Array.from(
      { length: 3 * width * height },
      (_, i) => 60 + Math.floor(i / (3 * width)) * 4,
    );
    const { rgb: read, ...size } = await readBackdrop(await writeBackdrop({ width, height, rgb }));
    expect(size).toEqual({ width, height });
    const off = read.reduce((sum, value, i) => sum + Math.abs(value - rgb[i]), 0) / rgb.length;
    expect(off).toBeLessThan(3);
  });

  test.each([
    ['bytes that are no picture', () => Promise.resolve(Buffer.from('no picture'))],
    [
      'a picture of another shape',
      () =>
        sharp({ create: { width: 30, height: 30, channels: 3, background: '#123' } })
          .webp()
          .toBuffer(),
    ],
  ])('refuses %s by code', async (_, bytes) => {
    await expect(readBackdrop(await bytes())).rejects.toMatchObject({ code: 'WORLD_INVALID' });
  });
});
