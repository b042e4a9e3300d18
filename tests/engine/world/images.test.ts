import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, encodePng } from '../../../engine/world/images.ts';

const gray = sharp(Uint8Array.of(0, 128, 255, 64), { raw: { width: 2, height: 2, channels: 1 } });
const rgb = sharp(Uint8Array.of(10, 20, 30, 40, 50, 60), { raw: { width: 2, height: 1, channels: 3 } });

describe('decodeImage', () => {
  it('gives rgba of 8 bits whatever the file holds', async () => {
    const files = {
      gray: await gray.clone().toColourspace('b-w').png().toBuffer(),
      gray16: await gray.clone().toColourspace('grey16').png().toBuffer(),
      palette: await rgb.clone().png({ palette: true }).toBuffer(),
      rgb: await rgb.clone().png().toBuffer(),
      rgb16: await rgb.clone().toColourspace('rgb16').png().toBuffer(),
      cmyk: await rgb.clone().toColourspace('cmyk').jpeg().toBuffer(),
      webp: await rgb.clone().webp({ lossless: true }).toBuffer(),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const { width, height, pixels } = await decodeImage(bytes, name);
      expect(pixels.length, name).toBe(width * height * 4);
      expect(pixels[3], name).toBe(255);
    }
    expect([...(await decodeImage(files.gray, 'gray')).pixels.subarray(4, 8)]).toEqual([128, 128, 128, 255]);
    expect([...(await decodeImage(files.rgb, 'rgb')).pixels]).toEqual([10, 20, 30, 255, 40, 50, 60, 255]);
    expect([...(await decodeImage(files.webp, 'webp')).pixels]).toEqual([10, 20, 30, 255, 40, 50, 60, 255]);
  });

  it('refuses broken and foreign pictures by code, and any bytes that only begin like one', async () => {
    const png = await rgb.clone().png().toBuffer();
    await expect(decodeImage(png.subarray(0, png.length - 20), 'cut')).rejects.toMatchObject({
      code: 'WORLD_INVALID',
    });
    await expect(decodeImage(await rgb.clone().tiff().toBuffer(), 'tiff')).rejects.toMatchObject({
      code: 'WORLD_UNSUPPORTED',
    });
    await expect(decodeImage(Uint8Array.of(0xff, 0xd8, 0xff, 1, 2, 3), 'jpeg')).rejects.toMatchObject({
      code: 'WORLD_INVALID',
    });
    await expect(decodeImage(new Uint8Array(), 'empty')).rejects.toMatchObject({ code: 'WORLD_UNSUPPORTED' });
  });

  it('reads back what encodePng wrote', async () => {
    const image = { width: 3, height: 2, pixels: Uint8Array.from({ length: 24 }, (_, i) => i * 10) };
    expect(await decodeImage(await encodePng(image), 'again')).toEqual(image);
  });
});
